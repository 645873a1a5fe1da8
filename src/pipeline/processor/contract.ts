// The one contract of the processors: options are checked and compiled once, then each event passes the compiled step.
import type { PipelineEvent } from '../document/pipeline-event.ts'
import type { OptionsOf, OptionTable } from './options.ts'

/**
 * `drop`: the event is not stored. `terminate`: the event has passed this pipeline, and the one that called it continues.
 * `reroute`: the event has passed all pipelines.
 */
export type Outcome = 'drop' | 'terminate' | 'reroute' | undefined

/** Works on the event in place. Throws a ProcessingFault where it cannot. It is synchronous and keeps nothing. */
export type Step = (event: PipelineEvent) => Outcome | void

/** One kind of processor. Its options are Elasticsearch's; all processors have `if`, `tag`, … besides. */
export interface Processor<Table extends OptionTable> {
  /** One sentence for docs/pipeline.md and `forwarder check`. */
  readonly summary: string
  readonly options: Table
  /** The option that is meant where a text is written instead of options: `{"parse": "nginx"}`. */
  readonly shorthand?: string
  /** Throws an OptionFault where the options cannot work: a pattern, a format, a file. */
  compile(options: OptionsOf<Table>, context: CompileContext): Step
}

/** What a processor may use while it is compiled. */
export interface CompileContext {
  /** Steps of a list of processors that is an option of this one. */
  compileSteps(processors: readonly unknown[], option: string): Step
  /** The pipeline of that name, looked up when an event comes: pipelines may refer to each other. */
  pipelineNamed(name: string): Step | undefined
  /** A file that the operator has, read again when it changes. Throws an OptionFault where it cannot be read. */
  openFile<Content>(path: string, parse: (bytes: Buffer) => Content): { readonly current: Content }
  /** The names in a directory that the operator has, with a full path each. */
  listDirectory(path: string): readonly string[]
  /** Milliseconds since 1970: for years that a time does not have. */
  nowMs(): number
}

export function defineProcessor<const Table extends OptionTable>(processor: Processor<Table>): Processor<Table> {
  return processor
}
