import { type EventFrame, decodeInflated } from '../lumberjack/wire/decoder.ts'
import type { FrameLimits } from '../lumberjack/wire/frames.ts'
import { inflateWithin } from '../lumberjack/wire/inflate.ts'
import type { FrameRequest, WireFrame } from './frame-contract.ts'
import { RunSession } from './run-session.ts'
import type { Session } from './session.ts'

const MAX_COMPRESSED_BYTES = 4 * 1024
/** So few events of so few bytes are read in less time than it takes to pass them to a thread and back. */
export const MAX_TINY_BYTES = 16 * 1024
export const MAX_TINY_EVENTS = 128

type EventsFrame = Exclude<WireFrame, { readonly type: 'runs' }>

interface TinyOptions {
  readonly limits: FrameLimits
  /** The window lacks so many events; of a frame with more, one more at least is given. */
  readonly maxEvents: number
}

/**
 * The events of a frame that costs little to read, whatever is in it, in memory of their own; undefined for any other frame.
 * Throws ProtocolError.
 */
export function takeTinyFrame(
  frame: EventsFrame,
  { limits, maxEvents }: TinyOptions,
): readonly EventFrame[] | undefined {
  if (frame.type !== 'compressed') {
    if (frame.payload.length > MAX_TINY_BYTES) return undefined
    return [{ ...frame, payload: copy(frame.payload) }]
  }
  const { buffer, byteOffset, length } = frame.deflated
  if (length > MAX_COMPRESSED_BYTES) return undefined
  const maxBytes = Math.min(MAX_TINY_BYTES, limits.inflatedBytes)
  const inflated = inflateWithin(Buffer.from(buffer, byteOffset, length), maxBytes)
  if (inflated === undefined) return undefined
  const events = decodeInflated(copy(inflated), limits, Math.min(maxEvents, MAX_TINY_EVENTS))
  return events.length > Math.min(maxEvents, MAX_TINY_EVENTS) && events.length <= maxEvents ? undefined : events
}

/** For a frame of runs that costs little to read, whatever is in it; undefined for any other one. Throws ProtocolError. */
export function readRunsHere(request: FrameRequest): Session | undefined {
  const { frame } = request
  if (frame.type !== 'runs' || frame.zstd.length > MAX_COMPRESSED_BYTES) return undefined
  const session = new RunSession({ ...request, frame })
  return session.isTiny(MAX_TINY_BYTES) ? session : undefined
}

/** Otherwise an event would keep the whole chunk, or the pool, in memory. */
function copy(bytes: Uint8Array): Buffer {
  const copied = Buffer.allocUnsafeSlow(bytes.length)
  copied.set(bytes)
  return copied
}
