import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import type { Delivery } from './queue/delivery-queue.ts'
import { encodeEvents } from '../wire/encoder.ts'
import { type Protocol, encodeWindowFrame, wrapCompressed } from '../wire/frames.ts'
import type { SpareBuffers } from './spare-buffers.ts'

export interface FrameOptions {
  readonly protocol: Protocol
  /** zlib's level; 0 sends protocol 2 uncompressed. */
  readonly compressionLevel: number
  /** `host.name` of the events. */
  readonly host: string
}

/** One round trip to the thread pool for the usual window. */
const DEFLATE_CHUNK_BYTES = 128 * 1024

const deflateAsync = promisify(deflate)

/**
 * W and the events of a batch that are not confirmed yet. They travel in one C, which all servers take; protocol 1 always,
 * since the beats input of Logstash misreads bare D frames that are split over segments. Compression is done off the main
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
  return [window, wrapCompressed(protocol, deflated), deflated]
}
