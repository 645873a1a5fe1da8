/** A buffer that grows, with a position. `put` and `putUInt32` need room that was reserved before. */
export class ByteWriter {
  bytes: Buffer
  position = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
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

  /** `text` holds a byte a character. */
  putLatin1(text: string): void {
    this.reserve(text.length)
    this.position += this.bytes.write(text, this.position, 'latin1')
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
}
