/** Compared at once: a native call for many bytes. */
const NULS = Buffer.alloc(4096)

export function countLeadingNuls(bytes: Buffer): number {
  let count = 0
  while (bytes[count] === 0 && isBlock(bytes, count)) count += NULS.length
  while (bytes[count] === 0) count++
  return count
}

export function countTrailingNuls(bytes: Buffer): number {
  let end = bytes.length
  while (bytes[end - 1] === 0 && isBlock(bytes, end - NULS.length)) end -= NULS.length
  while (bytes[end - 1] === 0) end--
  return bytes.length - end
}

function isBlock(bytes: Buffer, start: number): boolean {
  const end = start + NULS.length
  return start >= 0 && end <= bytes.length && bytes.compare(NULS, 0, NULS.length, start, end) === 0
}
