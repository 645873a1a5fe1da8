import { readFully } from '../look/identity.ts'
import { copyBytes } from '../own-bytes.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { Loan, ReadBuffers } from './read-buffers.ts'

export interface FreshBytes {
  readonly bytes: Buffer
  /** Held for the caller, where the bytes are in a buffer that is lent. */
  readonly loan?: Loan | undefined
}

/** Undefined where the bytes before the position are not those that were read. */
export async function readBehindTail(
  file: TrackedFile,
  length: number,
  buffers: ReadBuffers,
): Promise<FreshBytes | undefined> {
  const wanted = file.reading.tail!.length + length
  const loan = buffers.lend(wanted)
  const buffer = loan?.buffer.subarray(0, wanted) ?? Buffer.allocUnsafeSlow(wanted)
  const bytes = await fillBehindTail(file, buffer)
  if (bytes !== undefined && isInside(bytes, buffer)) return { bytes, loan }
  loan?.letGo()
  return bytes && { bytes }
}

/** The bytes behind the tail: a part of `buffer`, or a copy. */
async function fillBehindTail({ handle, position, reading }: TrackedFile, buffer: Buffer): Promise<Buffer | undefined> {
  const tail = reading.tail!
  const start = position - tail.length
  const { bytesRead } = await handle!.read(buffer, 0, buffer.length, start)
  const bytes = buffer.subarray(0, bytesRead)
  if (!bytes.subarray(0, tail.length).equals(tail)) return undefined
  const rest = await readFully(handle!, start + bytesRead, buffer.length - bytesRead)
  const fresh = bytes.subarray(tail.length)
  // A batch may have short lines of thousands of files.
  if (rest.length === 0) return fresh.length < buffer.length / 2 ? copyBytes(fresh) : fresh
  // It has grown since; or it was truncated and is longer again, and these bytes are another generation's.
  const isSame = (await readFully(handle!, start, tail.length)).equals(tail)
  return isSame ? Buffer.concat([fresh, rest]) : fresh
}

function isInside(bytes: Buffer, buffer: Buffer): boolean {
  return bytes.buffer === buffer.buffer
}
