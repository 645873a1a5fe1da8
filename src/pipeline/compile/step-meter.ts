import type { PipelineEvent } from '../document/pipeline-event.ts'
import type { StepFailure } from './step-failure.ts'

/** `skipped`: its condition is false. */
export type StepResult = 'passed' | 'skipped' | 'failed' | 'drop' | 'terminate' | 'reroute'

/** Is called before and after each step, its condition included. Calls are nested where steps are. */
export interface StepMeter {
  begin(index: number, event: PipelineEvent): void
  /** `failure` is set for `failed`, whatever follows from it: it may be ignored or handled. */
  end(index: number, result: StepResult, after: AfterStep): void
}

export interface AfterStep {
  readonly event: PipelineEvent
  readonly failure?: StepFailure
}
