import { makeCutOffError, makeDamagedError } from './archive-error.ts'
import type { CompressedBytes } from './compressed-bytes.ts'

/** Magic, method, flags, time, two more. */
const FIXED_BYTES = 10
const DEFLATE = 8
const FLAG = { checksum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 }
/** The longest name or comment: only damage is longer. */
const MAX_TEXT_BYTES = 64 * 1024

/** Reads the header of a member (RFC 1952) up to its compressed bytes. */
export async function passGzipHeader(source: CompressedBytes): Promise<void> {
  const header = await takeAll(source, FIXED_BYTES)
  const flags = header[3]!
  if (header[2] !== DEFLATE || (flags & FLAG.reserved) !== 0) throw makeDamagedError('its header is not that of gzip')
  if ((flags & FLAG.extra) !== 0) await takeAll(source, (await takeAll(source, 2)).readUInt16LE(0))
  if ((flags & FLAG.name) !== 0) await passText(source)
  if ((flags & FLAG.comment) !== 0) await passText(source)
  if ((flags & FLAG.checksum) !== 0) await takeAll(source, 2)
}

async function takeAll(source: CompressedBytes, length: number): Promise<Buffer> {
  const bytes = await source.take(length)
  if (bytes.length < length) throw makeCutOffError()
  return bytes
}

/** A text ends with a NUL. */
async function passText(source: CompressedBytes): Promise<void> {
  for (let length = 0; length < MAX_TEXT_BYTES; length++) {
    if ((await takeAll(source, 1))[0] === 0) return
  }
  throw makeDamagedError('the name in its header does not end')
}
