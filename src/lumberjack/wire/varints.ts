import { ProtocolError } from './protocol-error.ts'

/** 7 bits a byte: what is safe as a number in JavaScript takes no more. */
const MAX_VARINT_BYTES = 8

/** Reads numbers of LEB128, the lowest 7 bits first, from a part of some bytes. */
export class VarintReader {
  readonly #bytes: Buffer
  readonly #end: number
  #at: number

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
  }

  get position(): number {
    return this.#at
  }

  /** Throws ProtocolError for a number of more than 8 bytes, for one that is cut short, and for one that is not safe. */
  next(): number {
    if (this.#at < this.#end) {
      const byte = this.#bytes[this.#at] as number
      if (byte < 128) {
        this.#at++
        return byte
      }
    }
    return this.#nextLong()
  }

  #nextLong(): number {
    const limit = Math.min(this.#end, this.#at + MAX_VARINT_BYTES)
    let value = 0
    for (let unit = 1; this.#at < limit; unit *= 128) {
      const byte = this.#bytes[this.#at++] as number
      value += (byte & 127) * unit
      if (byte >= 128) continue
      if (Number.isSafeInteger(value)) return value
      break
    }
    throw new ProtocolError('bad_runs', `a number in a run of records is cut short or too large`)
  }
}
