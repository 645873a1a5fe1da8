import { decodeInflated } from '../lumberjack/wire/decoder.ts'
import { inflateWithin } from '../lumberjack/wire/inflate.ts'
import type { EventList } from './event-lists.ts'
import type { FrameRequest } from './frame-contract.ts'
import { oneList, readLists } from './frame-session.ts'

const MAX_DEFLATED_BYTES = 4 * 1024
/** Events of so many bytes are read in less time than it takes to pass them to a thread and back. */
export const MAX_TINY_BYTES = 16 * 1024

/** The events of a frame that costs little to read, whatever is in it; undefined for any other frame. */
export function listHere(request: FrameRequest): AsyncIterator<EventList, void> | undefined {
  const { frame, limits, maxEvents } = request
  if (frame.type !== 'compressed') return frame.payload.length <= MAX_TINY_BYTES ? readLists(request) : undefined
  if (frame.deflated.length > MAX_DEFLATED_BYTES) return undefined
  const deflated = Buffer.from(frame.deflated.buffer, frame.deflated.byteOffset, frame.deflated.byteLength)
  const inflated = inflateWithin(deflated, Math.min(MAX_TINY_BYTES, limits.inflatedBytes))
  return inflated && oneList(decodeInflated(inflated, limits, maxEvents))
}
