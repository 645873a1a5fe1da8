import type { FramePart } from './frame-contract.ts'

/** Reads one frame, part by part. */
export interface Session {
  /** The next events, of at most `maxBytes`. Rejects with a ProtocolError. */
  next(maxBytes: number): Promise<FramePart | 'tooSmall'>
  /** Nothing inflates the frame any more: the rest of its events is in memory. */
  readonly isInflated: boolean
  close(): void | Promise<void>
}

/** Called before and after an event is read, or some that follow each other. */
export interface EventWatch {
  readonly begin: (index: number, payload: Buffer) => void
  readonly end: () => void
}

export const UNWATCHED: EventWatch = { begin: () => {}, end: () => {} }
