import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import type { Delivery } from './queue/delivery-queue.ts'
import { encodeEvents } from '../wire/encoder.ts'
import { type Protocol, encodeWindowFrame, encodeCompressedHeader } from '../wire/frames.ts'

export interface FrameOptions {
  readonly protocol: Protocol
  /** zlib's level; 0 sends protocol 2 uncompressed. */
  readonly compressionLevel: number
  /** `host.name` of the events. */
  readonly host: string
}

/** Covers the usual window in one round trip to the thread pool. */
const DEFLATE_CHUNK_BYTES = 128 * 1024
/** More than are in use at a time are not worth keeping. */
const MAX_SPARE_BUFFERS = 3

const deflateAsync = promisify(deflate)

/**
 * W and the events of a batch that are not confirmed yet. They travel in one C, which all servers take; protocol 1 always,
 * since the beats input of Logstash misreads bare D frames that are split over segments. Compression runs off the main
 * thread.
 */
export async function encodeWindow(
  delivery: Delivery,
  options: FrameOptions,
  spare: SpareBuffers,
): Promise<readonly Buffer[]> {
  const { protocol, compressionLevel, host } = options
  const { batch, confirmed, firstTryMs } = delivery
  const doubt = firstTryMs === undefined ? {} : { doubtfulSinceMs: firstTryMs }
  const allocate = (size: number) => spare.take(size)
  const { frames, count, memory } = encodeEvents(batch, { protocol, host, from: confirmed, allocate, ...doubt })
  const window = encodeWindowFrame(protocol, count)
  if (compressionLevel === 0 && protocol === 2) return [window, frames]
  const deflated = await deflateAsync(frames, { level: compressionLevel, chunkSize: DEFLATE_CHUNK_BYTES })
  spare.give(memory)
  return [window, encodeCompressedHeader(protocol, deflated), deflated]
}

/**
 * Large buffers that may be used again. A window's frames live only until they are compressed; as garbage they would wait for a
 * garbage collector that sees little reason to run, and would be most of the process's memory.
 */
export class SpareBuffers {
  readonly #spare: Buffer[] = []

  /** At least `size` bytes, with anything in them. */
  take(size: number): Buffer {
    const index = this.#spare.findIndex(buffer => buffer.length >= size)
    const [found] = index === -1 ? [] : this.#spare.splice(index, 1)
    return found ?? Buffer.allocUnsafeSlow(size)
  }

  /** The caller does not use the buffer any more. */
  give(buffer: Buffer): void {
    if (this.#spare.length >= MAX_SPARE_BUFFERS) this.#spare.shift()
    this.#spare.push(buffer)
  }
}
