import { decodeInflated } from '../lumberjack/wire/decoder.ts'
import { inflateWithin } from '../lumberjack/wire/inflate.ts'
import { type FrameRequest, bytesOf } from './frame-contract.ts'
import { FrameSession, oneList } from './frame-session.ts'
import { RunSession } from './run-session.ts'
import { type Session, UNWATCHED } from './session.ts'

const MAX_COMPRESSED_BYTES = 4 * 1024
/** Events of so many bytes are read in less time than it takes to pass them to a thread and back. */
export const MAX_TINY_BYTES = 16 * 1024

/** For a frame that costs little to read, whatever is in it; undefined for any other one. Throws ProtocolError. */
export function readHere(request: FrameRequest): Session | undefined {
  const { frame, limits, maxEvents } = request
  if (frame.type === 'json' || frame.type === 'pairs')
    return frame.payload.length <= MAX_TINY_BYTES ? new FrameSession({ ...request, frame }) : undefined
  if (bytesOf(frame).length > MAX_COMPRESSED_BYTES) return undefined
  if (frame.type === 'runs') {
    const session = new RunSession({ ...request, frame })
    return session.isTiny(MAX_TINY_BYTES) ? session : undefined
  }
  const deflated = Buffer.from(frame.deflated.buffer, frame.deflated.byteOffset, frame.deflated.byteLength)
  const inflated = inflateWithin(deflated, Math.min(MAX_TINY_BYTES, limits.inflatedBytes))
  if (inflated === undefined) return undefined
  return new FrameSession({ ...request, frame }, UNWATCHED, oneList(decodeInflated(inflated, limits, maxEvents)))
}
