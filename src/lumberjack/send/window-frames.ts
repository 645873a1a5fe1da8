import { createDeflate } from 'node:zlib'
import type { Delivery } from './queue/delivery-queue.ts'
import { encodeEvents } from '../wire/encoder.ts'
import { type Protocol, encodeWindowFrame, encodeCompressedHeader, encodeRunsHeader } from '../wire/frames.ts'
import { encodeRuns } from '../wire/run-encoder.ts'
import type { ZstdFrames } from './zstd-frames.ts'

export interface FrameOptions {
  readonly protocol: Protocol
  /** zlib's level; 0 sends protocol 2 uncompressed. */
  readonly compressionLevel: number
  /** `host.name` of the events. */
  readonly host: string
}

/** What windows of one connection are made with. */
export interface WindowTools {
  readonly spare: SpareBuffers
  /** Undefined where the server does not take our own wire form. */
  readonly zstd: ZstdFrames | undefined
}

/** Covers the usual window in one round trip to the thread pool. */
const DEFLATE_CHUNK_BYTES = 128 * 1024
/** More than are in use at a time are not worth keeping. */
const MAX_SPARE_BUFFERS = 3

/**
 * W and the events of a batch that are not confirmed yet, in our own wire form where the server takes it. A window that is
 * suspected travels as to any receiver, so that no event is refused for its form alone.
 */
export async function encodeWindow(
  delivery: Delivery,
  options: FrameOptions,
  { spare, zstd }: WindowTools,
): Promise<readonly Buffer[]> {
  const isOwnForm = zstd !== undefined && !delivery.suspicion.isAlone
  const window = isOwnForm ? await encodeRunWindow(delivery, options.host, { spare, zstd }) : undefined
  return window ?? encodeEventWindow(delivery, options, spare)
}

/** The runs in R frames; undefined where they do not fit into any. Compression runs off the main thread. */
async function encodeRunWindow(
  delivery: Delivery,
  host: string,
  { spare, zstd }: WindowTools & { readonly zstd: ZstdFrames },
): Promise<readonly Buffer[] | undefined> {
  const { batch, confirmed, firstTryMs } = delivery
  const doubt = firstTryMs === undefined ? {} : { doubtfulSinceMs: firstTryMs }
  const encoded = encodeRuns(batch, { host, from: confirmed, ...doubt })
  if (encoded === undefined) return undefined
  const frames = [encodeWindowFrame(2, encoded.count)]
  for (const content of encoded.contents) {
    const memory = spare.take(content.maxBytes)
    const parts = await zstd.compress(content.writeInto(memory))
    spare.give(memory)
    frames.push(encodeRunsHeader(parts.reduce((sum, { length }) => sum + length, 0)), ...parts)
  }
  return frames
}

/**
 * The events in one C, which all servers take; protocol 1 always, since the beats input of Logstash misreads bare D frames
 * that are split over segments. Compression runs off the main thread.
 */
async function encodeEventWindow(
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
  const deflated = await compress(frames, compressionLevel)
  spare.give(memory)
  return [window, encodeCompressedHeader(protocol, countBytes(deflated)), ...deflated]
}

/** In parts, in memory that nothing else is in: the convenient form of this copies them, and leaves them as garbage. */
async function compress(frames: Buffer, level: number): Promise<readonly Buffer[]> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const stream = createDeflate({ level, chunkSize: DEFLATE_CHUNK_BYTES })
  const parts: Buffer[] = []
  stream.on('data', (part: Buffer) => parts.push(part))
  stream.on('end', resolve)
  stream.on('error', reject)
  stream.end(frames)
  await promise
  for (const { buffer } of parts) freeable.add(buffer)
  return parts
}

function countBytes(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0)
}

/** Memory with nothing but parts of one window. */
const freeable = new WeakSet<ArrayBufferLike>()

/** The frames are written, and not used any more. As garbage they would be what makes V8 collect. */
export function freeFrames(frames: readonly Buffer[]): void {
  for (const { buffer } of frames) if (freeable.delete(buffer)) (buffer as ArrayBuffer).transfer(0)
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
