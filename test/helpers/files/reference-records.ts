// Records as Filebeat makes them, and how ours are cut where they are too long; without haste.
import type { PatternSettings } from '../../../src/files/read/records/record-settings.ts'

export interface ReferenceRules extends PatternSettings {
  readonly maxLines: number
  readonly maxBytes: number
}

export interface ReferenceRecord {
  readonly text: string
  readonly isTruncated: boolean
  /** No line that may follow can change it. */
  readonly isComplete: boolean
}

/** `lines` have their terminators. */
export function joinAsReference(lines: readonly string[], rules: ReferenceRules): readonly ReferenceRecord[] {
  const { match, maxLines, maxBytes } = rules
  const isMatch = (line: string) => new RegExp(rules.pattern).test(strip(line)) !== rules.negate
  const isFlush = (line: string) => rules.flushPattern !== undefined && new RegExp(rules.flushPattern).test(strip(line))
  const records: ReferenceRecord[] = []
  let open: string[] = []
  const close = (isTruncated = false) => {
    if (open.length > 0) records.push({ text: open.join(''), isTruncated, isComplete: true })
    open = []
  }
  for (const line of lines) {
    const last = open.at(-1)
    if (last === undefined) {
      open = [line]
      continue
    }
    const isEnd = isFlush(line)
    const belongs = isEnd || isMatch(match === 'after' ? line : last)
    const fits = open.length < maxLines && Buffer.byteLength(open.join('') + line) <= maxBytes
    if (!belongs || !fits) close(belongs)
    open.push(line)
    if (isEnd && open.length > 1) close()
  }
  if (open.length > 0) records.push({ text: open.join(''), isTruncated: false, isComplete: isAlone(open.at(-1)!) })
  return records

  /** The line need not wait: no line that follows can belong to it. */
  function isAlone(line: string): boolean {
    return match === 'before' && rules.flushPattern === undefined && !isMatch(line)
  }
}

function strip(line: string): string {
  return line.replace(/\r?\n$/, '')
}
