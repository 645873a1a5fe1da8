// A frame that threads read, and the steps in which they do.
import { ProtocolError } from '../lumberjack/wire/protocol-error.ts'
import type { Place } from '../flow/nested-turns.ts'
import type { FrameAnswer, FramePart, FrameRequest } from './frame-contract.ts'
import type { FrameThread } from './frame-thread.ts'

export interface OpenedFrame extends FrameRequest {
  /** Frames of equal senders take turns with those of others. */
  readonly place: Place
}

/** What is known of a frame, so that any thread can read on. */
export interface Reading {
  readonly id: number
  readonly frame: OpenedFrame
  /** Events that were given out. */
  from: number
  total: number | undefined
  readonly refused: Map<number, string>
  /** An event over which a thread ended once. */
  suspect: number | undefined
  endedThreads: number
  /** The thread that has the frame. */
  thread: FrameThread | undefined
}

export interface Step {
  readonly reading: Reading
  readonly maxBytes: number
  readonly resolve: (part: FramePart | undefined) => void
  readonly reject: (error: Error) => void
  startedAt: number
}

/** The frame was read to its end, or is broken. */
export function isEnd(answer: FrameAnswer): boolean {
  return answer !== 'tooSmall' && ('code' in answer || answer.isLast)
}

export function answerStep({ reading, resolve, reject }: Step, answer: FrameAnswer): void {
  if (answer === 'tooSmall') {
    reading.thread = undefined
    return resolve(undefined)
  }
  if ('code' in answer) {
    reading.thread = undefined
    return reject(new ProtocolError(answer.code, answer.message))
  }
  reading.from += answer.sequences.length
  reading.endedThreads = 0
  reading.total = answer.total
  if (answer.isLast || answer.isClosed === true) reading.thread = undefined
  resolve(answer)
}

/** An event that ends a thread once may have been there by chance. */
export function blame(reading: Reading, index: number, reason: string): void {
  if (reading.suspect === index) reading.refused.set(index, `reading it ended two threads: ${reason}`)
  reading.suspect = index
}
