import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { ProtocolError } from './protocol-error.ts'

const inflateAsync = promisify(inflate)
/** Deflate cannot do better, so a small frame is harmless. */
const MAX_RATIO = 1032
const MIN_CHUNK_BYTES = 16 * 1024
const MAX_CHUNK_BYTES = 1024 * 1024

export function maxInflatedBytes(deflatedBytes: number, limit: number): number {
  return Math.min(limit, deflatedBytes * MAX_RATIO + 1024)
}

/** Inflates off the main thread; undefined for more than `maxBytes`. Throws ProtocolError for bytes that are not a zlib stream. */
export async function inflateFrame(deflated: Buffer, maxBytes: number): Promise<Buffer | undefined> {
  const chunkSize = Math.max(MIN_CHUNK_BYTES, Math.min(MAX_CHUNK_BYTES, deflated.length * 8))
  try {
    return await inflateAsync(deflated, { maxOutputLength: Math.max(1, maxBytes), chunkSize })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined
    const reason = (cause as Error).message
    throw new ProtocolError(
      'bad_compression',
      `a compressed frame of ${deflated.length} bytes is not a whole zlib stream: ${reason}`,
      { cause },
    )
  }
}
