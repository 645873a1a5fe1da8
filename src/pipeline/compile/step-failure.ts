import { reasonOf } from '../../flow/error-reason.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import type { StepInfo } from './step-info.ts'

/** A step failed on an event, and nothing handled it. The message may have text of the event: it is not for logs. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure'
  readonly code = 'STEP_FAILURE'
  /** The innermost step that failed. */
  readonly step: StepInfo
  /** False where the fault is not the event's, but of this program: the processor threw something unforeseen. */
  readonly isForeseen: boolean

  #named: StepInfo

  constructor(step: StepInfo, cause: unknown) {
    super(reasonOf(cause), { cause })
    this.step = step
    this.#named = step
    this.isForeseen = cause instanceof ProcessingFault
  }

  /** The step that `_ingest.on_failure_processor_type` names. */
  get named(): StepInfo {
    return this.#named
  }

  /** The failure has reached the step around the one that failed. */
  notePassed(step: StepInfo): void {
    if (this.#named.isInner) this.#named = step
  }
}
