// What happens when a step of a pipeline fails: the rules of Elasticsearch's CompoundProcessor.
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { removeMember } from '../document/value.ts'
import type { Outcome, Step } from '../processor/contract.ts'
import { StepFailure } from './step-failure.ts'
import type { StepInfo } from './step-info.ts'
import type { StepMeter } from './step-meter.ts'

/** The meter of the run that is going on: runs are synchronous, so there is one. */
export interface MeterCell {
  meter: StepMeter
}

export interface StepParts {
  readonly info: StepInfo
  readonly step: Step
  readonly condition: ((event: PipelineEvent) => boolean) | undefined
  readonly ignoresFailure: boolean
  readonly onFailure: Step | undefined
  readonly cell: MeterCell
}

export function makeListStep(steps: readonly Step[]): Step {
  const [only] = steps
  if (only !== undefined && steps.length === 1) return only
  return event => {
    for (let i = 0; i < steps.length; i++) {
      const outcome = (steps[i] as Step)(event)
      if (outcome !== undefined) return outcome
    }
    return undefined
  }
}

/** A step with its condition and its failure handling. It throws nothing but StepFailures. */
export function makeGuardedStep(parts: StepParts): Step {
  const { info, step, condition, cell } = parts
  const { index } = info
  return event => {
    const { meter } = cell
    meter.begin(index, event)
    let result: Outcome
    try {
      if (condition !== undefined && !condition(event)) {
        meter.end(index, 'skipped', { event })
        return undefined
      }
      result = step(event) ?? undefined
    } catch (error) {
      const failure = toFailure(info, error)
      meter.end(index, 'failed', { event, failure })
      return handleFailure(parts, event, failure)
    }
    meter.end(index, result ?? 'passed', { event })
    return result
  }
}

function toFailure(info: StepInfo, error: unknown): StepFailure {
  if (!(error instanceof StepFailure)) return new StepFailure(info, error)
  error.notePassed(info)
  return error
}

function handleFailure({ ignoresFailure, onFailure }: StepParts, event: PipelineEvent, failure: StepFailure): Outcome {
  if (ignoresFailure) return undefined
  if (onFailure === undefined) throw failure
  return runOnFailure(onFailure, event, failure)
}

/** While the handlers run, `_ingest` names the failure. */
export function runOnFailure(onFailure: Step, event: PipelineEvent, failure: StepFailure): Outcome {
  const { ingest } = event
  ingest['on_failure_message'] = failure.message
  ingest['on_failure_processor_type'] = failure.named.type
  ingest['on_failure_processor_tag'] = failure.named.tag ?? null
  ingest['on_failure_pipeline'] = failure.named.pipeline
  try {
    return onFailure(event) ?? undefined
  } finally {
    for (const name of ON_FAILURE_NAMES) removeMember(ingest, name)
  }
}

const ON_FAILURE_NAMES = [
  'on_failure_message',
  'on_failure_processor_type',
  'on_failure_processor_tag',
  'on_failure_pipeline',
]
