// Marks as text of a byte a character, for the time in which nobody asks for them: a quarter of their memory as objects.
// Each is its offset, its length, its hash, and its digest behind a 1, or five times 0.
import type { Mark } from '../registry/contract.ts'

const HASH_AT = 12
const DIGEST_AT = 28
const MARK_LENGTH = 33

export function packMarks(marks: readonly Mark[]): string {
  const bytes = Buffer.alloc(marks.length * MARK_LENGTH)
  marks.forEach((mark, index) => write(mark, bytes.subarray(index * MARK_LENGTH)))
  return bytes.toString('latin1')
}

export function unpackMarks(packed: string): readonly Mark[] {
  const bytes = Buffer.from(packed, 'latin1')
  const count = bytes.length / MARK_LENGTH
  return Array.from({ length: count }, (_, index) => read(bytes.subarray(index * MARK_LENGTH)))
}

function write({ offset, length, hash, digest }: Mark, bytes: Buffer): void {
  bytes.writeDoubleBE(offset) // it may be beyond 32 bits
  bytes.writeUInt32BE(length, 8)
  bytes.write(hash, HASH_AT, 'hex')
  if (digest === undefined) return
  bytes.writeUInt8(1, DIGEST_AT)
  bytes.writeUInt32BE(digest, DIGEST_AT + 1)
}

function read(bytes: Buffer): Mark {
  const offset = bytes.readDoubleBE()
  const length = bytes.readUInt32BE(8)
  const hash = bytes.toString('hex', HASH_AT, DIGEST_AT)
  if (bytes[DIGEST_AT] === 0) return { offset, length, hash }
  return { offset, length, hash, digest: bytes.readUInt32BE(DIGEST_AT + 1) }
}
