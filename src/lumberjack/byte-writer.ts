// Frames are written as bytes into one buffer that grows: no string and no object is made of a line.

/** What a byte becomes inside a JSON string. 0: itself; 1: `\u00XX`; else this letter after a backslash. */
const escapes = new Uint8Array(256)
escapes.fill(1, 0, 0x20)
for (const [byte, letter] of ['\bb', '\tt', '\nn', '\ff', '\rr', '""', '\\\\'].map(pair => Buffer.from(pair))) {
  escapes[byte as number] = letter as number
}

const BACKSLASH = 0x5c
const hexDigits = Buffer.from('0123456789abcdef')
/** The most bytes that one byte can become: `\u0000`. */
const ESCAPE_FACTOR = 6
/** Lines up to this size are given room for the worst case; longer ones are measured first. */
const MEASURE_FROM_BYTES = 4096

/** A buffer with a position. `reserve` makes room; the writing methods rely on it. */
export class ByteWriter {
  bytes: Buffer
  position = 0

  constructor(firstSize: number) {
    this.bytes = Buffer.allocUnsafeSlow(firstSize)
  }

  /** Makes sure that `count` bytes can be written. */
  reserve(count: number): void {
    const needed = this.position + count
    if (needed <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, Math.ceil(this.bytes.length * 1.5)))
    larger.set(this.bytes.subarray(0, this.position))
    this.bytes = larger
  }

  put(part: Uint8Array): void {
    this.bytes.set(part, this.position)
    this.position += part.length
  }

  putUInt32(value: number): void {
    this.setUInt32(this.position, value)
    this.position += 4
  }

  setUInt32(at: number, value: number): void {
    this.bytes[at] = value >>> 24
    this.bytes[at + 1] = (value >>> 16) & 255
    this.bytes[at + 2] = (value >>> 8) & 255
    this.bytes[at + 3] = value & 255
  }

  /** A whole number from 0 to 2^53 in decimal digits. */
  putDigits(value: number): void {
    const count = digitsOf(value)
    let rest = value
    for (let at = this.position + count - 1; at >= this.position; at--) {
      const tenth = Math.floor(rest / 10)
      this.bytes[at] = 0x30 + (rest - tenth * 10)
      rest = tenth
    }
    this.position += count
  }

  /** `source[start .. end)`, which is valid UTF-8, as the inside of a JSON string. */
  putEscaped(source: Uint8Array, start: number, end: number): void {
    const target = this.bytes
    let at = this.position
    for (let i = start; i < end; i++) {
      const byte = source[i] as number
      const escape = escapes[byte] as number
      if (escape === 0) {
        target[at++] = byte
      } else {
        target[at++] = BACKSLASH
        if (escape === 1) at = putControl(target, at, byte)
        else target[at++] = escape
      }
    }
    this.position = at
  }
}

/** Room that `putEscaped` needs for these bytes at most. */
export function roomForEscaped(source: Uint8Array, start: number, end: number): number {
  const length = end - start
  if (length <= MEASURE_FROM_BYTES) return length * ESCAPE_FACTOR
  let more = 0
  for (let i = start; i < end; i++) {
    const escape = escapes[source[i] as number] as number
    if (escape !== 0) more += escape === 1 ? ESCAPE_FACTOR - 1 : 1
  }
  return length + more
}

/** Decimal digits of a whole number from 0 to 2^53. */
export function digitsOf(value: number): number {
  let count = 1
  for (let limit = 10; value >= limit; limit *= 10) count++
  return count
}

function putControl(target: Uint8Array, at: number, byte: number): number {
  target[at] = 0x75
  target[at + 1] = 0x30
  target[at + 2] = 0x30
  target[at + 3] = hexDigits[byte >> 4] as number
  target[at + 4] = hexDigits[byte & 15] as number
  return at + 5
}
