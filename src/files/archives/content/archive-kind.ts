export type ArchiveKind = 'gzip' | 'zstd'

/** Enough to know the kind by. */
export const MAGIC_BYTES = 4
export const GZIP_MAGIC = Buffer.from([0x1f, 0x8b])
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])
/** Of a frame to skip, such as those of parallel compressors, behind a first byte from 0x50 to 0x5f. */
const SKIPPED_MAGIC = Buffer.from([0x2a, 0x4d, 0x18])

/** By the first bytes. `unknown`: too few are written yet. */
export function kindOf(magic: Buffer): ArchiveKind | 'text' | 'unknown' {
  if (beginsAs(magic, GZIP_MAGIC)) return magic.length < GZIP_MAGIC.length ? 'unknown' : 'gzip'
  const isSkipped = magic.length > 0 && (magic[0]! & 0xf0) === 0x50 && beginsAs(magic.subarray(1), SKIPPED_MAGIC)
  if (!isSkipped && !beginsAs(magic, ZSTD_MAGIC)) return 'text'
  return magic.length < MAGIC_BYTES ? 'unknown' : 'zstd'
}

/** True as well where there are too few bytes to differ. */
function beginsAs(bytes: Buffer, magic: Buffer): boolean {
  const length = Math.min(bytes.length, magic.length)
  return bytes.subarray(0, length).equals(magic.subarray(0, length))
}
