import { type LineRun, LINE_CUT, LINE_UNTERMINATED, type Utf16Order } from '../../flow/line-batch.ts'

const REPLACEMENT = '\uFFFD'

/** A line as UTF-8, without its terminator. */
export interface DecodedLine {
  readonly bytes: Buffer
  /** False where U+FFFD replaces half of a surrogate pair, or half of a unit. */
  readonly isValid: boolean
}

export function decodeUtf16Line(
  run: Pick<LineRun, 'bytes' | 'ends' | 'flags'>,
  order: Utf16Order,
  i: number,
): DecodedLine {
  const line = run.bytes.subarray(run.ends[i - 1] ?? 0, run.ends[i])
  const hasTerminator = ((run.flags?.[i] ?? 0) & (LINE_CUT | LINE_UNTERMINATED)) === 0
  const text = decode(line, order)
  const isWhole = line.length % 2 === 0
  const stripped = hasTerminator ? text.replace(/\r?\n$/, '') : text
  return {
    bytes: Buffer.from(isWhole ? stripped : stripped + REPLACEMENT), // a lone surrogate becomes U+FFFD
    isValid: isWhole && stripped.isWellFormed(),
  }
}

function decode(line: Buffer, order: Utf16Order): string {
  if (order === 'le') return line.toString('utf16le')
  return Buffer.from(line.subarray(0, line.length - (line.length % 2)))
    .swap16()
    .toString('utf16le')
}
