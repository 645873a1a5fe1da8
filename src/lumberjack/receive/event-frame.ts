import type { Frame } from '../wire/decoder.ts'

/** A frame that is one event. */
export type EventFrame = Extract<Frame, { readonly type: 'json' | 'pairs' }>

/** About how much memory an event takes besides its bytes. */
export const EVENT_OVERHEAD_BYTES = 200
