import { readFully } from '../files/look/identity.ts'
import type { ReadableFile } from '../files/look/readable-file.ts'

const LF = 10
const CHUNK_BYTES = 64 * 1024
/** A longer line is split anyway. */
const MAX_SEARCH_BYTES = 8 * 1024 * 1024

/**
 * The start of the line to continue with. An offset at most a line end short moves forward: the text before it was sent whole,
 * with CR LF counted as one byte. Any other offset moves back, since the rest of the line may not have been sent.
 */
export async function findLineStart(handle: ReadableFile, offset: number): Promise<number> {
  if (offset === 0 || (await readFully(handle, offset - 1, 1))[0] === LF) return offset
  const next = (await readFully(handle, offset, 2)).toString('latin1')
  if (next.startsWith('\n')) return offset + 1
  if (next === '\r\n') return offset + 2
  return await findLineStartBefore(handle, offset)
}

/** The position after the last LF before `offset`; `offset` itself where there is none within the limit. */
export async function findLineStartBefore(handle: ReadableFile, offset: number): Promise<number> {
  const farthest = Math.max(0, offset - MAX_SEARCH_BYTES)
  for (let end = offset; end > farthest;) {
    const start = Math.max(farthest, end - CHUNK_BYTES)
    const found = (await readFully(handle, start, end - start)).lastIndexOf(LF)
    if (found !== -1) return start + found + 1
    end = start
  }
  return farthest === 0 ? 0 : offset
}
