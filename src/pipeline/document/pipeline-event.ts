import type { Fields, Value } from './value.ts'

/** The members of `_ingest`: `timestamp`, in `foreach` `_value` and `_key`, in `on_failure` `on_failure_message`, …. */
export type IngestFields = Fields

/**
 * One event while it passes a pipeline: its document and what is known about it beside the document. Paths begin in the
 * document; `_ingest.…` is beside it, and so are `_index` and `_id`, which are read like fields of the document.
 */
export class PipelineEvent {
  readonly fields: Fields
  readonly ingest: IngestFields
  /** `_index`: the index, data stream or alias that was asked for, by `reroute` or by setting `_index`. */
  index: string | undefined
  /** `_id`. A pipeline cannot change it, since exactly-once delivery rests on it. */
  readonly id: string
  /** False until a processor wrote to the document: then the bytes that came are stored. */
  isChanged = false
  /** The names of the pipelines that it is in, the innermost one last. */
  readonly pipelines: string[] = []
  /** To be called with the index of each of several patterns before it is tried: one that hangs is named by it. */
  readonly notePart: (part: number) => void

  constructor(event: {
    readonly id: string
    readonly fields: Fields
    readonly ingest: Fields
    readonly notePart?: (part: number) => void
  }) {
    this.id = event.id
    this.fields = event.fields
    this.ingest = event.ingest
    this.notePart = event.notePart ?? (() => {})
  }

  /** What is beside the document under this name; undefined where there is nothing. */
  metadata(name: string): Value | undefined {
    if (name === '_ingest') return this.ingest
    if (name === '_index') return this.index
    return name === '_id' ? this.id : undefined
  }
}
