/** A processor as it is written: `{"set": {"field": …}}`. */
export type WrittenProcessor = Readonly<Record<string, unknown>>

export interface WrittenPipeline {
  readonly processors: readonly WrittenProcessor[]
  readonly on_failure?: readonly WrittenProcessor[]
  /** Those that it calls, by name. */
  readonly pipelines?: Readonly<Record<string, WrittenPipeline>>
}

/** What became of one document. */
export type Outcome =
  | { readonly kind: 'document'; readonly json: string; readonly index: string }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'failed'; readonly message: string; readonly type?: string }

/** What became of all; `unknown`: this program does not have that processor, or that option of it. */
export type Outcomes =
  | { readonly kind: 'ran'; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string }

/** `_index` of the documents before the pipeline. */
export const INDEX = 'logs-before'
/** `_id` of the documents. */
export const ID = 'id-1'
