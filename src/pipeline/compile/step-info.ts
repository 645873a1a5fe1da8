import type { FaultPath } from './pipeline-fault.ts'

/** One written processor: also those of `on_failure` and those inside others. */
export interface StepInfo {
  /** Its place in the list of all steps. */
  readonly index: number
  readonly type: string
  readonly tag: string | undefined
  readonly description: string | undefined
  /** The text of its condition. */
  readonly condition: string | undefined
  /** The name of its pipeline. */
  readonly pipeline: string
  readonly path: FaultPath
  /** Works for another processor, as in `foreach`: a failure of it is named after that one, as in Elasticsearch. */
  readonly isInner: boolean
}
