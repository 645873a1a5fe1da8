import type { EventBatch } from '../flow/event-batch.ts'
import type { Place } from '../flow/nested-turns.ts'

/** A pipeline as the settings have it. */
export interface PipelineSettings {
  /** Plain data for the threads. */
  readonly written: unknown
  readonly timeoutMs: number
  readonly eventBytes: number
}

/** Whose turn a batch takes. */
export type PlaceOf = (batch: Pick<EventBatch, 'peer' | 'agent'>) => Place

/** Of one processor, since the start. Events that passed it in a thread that was ended are not counted. */
export interface StepStatus {
  /** `pipeline.3.grok`. */
  readonly step: string
  readonly type: string
  readonly tag: string
  readonly events: number
  readonly failed: number
  readonly dropped: number
  /** Events that used up their time in it. */
  readonly timeouts: number
  /** Estimated from one event of sixteen. */
  readonly seconds: number
}

/** Numbers are of events since the start. */
export interface PipelineStatus {
  /** There is a pipeline. */
  readonly isUsed: boolean
  readonly events: number
  readonly dropped: number
  /** Stored as they were received. */
  readonly failed: number
  /** Became dead letters. */
  readonly refused: number
  readonly timeouts: number
  /** Batches that wait for a thread. */
  readonly waiting: number
  readonly steps: readonly StepStatus[]
  /** For health: it is bad because of these. */
  readonly faults: readonly string[]
  /** For health as well, which they do not make bad. */
  readonly notes: readonly string[]
}
