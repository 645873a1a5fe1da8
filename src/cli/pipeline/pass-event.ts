import { stepNameOf } from '../../pipeline/compile-served.ts'
import type { StepInfo } from '../../pipeline/compile/step-info.ts'
import type { AfterStep, StepMeter, StepResult } from '../../pipeline/compile/step-meter.ts'
import { StepFailure } from '../../pipeline/compile/step-failure.ts'
import { PipelineEvent } from '../../pipeline/document/pipeline-event.ts'
import { type Fields, copyValue } from '../../pipeline/document/value.ts'
import { timeoutOf } from '../../pipeline/threads/batch-passage.ts'
import { type Failure, markFailure } from '../../pipeline/threads/mark-failure.ts'
import type { LoadedPipelines } from './load-pipelines.ts'

export interface PassedEvent {
  readonly kind: 'stored' | 'dropped' | 'failed'
  /** As it is stored: after a failure, as it was received, with the reason. */
  readonly fields: Fields
  /** The target that a step chose. */
  readonly index: string | undefined
  /** The message; undefined where the pipeline did not fail. */
  readonly failure: string | undefined
}

export interface Received {
  readonly fields: Fields
  readonly nowMs: number
}

/** Passes events as a collector would. */
export class EventPasser {
  readonly #pipelines: LoadedPipelines
  readonly #running: StepInfo[] = []
  #part = -1

  constructor(pipelines: LoadedPipelines) {
    this.#pipelines = pipelines
  }

  pass({ fields, nowMs }: Received, meter?: StepMeter): PassedEvent {
    this.#running.length = 0
    const ingest = { timestamp: new Date(nowMs).toISOString() }
    const notePart = (part: number): void => void (this.#part = part)
    const event = new PipelineEvent({ id: 'test', fields: copyValue(fields) as Fields, ingest, notePart })
    const result = this.#pipelines.run(event, this.#watched(meter))
    if (!(result instanceof StepFailure))
      return { kind: result, fields: event.fields, index: event.index, failure: undefined }
    return this.#failed(fields, { type: 'pipeline_failure', message: result.message, step: this.#nameOf(result.step) })
  }

  /** The event that was passed last was ended, since it took too long: at the step that runs still. */
  giveUp({ fields }: Received): PassedEvent {
    const step = this.#nameOf(this.#running.at(-1))
    const pattern = step?.patterns?.[Math.max(0, this.#part)]
    return this.#failed(fields, timeoutOf(step, pattern, this.#pipelines.timeoutMs))
  }

  #failed(fields: Fields, failure: Failure): PassedEvent {
    const received = copyValue(fields) as Fields
    markFailure(received, failure)
    return { kind: 'failed', fields: received, index: undefined, failure: failure.message }
  }

  #nameOf(step: StepInfo | undefined) {
    return step && stepNameOf(step, this.#pipelines.written)
  }

  #watched(meter: StepMeter | undefined): StepMeter {
    return {
      begin: (index: number, event: PipelineEvent) => {
        this.#running.push(this.#pipelines.steps[index] as StepInfo)
        this.#part = -1
        meter?.begin(index, event)
      },
      end: (index: number, result: StepResult, after: AfterStep) => {
        this.#running.pop()
        meter?.end(index, result, after)
      },
    }
  }
}
