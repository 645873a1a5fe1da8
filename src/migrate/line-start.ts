import type { FileHandle } from 'node:fs/promises'
import { readFully } from '../files/look/identity.ts'

const LF = 10
const CHUNK_BYTES = 64 * 1024
/** A line that is longer than any is cut anyway. */
const FARTHEST_BYTES = 8 * 1024 * 1024

/**
 * The start of a line that belongs to an offset. What is at most a line end away goes forward: the text before it was sent
 * whole, and counted with one byte for CR LF. Anything else goes back, since the rest of the line is not known to be sent.
 */
export async function findLineStart(handle: FileHandle, offset: number): Promise<number> {
  if (offset === 0 || (await readFully(handle, offset - 1, 1))[0] === LF) return offset
  const next = (await readFully(handle, offset, 2)).toString('latin1')
  if (next.startsWith('\n')) return offset + 1
  if (next === '\r\n') return offset + 2
  return await findLineStartBefore(handle, offset)
}

/** Behind the last LF before `offset`; `offset` itself where there is none for too long. */
export async function findLineStartBefore(handle: FileHandle, offset: number): Promise<number> {
  const farthest = Math.max(0, offset - FARTHEST_BYTES)
  for (let end = offset; end > farthest;) {
    const start = Math.max(farthest, end - CHUNK_BYTES)
    const found = (await readFully(handle, start, end - start)).lastIndexOf(LF)
    if (found !== -1) return start + found + 1
    end = start
  }
  return farthest === 0 ? 0 : offset
}
