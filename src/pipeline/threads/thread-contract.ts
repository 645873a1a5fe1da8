// The messages between the main thread and a thread that passes events through a pipeline.
import type { StoreEvent } from '../../flow/event-batch.ts'

/** The processors of all pipelines have numbers; this is the one of a number, in words that no event chooses. */
export interface StepName {
  /** `pipeline.3.grok`, `pipelines.web.0.set`. */
  readonly path: string
  /** `grok`. */
  readonly type: string
  readonly tag?: string
  /** Of processors that try several. */
  readonly patterns?: readonly string[]
}

/** Why an event is not passed through the steps: an earlier try of it ended a thread. */
export interface Spared {
  readonly type: 'pipeline_timeout' | 'pipeline_failure'
  /** For `error.message`. */
  readonly message: string
  readonly step: StepName | undefined
  /** Marking it ended a thread too: it stays as it was received. */
  readonly isUnmarked?: boolean
}

/** Events of one batch, in order. */
export interface PipelineRequest {
  readonly id: number
  readonly ids: readonly string[]
  /** Milliseconds since 1970, as the events were received. */
  readonly times: Float64Array<ArrayBuffer>
  /** Event `i` is `bytes[ends[i - 1] ?? 0 .. ends[i])`. */
  readonly ends: Float64Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly receivedAtMs: number
  readonly spared: ReadonlyMap<number, Spared>
}

export const UNCHANGED = 0
export const WRITTEN = 1
export const DROPPED = 2
export const REFUSED = 3

/** The first events of a request, as many as fit into one answer. */
export interface PipelineAnswer {
  readonly id: number
  /** UNCHANGED, WRITTEN, DROPPED or REFUSED for each of them. */
  readonly fates: Uint8Array<ArrayBuffer>
  /** Of those that are WRITTEN, in order: where each one ends in `bytes`, and its time. */
  readonly ends: Float64Array<ArrayBuffer>
  readonly times: Float64Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
  /** By position: where the pipeline sends them. */
  readonly targets: ReadonlyMap<number, ChosenTarget>
  /** By position: why they are REFUSED. */
  readonly reasons: ReadonlyMap<number, string>
  /** Events that keep the form in which they came because the pipeline failed. */
  readonly marked: number
  readonly counts: StepCounts
}

/** `filledIndex`: that of the store with its fields filled in; `reroutedTo`: a name that a processor chose. */
export type ChosenTarget = Pick<StoreEvent, 'filledIndex' | 'reroutedTo'>

/** What the steps did, by their number. */
export interface StepCounts {
  readonly events: Float64Array<ArrayBuffer>
  readonly failed: Float64Array<ArrayBuffer>
  readonly dropped: Float64Array<ArrayBuffer>
  /** Estimated from some of the events. */
  readonly milliseconds: Float64Array<ArrayBuffer>
}

export type FromThread =
  | { readonly kind: 'ready'; readonly steps: readonly StepName[] }
  /** The pipeline cannot be compiled. */
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'answer'; readonly answer: PipelineAnswer }
  /** A file that a processor uses has changed: it is in use now, or there is a reason why its earlier content still is. */
  | { readonly kind: 'file'; readonly path: string; readonly fault: string | undefined }

/** What the thread starts with. */
export interface ThreadData {
  readonly cells: Int32Array<SharedArrayBuffer>
  /** Plain data, as it is written in the configuration. */
  readonly written: unknown
  readonly limits: ResultLimits
}

/** Of the document that a pipeline makes of one event. */
export interface ResultLimits {
  readonly eventBytes: number
}

const REQUEST = 0
const EVENT = 1
const STEP = 2
const PART = 3

/** Shared with the main thread: the event and the step that the thread is at, so that they are known after its end. */
export class Progress {
  readonly cells: Int32Array<SharedArrayBuffer>

  constructor(cells = new Int32Array(new SharedArrayBuffer(16))) {
    this.cells = cells
  }

  begin(request: number, event: number): void {
    Atomics.store(this.cells, EVENT, event)
    Atomics.store(this.cells, STEP, -1)
    Atomics.store(this.cells, REQUEST, request)
  }

  /** -1: between the steps. */
  enterStep(step: number): void {
    Atomics.store(this.cells, PART, -1)
    Atomics.store(this.cells, STEP, step)
  }

  /** The pattern that the step tries. */
  enterPart(part: number): void {
    Atomics.store(this.cells, PART, part)
  }

  end(): void {
    Atomics.store(this.cells, REQUEST, 0)
  }

  /** Undefined between events. */
  get current(): Place | undefined {
    const request = Atomics.load(this.cells, REQUEST)
    if (request === 0) return undefined
    const [event, step, part] = [EVENT, STEP, PART].map(cell => Atomics.load(this.cells, cell)) as [
      number,
      number,
      number,
    ]
    return { request, event, step, part }
  }
}

export interface Place {
  readonly request: number
  readonly event: number
  readonly step: number
  readonly part: number
}
