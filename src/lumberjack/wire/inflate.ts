import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { ProtocolError } from './protocol-error.ts'

const run = promisify(inflate)
/** Deflate can't do better, which is what makes a small frame harmless. */
const MAX_RATIO = 1032
const SMALLEST_CHUNK = 16 * 1024
const LARGEST_CHUNK = 1024 * 1024

/** The most bytes that can come out of a zlib stream of this size, if no more than `limit` are let out. */
export function maxInflatedBytes(deflatedBytes: number, limit: number): number {
  return Math.min(limit, deflatedBytes * MAX_RATIO + 1024)
}

/** Inflates off the main thread; undefined when more than `maxBytes` would come out. Throws ProtocolError for no zlib stream. */
export async function inflateFrame(deflated: Buffer, maxBytes: number): Promise<Buffer | undefined> {
  const chunkSize = Math.max(SMALLEST_CHUNK, Math.min(LARGEST_CHUNK, deflated.length * 8))
  try {
    return await run(deflated, { maxOutputLength: Math.max(1, maxBytes), chunkSize })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined
    const reason = (cause as Error).message
    throw new ProtocolError(
      'bad_compression',
      `a compressed frame of ${deflated.length} bytes is no whole zlib stream: ${reason}`,
      { cause },
    )
  }
}
