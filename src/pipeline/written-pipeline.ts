/** What a thread of the pipeline compiles: plain data. */
export interface WrittenPipeline {
  /** As in the configuration. */
  readonly pipeline: unknown
  readonly pipelines: unknown
  /** Where relative paths begin. */
  readonly directory: string
  readonly onFailure: 'store' | 'deadLetter'
  /** The name of the target of the store, if it has fields of events. */
  readonly index: string | undefined
}
