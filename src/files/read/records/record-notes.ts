// How the journal has the records of a range, so that it is cut again as it was, whatever the settings are by then:
//
//   u8 version, then for each record: varint 4 * bytes + parts, [u8 LINE_* flags,] [varint records]
//
// Parts: 1 it has flags, 2 a rule left it out. Records that are left out one after the other are one entry, with their number.
import { LINE_UNTERMINATED } from '../../../flow/line-batch.ts'
import type { Cut } from '../line-splitter.ts'

const VERSION = 1
const PART_FLAGS = 1
const PART_LEFT = 2
const PARTS = 4
/** A length, flags, and the number of records. */
const MAX_ENTRY_BYTES = 12

export function writeRecordNotes({ ends, flags, records }: Cut): Uint8Array {
  const writer = new NotesWriter(1 + ends.length * MAX_ENTRY_BYTES)
  let leftBytes = 0
  let leftCount = 0
  for (let i = 0; i < ends.length; i++) {
    const length = ends[i]! - (ends[i - 1] ?? 0)
    const left = records?.left?.[i] ?? 0
    leftCount += left
    if (left > 0) leftBytes += length
    if (leftCount > 0 && (records?.left?.[i + 1] ?? 0) === 0) {
      writer.putLeft(leftBytes, leftCount)
      leftBytes = leftCount = 0
    }
    if (left === 0) writer.putRecord(length, flags?.[i] ?? 0)
  }
  return writer.bytes
}

/** The cut as it was noted. Undefined where the notes are not those of so many bytes, or of a later version. */
export function readRecordNotes(notes: Uint8Array, byteCount?: number): Cut | undefined {
  if (notes[0] !== VERSION) return undefined
  const reader = new NotesReader(notes)
  const ends: number[] = []
  const flags: number[] = []
  const left: number[] = []
  let end = 0
  while (!reader.isAtEnd) {
    const entry = reader.next()
    const parts = entry % PARTS
    end += (entry - parts) / PARTS
    ends.push(end)
    flags.push((parts & PART_FLAGS) === 0 ? 0 : reader.nextByte())
    left.push((parts & PART_LEFT) === 0 ? 0 : reader.next())
  }
  if (byteCount !== undefined && end !== byteCount) return undefined
  return {
    ends: Uint32Array.from(ends),
    flags: flags.some(one => one !== 0) ? Uint8Array.from(flags) : undefined,
    length: end,
    endsUnterminated: ((flags.at(-1) ?? 0) & LINE_UNTERMINATED) !== 0,
    records: left.some(one => one !== 0) ? { left: Uint32Array.from(left) } : {},
  }
}

class NotesWriter {
  readonly #memory: Buffer
  #at = 0

  constructor(maxBytes: number) {
    this.#memory = Buffer.allocUnsafe(maxBytes)
    this.#memory[this.#at++] = VERSION
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#memory.subarray(0, this.#at))
  }

  putRecord(length: number, flags: number): void {
    this.#putNumber(length * PARTS + (flags === 0 ? 0 : PART_FLAGS))
    if (flags !== 0) this.#memory[this.#at++] = flags
  }

  putLeft(length: number, count: number): void {
    this.#putNumber(length * PARTS + PART_LEFT)
    this.#putNumber(count)
  }

  #putNumber(value: number): void {
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#memory[this.#at++] = (rest % 128) | 128
    this.#memory[this.#at++] = rest
  }
}

class NotesReader {
  readonly #bytes: Uint8Array
  #at = 1

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  nextByte(): number {
    return this.#bytes[this.#at++] ?? 0
  }

  next(): number {
    let value = 0
    for (let unit = 1; ; unit *= 128) {
      const byte = this.nextByte()
      value += (byte & 127) * unit
      if (byte < 128) return value
    }
  }
}
