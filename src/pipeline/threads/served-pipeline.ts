import type { PipelineEvent } from '../document/pipeline-event.ts'
import type { CompileContext } from '../processor/contract.ts'
import type { ChosenTarget, StepName } from './thread-contract.ts'

/** What becomes of an event that has passed all steps. `message` may quote the event. */
export type Passed =
  | { readonly kind: 'stored' }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'failed'; readonly step: number; readonly type: string; readonly message: string }

/** `skipped`: its condition is false. */
export type StepResult = 'passed' | 'skipped' | 'failed' | 'drop' | 'terminate' | 'reroute'

/** Is called by the steps, so that it is known which one is running. Calls are nested where steps are. */
export interface StepWatch {
  begin(step: number): void
  /** `failed`: it could not do its work, whatever follows from that. */
  end(step: number, result: StepResult): void
}

/** Files and time, as the steps see them. */
export type PipelineHost = Pick<CompileContext, 'openFile' | 'listDirectory' | 'nowMs'>

/** A pipeline as a thread uses it. */
export interface ServedPipeline {
  readonly steps: readonly StepName[]
  readonly onFailure: 'store' | 'deadLetter'
  readonly run: (event: PipelineEvent, watch: StepWatch) => Passed
  /** Undefined where the store alone chooses. */
  readonly targetOf: (event: PipelineEvent) => ChosenTarget | undefined
  /** For an event that could not be read. */
  readonly fallbackTarget: ChosenTarget | undefined
}

export type CompileServed = (written: unknown, host: PipelineHost) => ServedPipeline
