import { freeBytes } from '../flow/free-bytes.ts'
import { type EventFrame, FrameDecoder, decodeInflated } from '../lumberjack/wire/decoder.ts'
import type { FrameLimits } from '../lumberjack/wire/frames.ts'
import { STEP_BYTES, inflateSteps, inflateWithin, makeInflatedSizeError } from '../lumberjack/wire/inflate.ts'

/** A frame that becomes no larger is inflated at once, any other one in steps, twice: first to see that it is whole. */
const MAX_WHOLE_BYTES = 1024 * 1024
/** What zlib takes, and the next step. */
const INFLATING_BYTES = 48 * 1024 + STEP_BYTES

/** Events of a frame in the order in which they came. */
export interface EventList {
  readonly frames: readonly EventFrame[]
  /** Of the whole frame. */
  readonly total: number
  readonly isLast: boolean
  /** What is kept while this is the list, which is less once it is freed. */
  readonly keptBytes: () => number
  /** No bytes of the events are used any more. */
  readonly free: () => void
  /** A buffer that has nothing but one of the events is in other hands from now on. */
  readonly giveAway: (buffer: ArrayBufferLike) => void
}

export const NO_EVENTS: EventList = {
  frames: [],
  total: 0,
  isLast: false,
  keptBytes: () => 0,
  free: () => {},
  giveAway: () => {},
}

export interface FrameToList {
  readonly deflated: Buffer
  readonly limits: FrameLimits
  /** Of a frame with more events none is given, and `total` is too large. */
  readonly maxEvents: number
  /** Of a frame that is known to be well formed. */
  readonly total?: number | undefined
}

/** Gives no event before all are known to be well formed, and holds one step at a time. Rejects with a ProtocolError. */
export async function* readEventLists(frame: FrameToList): AsyncGenerator<EventList, void> {
  const { deflated, limits, maxEvents } = frame
  const inflated = inflateWithin(deflated, Math.min(limits.inflatedBytes, MAX_WHOLE_BYTES))
  if (inflated !== undefined) return yield wholeList(inflated, limits, maxEvents)
  const total = frame.total ?? (await countEvents(frame))
  if (total > maxEvents) yield { ...NO_EVENTS, total, isLast: true }
  else yield* inflateInSteps(frame, total)
}

function wholeList(inflated: Buffer, limits: FrameLimits, maxEvents: number): EventList {
  const frames = decodeInflated(inflated, limits, maxEvents)
  const { length: total } = frames
  return {
    frames: total > maxEvents ? [] : frames,
    total,
    isLast: true,
    keptBytes: () => inflated.buffer.byteLength,
    free: () => freeBytes(inflated),
    giveAway: () => {}, // no event of it has so many bytes
  }
}

/** Stops at the first event that is too many. */
async function countEvents(frame: FrameToList): Promise<number> {
  let total = 0
  for await (const { frames, free } of inflateInSteps(frame, 0)) {
    total += frames.length
    free()
    if (total > frame.maxEvents) break
  }
  return total
}

async function* inflateInSteps({ deflated, limits }: FrameToList, total: number): AsyncGenerator<EventList, void> {
  const decoder = new FrameDecoder(limits, { isInflated: true, ownsChunks: true })
  const keptBytes = () => INFLATING_BYTES + decoder.heldBytes
  const free = () => decoder.free()
  const giveAway = (buffer: ArrayBufferLike) => decoder.giveAway(buffer)
  let inflatedBytes = 0
  let count = 0
  for await (const step of inflateSteps(deflated)) {
    inflatedBytes += step.length
    if (inflatedBytes > limits.inflatedBytes) throw makeInflatedSizeError(deflated.length, limits.inflatedBytes)
    decoder.push(step)
    const frames = decoder.takeEvents()
    count += frames.length
    yield { frames, total, isLast: false, keptBytes, free, giveAway }
  }
  decoder.checkEnd(count)
  yield { ...NO_EVENTS, total, isLast: true }
}
