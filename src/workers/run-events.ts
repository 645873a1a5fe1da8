import { MAX_VARYING_BYTES } from '../lumberjack/wire/event-envelope.ts'
import {
  type EscapedRun,
  type RunBytes,
  ESCAPED_AT_ONCE_BYTES,
  decodeLine,
  escapeInParts,
  escapeLine,
  escapeRun,
} from '../lumberjack/wire/line-escaping.ts'
import { flagMember } from '../lumberjack/wire/line-flags.ts'
import { ProtocolError } from '../lumberjack/wire/protocol-error.ts'
import type { RecordRun } from '../lumberjack/wire/run-decoder.ts'
import type { WrittenDocuments } from './part-draft.ts'
import type { ProvenRun } from './run-proof.ts'
import { type RunText, aroundLine, documentMiddle } from './run-text.ts'

const LF = 0x0a
/** Documents that are written at once become at most so large, or are one. */
const WRITTEN_BYTES = 256 * 1024
/** JSON writes a control byte as `\u0001`; no byte takes more. */
const JSON_BYTES_PER_BYTE = 6
/** Later times have more than four digits for the year, and are not read as times. */
const MAX_PLAIN_TIME_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** The events of one run, in two ways: any one as the payload of a J frame, and many plain ones as documents. */
export class RunEvents {
  readonly #run: RecordRun
  readonly #lines: RunBytes
  readonly #text: RunText
  readonly #proven: ProvenRun | undefined
  readonly #envelopeBytes: number

  /** `proven`: plain events may be written as documents. */
  constructor(run: RecordRun, text: RunText, proven: ProvenRun | undefined) {
    const { bytes, ends, flags, utf16 } = run
    this.#run = run
    this.#text = text
    this.#proven = proven
    this.#lines = { bytes, ends, ...(flags && { flags }), ...(utf16 && { utf16 }) }
    const { head, beforeOffset, tail } = text
    const openingBytes = proven?.opening.length ?? 0
    this.#envelopeBytes = head.length + beforeOffset.length + tail.length + openingBytes + MAX_VARYING_BYTES
  }

  get count(): number {
    return this.#run.count
  }

  get proven(): ProvenRun | undefined {
    return this.#proven
  }

  /** The bytes of some records. */
  recordsOf(from: number, to: number): Buffer {
    return this.#run.bytes.subarray(this.#startOf(from), this.#run.ends[to - 1])
  }

