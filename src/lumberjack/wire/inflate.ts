import { createInflate, inflateSync } from 'node:zlib'
import { ProtocolError } from './protocol-error.ts'

/** Deflate cannot do better, so a small frame is harmless. */
const MAX_RATIO = 1032
/** More than frames of our agent become, so that they are not joined of several pieces. */
const USUAL_RATIO = 16
/** From half of `Buffer.poolSize` on, zlib writes into memory of its own: parts of a pool would keep all of it, as long as any part lives. */
const MIN_CHUNK_BYTES = 32 * 1024
const MAX_CHUNK_BYTES = 1024 * 1024
/** What is inflated at a time of a large frame. */
export const STEP_BYTES = 120 * 1024

export function maxInflatedBytes(deflatedBytes: number, limit: number): number {
  return Math.min(limit, deflatedBytes * MAX_RATIO + 1024)
}

/** Undefined for more than `maxBytes`. Throws ProtocolError for bytes that are not a zlib stream. */
export function inflateWithin(deflated: Buffer, maxBytes: number): Buffer | undefined {
  try {
    return inflateSync(deflated, optionsFor(deflated, maxBytes))
  } catch (error) {
    return orTooLarge(deflated, error)
  }
}

/** Inflates in steps, off this thread; the next step begins when it is asked for. Each one belongs to the caller. */
export async function* inflateSteps(deflated: Buffer): AsyncGenerator<Buffer, void> {
  const stream = createInflate({ chunkSize: STEP_BYTES })
  stream.end(deflated)
  try {
    for await (const step of stream) yield step as Buffer
  } catch (error) {
    throw makeCompressionError(deflated.length, error)
  }
}

export function makeInflatedSizeError(deflatedBytes: number, limitBytes: number): ProtocolError {
  return new ProtocolError(
    'inflated_too_large',
    `a compressed frame of ${deflatedBytes} bytes becomes more than ${limitBytes} bytes: make the client send less at a time, or raise \`inflatedBytes\` in \`limits\``,
  )
}

function optionsFor(deflated: Buffer, maxBytes: number) {
  const chunkSize = Math.max(MIN_CHUNK_BYTES, Math.min(MAX_CHUNK_BYTES, maxBytes, deflated.length * USUAL_RATIO))
  return { maxOutputLength: Math.max(1, maxBytes), chunkSize }
}

function orTooLarge(deflated: Buffer, error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined
  throw makeCompressionError(deflated.length, error)
}

function makeCompressionError(deflatedBytes: number, cause: unknown): ProtocolError {
  const reason = (cause as Error).message
  const message = `a compressed frame of ${deflatedBytes} bytes is not a whole zlib stream: ${reason}`
  return new ProtocolError('bad_compression', message, { cause })
}
