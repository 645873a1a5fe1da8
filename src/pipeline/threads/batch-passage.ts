// A batch on its way through threads, and the steps in which it passes.
import type { PoisonEvent, StoreEvent } from '../../flow/event-batch.ts'
import type { Place as Turn } from '../../flow/nested-turns.ts'
import {
  type PipelineAnswer,
  type PipelineRequest,
  type Spared,
  type StepName,
  DROPPED,
  REFUSED,
  WRITTEN,
} from './thread-contract.ts'

/** Dead letters of the pipeline are filed here; they are replayed through it. */
export const PIPELINE_TARGET = 'pipeline'

/** What the main thread knows of a batch, so that any thread can pass on. */
export interface Passing {
  readonly events: readonly StoreEvent[]
  readonly receivedAtMs: number
  readonly turn: Turn
  /** Events before it have passed. */
  next: number
  /** By position in the batch. */
  readonly spared: Map<number, Spared>
  /** The event at which a thread ended once. */
  suspect: number | undefined
  /** Threads that ended while they had the batch, at no event. */
  endedThreads: number
}

/** Some events that have passed, in order. */
export interface PassedEvents {
  readonly events: readonly StoreEvent[]
  readonly poison: readonly PoisonEvent[]
  /** Of what the pipeline wrote. */
  readonly bytes: Buffer
}

export function makePassing(events: readonly StoreEvent[], receivedAtMs: number, turn: Turn): Passing {
  return { events, receivedAtMs, turn, next: 0, spared: new Map(), suspect: undefined, endedThreads: 0 }
}

/** The rest of the batch, in memory of its own. */
export function packRequest(id: number, { events, next, receivedAtMs, spared }: Passing): PipelineRequest {
  const rest = next === 0 ? events : events.slice(next)
  const ends = new Float64Array(rest.length)
  const times = new Float64Array(rest.length)
  const bytes = new Uint8Array(rest.reduce((sum, { start, end }) => sum + end - start, 0))
  let at = 0
  for (const [i, event] of rest.entries()) {
    bytes.set(event.bytes.subarray(event.start, event.end), at)
    ends[i] = at += event.end - event.start
    times[i] = event.timeMs
  }
  const shifted = new Map([...spared].map(([i, why]) => [i - next, why] as const))
  return { id, ids: rest.map(event => event.id), times, ends, bytes, receivedAtMs, spared: shifted }
}

/** The events of an answer; the batch goes on after them. */
export function takeAnswer(passing: Passing, answer: PipelineAnswer): PassedEvents {
  const { fates, ends, times, targets, reasons } = answer
  const bytes = Buffer.from(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.byteLength)
  const events: StoreEvent[] = []
  const poison: PoisonEvent[] = []
  let written = 0
  for (const [i, fate] of fates.entries()) {
    const received = passing.events[passing.next + i] as StoreEvent
    if (fate === DROPPED) continue
    if (fate === REFUSED) {
      poison.push(toPoison(received, reasons.get(i) ?? ''))
      continue
    }
    const target = targets.get(i)
    if (fate !== WRITTEN) {
      events.push(target === undefined ? received : { ...received, ...target })
      continue
    }
    const start = ends[written - 1] ?? 0
    events.push({
      ...received,
      ...target,
      bytes,
      start,
      end: ends[written] as number,
      timeMs: times[written] as number,
    })
    written++
  }
  passing.next += fates.length
  passing.endedThreads = 0
  return { events, poison, bytes }
}

/** A thread ended at this event, or at none. One time may be by chance, except where its time was up. */
export function blame(passing: Passing, event: number | undefined, reason: string): void {
  if (event === undefined) {
    if (++passing.endedThreads < MAX_ENDED_THREADS) return
    passing.endedThreads = 0
    return spare(passing, passing.next, failureOf(`threads ended before it was begun: ${reason}`))
  }
  if (passing.suspect === event) spare(passing, event, failureOf(`it ended two threads: ${reason}`))
  passing.suspect = event
}

/** The event does not pass the steps when it comes again. */
export function spare(passing: Passing, event: number, spared: Spared): void {
  const isKnown = passing.spared.has(event)
  passing.spared.set(event, isKnown ? { ...spared, isUnmarked: true } : spared)
}

export function timeoutOf(step: StepName | undefined, pattern: string | undefined, timeoutMs: number): Spared {
  const where = pattern === undefined ? '' : `, in the pattern ${pattern}`
  return { type: 'pipeline_timeout', message: `the event took longer than ${timeoutMs} ms${where}`, step }
}

const MAX_ENDED_THREADS = 3

function failureOf(message: string): Spared {
  return { type: 'pipeline_failure', message, step: undefined }
}

function toPoison({ id, bytes, start, end, timeMs }: StoreEvent, reason: string): PoisonEvent {
  const payload = bytes.subarray(start, end)
  return { id, payload, type: 'pipeline_failure', reason, target: PIPELINE_TARGET, timeMs }
}
