import type { RunPipeline } from '../../pipeline/compile/compile-pipelines.ts'
import { StepFailure } from '../../pipeline/compile/step-failure.ts'
import type { StepMeter } from '../../pipeline/compile/step-meter.ts'
import { PipelineEvent } from '../../pipeline/document/pipeline-event.ts'
import { type Fields, copyValue } from '../../pipeline/document/value.ts'
import { formatFaultPath } from '../../pipeline/compile/pipeline-fault.ts'
import { markFailure } from '../../pipeline/threads/mark-failure.ts'

export interface PassedEvent {
  readonly kind: 'stored' | 'dropped' | 'failed'
  /** As it is stored: after a failure, as it was received, with the reason. */
  readonly fields: Fields
  /** The target that a step chose. */
  readonly index: string | undefined
  readonly failure: StepFailure | undefined
}

interface Received {
  readonly fields: Fields
  readonly nowMs: number
}

/** What a collector would make of the event. */
export function passEvent(run: RunPipeline, { fields, nowMs }: Received, meter?: StepMeter): PassedEvent {
  const ingest = { timestamp: new Date(nowMs).toISOString() }
  const event = new PipelineEvent({ id: 'test', fields: copyValue(fields) as Fields, ingest })
  const result = run(event, meter)
  if (!(result instanceof StepFailure))
    return { kind: result, fields: event.fields, index: event.index, failure: undefined }
  const { step, message } = result
  const received = copyValue(fields) as Fields
  markFailure(received, {
    type: 'pipeline_failure',
    message,
    step: { path: formatFaultPath([...step.path, step.type]), type: step.type },
  })
  return { kind: 'failed', fields: received, index: undefined, failure: result }
}