  /** The payload of the J frame that our agent would have sent. Throws ProtocolError for one that is over the limit. */
  payloadOf(i: number, limitBytes: number): Buffer {
    const { bytes: line, flags } = decodeLine(this.#lines, i)
    const record = { offset: this.#run.offsets[i] as number, timeMs: this.#timeOf(i), nanos: this.#nanosOf(i), flags }
    return joinPayload(line, aroundLine(this.#text, record), limitBytes)
  }

  /** The documents of the plain events from `from` on, up to one that is not UTF-8; undefined where that is the first one. */
  write(from: number, to: number): WrittenDocuments | undefined {
    const lines = this.#proven === undefined ? [] : this.#linesOf(from, to)
    if (this.#proven === undefined || lines.length === 0) return undefined
    const { text, ends } = this.#join(lines, from, this.#proven.opening)
    const { idStart } = this.#proven
    return {
      text,
      ends,
      idOf: i => idStart + (this.#run.offsets[from + i] as number),
      timeOf: i => this.#timeOf(from + i),
      doubtfulSinceMs: this.#run.doubtfulSinceMs,
    }
  }

  /** The end of the events from `from` on that are plain by their numbers, and may be written at once. */
  findEnd(from: number, limitBytes: number): number {
    if (this.#proven === undefined) return from
    const maxBytes = Math.min(WRITTEN_BYTES, limitBytes)
    let to = from
    let bytes = 0
    while (to < this.#run.count && this.#isPlain(to)) {
      const length = (this.#run.ends[to] as number) - this.#startOf(to)
      bytes += this.#envelopeBytes + length * JSON_BYTES_PER_BYTE
      if (bytes > maxBytes) break
      to++
    }
    return to
  }

  #isPlain(i: number): boolean {
    const { utf16, flags } = this.#run
    return utf16 === undefined && (flags?.[i] ?? 0) === 0 && this.#timeOf(i) <= MAX_PLAIN_TIME_MS
  }

  /** Escaped, up to the first one that is not UTF-8. */
  #linesOf(from: number, to: number): string[] {
    const start = this.#startOf(from)
    const ends = this.#run.ends.slice(from, to).map(end => end - start)
    const part = { bytes: this.#run.bytes.subarray(start, this.#run.ends[to - 1]), ends }
    const escaped = endInLineFeeds(part) ? escapeRun(part) : undefined
    return escaped === undefined ? escapeOneByOne(part) : cutLines(escaped)
  }

  #join(lines: readonly string[], from: number, opening: string): Pick<WrittenDocuments, 'text' | 'ends'> {
    const { beforeOffset, tail } = this.#text
    const flags = flagMember(0)
    const ends: number[] = []
    let [lastMs, lastNanos] = [NaN, 0]
    let start = ''
    let text = ''
    for (const [i, line] of lines.entries()) {
      const [timeMs, nanos] = [this.#timeOf(from + i), this.#nanosOf(from + i)]
      if (timeMs !== lastMs || nanos !== lastNanos) start = opening + documentMiddle(timeMs, nanos)
      lastMs = timeMs
      lastNanos = nanos
      text += start + line + beforeOffset + (this.#run.offsets[from + i] as number) + flags + tail
      ends.push(text.length)
    }
    return { text, ends }
  }

  #startOf(i: number): number {
    return this.#run.ends[i - 1] ?? 0
  }

  #nanosOf(i: number): number {
    return this.#run.nanos?.[i] ?? 0
  }

  #timeOf(i: number): number {
    return this.#run.times?.[i] ?? this.#run.timeMs
  }
}

/** Otherwise a line feed inside of one could be taken for the end of another one. */
function endInLineFeeds({ bytes, ends }: RunBytes): boolean {
  let start = 0
  for (const end of ends) {
    if (end === start || bytes[end - 1] !== LF) return false
    start = end
  }
  return true
}

function cutLines({ text, starts, ends }: EscapedRun): string[] {
  return Array.from(starts, (start, i) => text.slice(start, ends[i]))
}

function escapeOneByOne(part: RunBytes): string[] {
  const lines: string[] = []
  for (let i = 0; i < part.ends.length; i++) {
    const { text, flags } = escapeLine(part, i)
    if (flags !== 0) break
    lines.push(text)
  }
  return lines
}

function joinPayload(line: Buffer, { before, after }: ReturnType<typeof aroundLine>, limitBytes: number): Buffer {
  if (line.length > ESCAPED_AT_ONCE_BYTES) return joinLong(line, { before, after }, limitBytes)
  const payload = [before, ...escapeInParts(line), after].join('')
  checkSize(payload.length, limitBytes)
  return Buffer.from(payload, 'latin1')
}

/** Written part by part, so that a long line is not in memory as a text as well. */
function joinLong(line: Buffer, { before, after }: ReturnType<typeof aroundLine>, limitBytes: number): Buffer {
  let size = before.length + after.length
  for (const part of escapeInParts(line)) size += part.length
  checkSize(size, limitBytes)
  const payload = Buffer.allocUnsafeSlow(size)
  let end = payload.write(before, 'latin1')
  for (const part of escapeInParts(line)) end += payload.write(part, end, 'latin1')
  payload.write(after, end, 'latin1')
  return payload
}

function checkSize(size: number, limit: number): void {
  if (size <= limit) return
  throw new ProtocolError(
    'event_too_large',
    `a record becomes an event of ${size} bytes, the limit is ${limit}: make the client send less at a time, or raise \`eventBytes\` in \`limits\``,
  )
}
