import { readFully } from '../look/identity.ts'
import type { ReadableFile } from '../look/readable-file.ts'

const COMPARED_BYTES = 64 * 1024

/** The bytes from an offset on that two files share, in pieces: up to the first one that differs, or to the end of either file. */
export async function* readShared(one: ReadableFile, other: ReadableFile, from: number): AsyncGenerator<Buffer> {
  for (let start = from; ; start += COMPARED_BYTES) {
    const bytes = await readFully(one, start, COMPARED_BYTES)
    const count = countEqual(bytes, await readFully(other, start, COMPARED_BYTES))
    if (count > 0) yield bytes.subarray(0, count)
    if (count < COMPARED_BYTES) return
  }
}

/** How many bytes both begin with. */
export function countEqual(one: Buffer, other: Buffer): number {
  const most = Math.min(one.length, other.length)
  if (one.subarray(0, most).equals(other.subarray(0, most))) return most
  let count = 0
  while (one[count] === other[count]) count++
  return count
}
