import { LINE_CUT, LINE_UNTERMINATED, type LineRun } from '../../flow/line-batch.ts'

/** Lines whose bytes are not those of their file: UTF-8 that ends with LF, each with its place in the file. */
export type MadeLines = Pick<LineRun, 'offset' | 'offsets' | 'bytes' | 'ends' | 'flags' | 'times' | 'nanos'>

export interface MadeLine {
  readonly text: Buffer
  readonly offset: number
  readonly flags: number
}

const LF = 0x0a
const CR = 0x0d
const MIN_BYTES = 256
const MIN_LINES = 16

/** Gathers such lines in buffers that grow. */
export class TextLines {
  #bytes: Buffer
  #length = 0
  #ends: Uint32Array
  #offsets: Float64Array
  #flags: Uint8Array
  #count = 0
  #hasFlags = false

  constructor(byteCount: number, lineCount: number) {
    const lines = Math.max(MIN_LINES, lineCount)
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(MIN_BYTES, byteCount))
    this.#ends = new Uint32Array(lines)
    this.#offsets = new Float64Array(lines)
    this.#flags = new Uint8Array(lines)
  }

  get count(): number {
    return this.#count
  }

  get byteCount(): number {
    return this.#length
  }

  /** A line that was cut or given up gets no terminator; another one that ends with CR gets one to which that CR does not belong. */
  add({ text, offset, flags }: MadeLine): void {
    this.#reserve(text.length + 2)
    this.#length += text.copy(this.#bytes, this.#length)
    if ((flags & (LINE_CUT | LINE_UNTERMINATED)) === 0) this.#end(text)
    this.#ends[this.#count] = this.#length
    this.#offsets[this.#count] = offset
    this.#flags[this.#count++] = flags
    if (flags !== 0) this.#hasFlags = true
  }

  finish(): MadeLines {
    const count = this.#count
    return {
      offset: this.#offsets[0] ?? 0,
      offsets: this.#offsets.subarray(0, count),
      bytes: this.#bytes.subarray(0, this.#length),
      ends: this.#ends.subarray(0, count),
      ...(this.#hasFlags && { flags: this.#flags.subarray(0, count) }),
    }
  }

  #end(text: Buffer): void {
    if (text.at(-1) === CR) this.#bytes[this.#length++] = CR
    this.#bytes[this.#length++] = LF
  }

  #reserve(byteCount: number): void {
    const needed = this.#length + byteCount
    if (needed > this.#bytes.length) {
      const bytes = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
      this.#bytes.copy(bytes, 0, 0, this.#length)
      this.#bytes = bytes
    }
    if (this.#count < this.#ends.length) return
    const count = this.#ends.length * 2
    this.#ends = grow(this.#ends, new Uint32Array(count))
    this.#offsets = grow(this.#offsets, new Float64Array(count))
    this.#flags = grow(this.#flags, new Uint8Array(count))
  }
}

function grow<Numbers extends Uint32Array | Float64Array | Uint8Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from)
  return to
}
