// What the main thread and a thread that reads frames say to each other.
import type { SenderRules } from '../events/event-reader.ts'
import type { PackedEvents } from '../events/packed-events.ts'
import type { FrameLimits } from '../lumberjack/wire/frames.ts'
import type { ProtocolErrorCode } from '../lumberjack/wire/protocol-error.ts'

/** A frame as it came: compressed ones with all their events, or one event. */
export type WireFrame =
  | { readonly type: 'compressed'; readonly deflated: Uint8Array }
  | { readonly type: 'json'; readonly sequence: number; readonly payload: Uint8Array }
  | { readonly type: 'pairs'; readonly sequence: number; readonly payload: Uint8Array; readonly pairCount: number }
  /** Its events are numbered from `firstSequence` on. */
  | { readonly type: 'runs'; readonly zstd: Uint8Array; readonly firstSequence: number }

/** The bytes of a frame that matter for its events. */
export function bytesOf(frame: WireFrame): Uint8Array {
  if (frame.type === 'compressed') return frame.deflated
  return frame.type === 'runs' ? frame.zstd : frame.payload
}

export interface FrameRequest {
  readonly frame: WireFrame
  readonly limits: FrameLimits
  /** The window lacks so many events: of a frame with more, none is read. */
  readonly maxEvents: number
  /** Time of receipt, in milliseconds since 1970. */
  readonly nowMs: number
  /** The first part has the hash of the frame's bytes. */
  readonly isHashed: boolean
  readonly rules?: SenderRules | undefined
}

/** Where a frame is read on that an ended thread had begun. */
export interface FrameResumption {
  /** The events before it were given out. */
  readonly from: number
  /** Events of the whole frame, once it is known to be well formed. */
  readonly total: number | undefined
  /** Events that are not to be read, because they ended a thread, by position: why. */
  readonly refused: ReadonlyMap<number, string>
  /** A thread ended over it: its events are read one by one, so that it is known which one ends the next. */
  readonly isCareful?: boolean
}

/** The next events of a frame. Events without an id have the id ''. */
export interface FramePart {
  readonly events: PackedEvents
  readonly sequences: Uint32Array<ArrayBuffer>
  /** Events of the whole frame; more than `maxEvents` only means more. */
  readonly total: number
  readonly isLast: boolean
  /** What is kept for the frame until the next part is asked for. */
  readonly keptBytes: number
  /** The thread does not have the frame any more, to keep less: it is opened again for the next part. */
  readonly isClosed?: boolean
  readonly hash: string | undefined
  /** How many of them have ids with the hash of another name. */
  readonly foreignIds: number
}

export type ToThread =
  | {
      readonly id: number
      readonly kind: 'next'
      /** Absent where the thread has it already. */
      readonly open?: FrameRequest & FrameResumption
      /** The most bytes that the events of a part may take. */
      readonly maxBytes: number
    }
  | { readonly id: number; readonly kind: 'close' }

/** `tooSmall`: the next event takes more than `maxBytes`. */
export type FrameAnswer = FramePart | 'tooSmall' | { readonly code: ProtocolErrorCode; readonly message: string }

/** The first message is `ready`. */
export type FromThread = 'ready' | { readonly id: number; readonly answer: FrameAnswer }

/** Shared with the main thread: which event is being read, so that it is known after the end of the thread. */
export class Progress {
  readonly cells: Int32Array<SharedArrayBuffer>

  constructor(cells = new Int32Array(new SharedArrayBuffer(8))) {
    this.cells = cells
  }

  begin(id: number, index: number): void {
    Atomics.store(this.cells, 1, index)
    Atomics.store(this.cells, 0, id)
  }

  end(): void {
    Atomics.store(this.cells, 0, 0)
  }

  /** The event that is being read; undefined between events. */
  get current(): { readonly id: number; readonly index: number } | undefined {
    const id = Atomics.load(this.cells, 0)
    return id === 0 ? undefined : { id, index: Atomics.load(this.cells, 1) }
  }
}
