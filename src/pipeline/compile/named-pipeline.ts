import type { PipelineEvent } from '../document/pipeline-event.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { removeMember } from '../document/value.ts'
import type { Outcome, Step } from '../processor/contract.ts'
import { runOnFailure } from './run-step.ts'
import { StepFailure } from './step-failure.ts'

export interface PipelineParts {
  readonly name: string
  readonly steps: Step
  readonly onFailure: Step | undefined
}

/**
 * A pipeline as a step of another. `terminate` ends this one only. A pipeline that calls itself, also by way of others,
 * fails as in Elasticsearch.
 */
export function makePipelineStep(parts: PipelineParts): Step {
  const { name } = parts
  return event => {
    if (event.pipelines.includes(name)) throw new ProcessingFault(`Cycle detected for pipeline: ${name}`)
    const outer = event.ingest['pipeline']
    event.pipelines.push(name)
    event.ingest['pipeline'] = name
    try {
      const outcome = runPipeline(parts, event)
      return outcome === 'terminate' ? undefined : outcome
    } finally {
      event.pipelines.pop()
      if (outer === undefined) removeMember(event.ingest, 'pipeline')
      else event.ingest['pipeline'] = outer
    }
  }
}

function runPipeline({ steps, onFailure }: PipelineParts, event: PipelineEvent): Outcome {
  if (onFailure === undefined) return steps(event) ?? undefined
  try {
    return steps(event) ?? undefined
  } catch (error) {
    if (error instanceof StepFailure) return runOnFailure(onFailure, event, error)
    throw error
  }
}
