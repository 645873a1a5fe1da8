// Our own wire form, read plainly to compare with: nothing here is shared with the encoder or the collector.
import { isUtf8 } from 'node:buffer'
import { zstdDecompressSync } from 'node:zlib'

export interface SeenHeader {
  readonly fileId: string
  readonly path: string
  readonly host: string
  readonly version: string
  readonly fields: Record<string, unknown>
}

/** One record of an R frame. */
export interface SeenRecord {
  readonly header: SeenHeader
  readonly offset: number
  readonly timeMs: number
  readonly nanos: number
  readonly doubtfulSinceMs: number | undefined
  readonly flags: number
  readonly utf16: 'le' | 'be' | undefined
  readonly bytes: Buffer
}

/** The records of the payload of an R frame. */
export function readRunsFrame(payload: Buffer): SeenRecord[] {
  return readRuns(zstdDecompressSync(payload))
}

/** The records of what such a frame becomes. */
export function readRuns(content: Buffer): SeenRecord[] {
  const records: SeenRecord[] = []
  let header: SeenHeader | undefined
  for (let at = 0; at < content.length;) {
    const run = new Cursor(content, at)
    const parts = run.number(1)
    if (parts > 127) throw new Error(`unknown parts: ${parts}`)
    const [headerBytes, count, metaBytes, byteCount] = [run.number(4), run.number(4), run.number(4), run.number(4)]
    const [offset, timeMs] = [run.number(8), run.number(8)]
    const doubtfulSinceMs = (parts & 8) === 0 ? undefined : run.number(8)
    if (headerBytes > 0) header = JSON.parse(run.take(headerBytes).toString())
    if (header === undefined || count === 0) throw new Error('a run has no header, or no record')
    const meta = new Cursor(run.take(metaBytes), 0)
    const all = Array.from({ length: count })
    const lengths = all.map(() => meta.varint())
    const flags = all.map(() => ((parts & 1) === 0 ? 0 : meta.number(1)))
    const steps = all.map((_, i) => ((parts & 2) === 0 ? (lengths[i - 1] ?? 0) : meta.varint()))
    const times = all.map(() => ((parts & 4) === 0 ? 0 : meta.varint()))
    const nanos = all.map(() => ((parts & 64) === 0 ? 0 : meta.varint()))
    if (meta.at !== metaBytes) throw new Error('lengths, flags, steps, times and nanoseconds have another size')
    const body = new Cursor(run.take(byteCount), 0)
    const utf16 = (parts & 16) !== 0 ? 'le' : (parts & 32) !== 0 ? 'be' : undefined
    let position = offset
    for (const [i, length] of lengths.entries()) {
      position += steps[i]!
      const time = { timeMs: timeMs + times[i]!, nanos: nanos[i]! }
      const rest = { header, ...time, doubtfulSinceMs, flags: flags[i]!, utf16 } as const
      records.push({ ...rest, offset: position, bytes: body.take(length) })
    }
    if (body.at !== byteCount) throw new Error('the records have another size')
    at = run.at
  }
  return records
}

/** The event that a record is. */
export function eventOf(record: SeenRecord): Record<string, unknown> {
  const { header, offset, timeMs, nanos, doubtfulSinceMs } = record
  const { message, flags } = textOf(record)
  const time = new Date(timeMs).toISOString()
  const known = ['cut', 'continued', 'unterminated', 'invalid_utf8', 'multiline', 'truncated', 'damaged']
  const names = known.filter((_, bit) => (flags & (1 << bit)) !== 0)
  return {
    '@metadata': {
      _id: `${header.fileId}-${offset}`,
      ...(doubtfulSinceMs === undefined ? {} : { doubtful: doubtfulSinceMs }),
    },
    '@timestamp': nanos === 0 ? time : time.replace('Z', `${nanos}Z`.padStart(7, '0')),
    message,
    host: { name: header.host },
    log: { file: { path: header.path }, offset, ...(names.length === 0 ? {} : { flags: names }) },
    agent: { type: 'forwarder', version: header.version },
    ...header.fields,
  }
}

function textOf({ bytes, utf16, flags }: SeenRecord): { readonly message: string; readonly flags: number } {
  const hasTerminator = (flags & 5) === 0
  const text = utf16 === undefined ? bytes.toString() : readUtf16(bytes, utf16)
  const isValid = utf16 === undefined ? isUtf8(bytes) : text.isWellFormed() && bytes.length % 2 === 0
  const line = hasTerminator ? text.replace(/\r?\n$/, '') : text
  const half = utf16 !== undefined && bytes.length % 2 === 1 ? '\ufffd' : ''
  return { message: line.toWellFormed() + half, flags: isValid ? flags : flags | 8 }
}

function readUtf16(bytes: Buffer, order: 'le' | 'be'): string {
  const units = Array.from({ length: Math.floor(bytes.length / 2) }, (_, i) =>
    order === 'le' ? bytes.readUInt16LE(2 * i) : bytes.readUInt16BE(2 * i),
  )
  return String.fromCharCode(...units)
}

class Cursor {
  at: number
  readonly #bytes: Buffer

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  /** `size` bytes, the highest first. */
  number(size: number): number {
    return this.take(size).reduce((sum, byte) => sum * 256 + byte, 0)
  }

  varint(): number {
    const [byte = 0] = this.take(1)
    return byte < 128 ? byte : byte - 128 + 128 * this.varint()
  }

  take(count: number): Buffer {
    if (this.at + count > this.#bytes.length) throw new Error('the frame ends too early')
    return this.#bytes.subarray(this.at, (this.at += count))
  }
}
