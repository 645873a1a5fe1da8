import { type EventFrame, FrameDecoder, decodeInflated } from '../lumberjack/wire/decoder.ts'
import type { FrameLimits } from '../lumberjack/wire/frames.ts'
import { inflateSteps, inflateWithin, makeInflatedSizeError } from '../lumberjack/wire/inflate.ts'

/** A frame that becomes no larger is inflated at once, any other one in steps, twice: first to see that it is whole. */
const MAX_WHOLE_BYTES = 4 * 1024 * 1024

/** Events of a frame in the order in which they came. */
export interface EventList {
  readonly frames: readonly EventFrame[]
  /** Of the whole frame. */
  readonly total: number
  readonly isLast: boolean
}

/**
 * Gives no event before all are known to be well formed, and holds one step at a time. Rejects with a ProtocolError.
 * `maxEvents`: of a frame with more none is given, and `total` is too large.
 */
export async function* readEventLists(
  deflated: Buffer,
  limits: FrameLimits,
  maxEvents: number,
): AsyncGenerator<EventList, void> {
  const inflated = inflateWithin(deflated, Math.min(limits.inflatedBytes, MAX_WHOLE_BYTES))
  if (inflated !== undefined) {
    const frames = decodeInflated(inflated, limits, maxEvents)
    yield { frames: frames.length > maxEvents ? [] : frames, total: frames.length, isLast: true }
    return
  }
  const total = await countEvents(deflated, limits, maxEvents)
  if (total > maxEvents) yield { frames: [], total, isLast: true }
  else yield* inflateInSteps(deflated, limits, total)
}

/** Stops at the first event that is too many. */
async function countEvents(deflated: Buffer, limits: FrameLimits, maxEvents: number): Promise<number> {
  let total = 0
  for await (const { frames } of inflateInSteps(deflated, limits, 0)) {
    total += frames.length
    if (total > maxEvents) break
  }
  return total
}

async function* inflateInSteps(deflated: Buffer, limits: FrameLimits, total: number): AsyncGenerator<EventList, void> {
  const decoder = new FrameDecoder(limits, { isInflated: true })
  let inflatedBytes = 0
  let count = 0
  for await (const step of inflateSteps(deflated)) {
    inflatedBytes += step.length
    if (inflatedBytes > limits.inflatedBytes) throw makeInflatedSizeError(deflated.length, limits.inflatedBytes)
    decoder.push(step)
    const frames = decoder.takeEvents()
    count += frames.length
    yield { frames, total, isLast: false }
  }
  decoder.checkEnd(count)
  yield { frames: [], total, isLast: true }
}
