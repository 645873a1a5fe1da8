import type { PoisonEvent, StoreEvent } from '../../flow/events.ts'
import { EventReader } from '../../events/event-reader.ts'
import type { Frame } from '../wire/decoder.ts'
import { readPairEvent } from './pair-event.ts'

/** A frame that is one event. */
export type EventFrame = Extract<Frame, { readonly type: 'json' | 'pairs' }>

/** About how much memory an event takes besides its bytes. */
export const EVENT_OVERHEAD_BYTES = 200

/** Makes the event of a frame; `nowMs` is the time of its receipt, in milliseconds since 1970. */
export type ReadEventFrame = (frame: EventFrame, nowMs: number) => StoreEvent | PoisonEvent

/** `makeId` gives ids to events that come without one. */
export function createEventFrameReader(makeId: () => string): ReadEventFrame {
  const reader = new EventReader(makeId)
  return (frame, nowMs) =>
    frame.type === 'pairs' ? readPairEvent(frame, { nowMs, makeId }) : reader.read(frame.payload, nowMs)
}
