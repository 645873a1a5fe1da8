import type { MadeLines } from '../text/text-lines.ts'
import type { ContainerFormat, StreamName } from './container-line.ts'

/** What a record is of; `stream` is undefined for lines that are not of the format. */
export interface StreamKey {
  readonly stream: StreamName | undefined
  /** JSON of an object that the runtime added. */
  readonly attributes?: string | undefined
}

/** What is known of the records before some bytes. */
export interface StreamState {
  /** Streams whose last record was cut: their next line is its rest. */
  readonly cut: readonly StreamKey[]
  /** The stream of a line that was cut for its length. */
  readonly inside?: StreamKey | undefined
}

export const NO_STATE: StreamState = { cut: [] }

/** The records of a range of a container's log. */
export interface ContainerRecords {
  readonly format: ContainerFormat
  /** Before the range, and behind it. */
  readonly state: StreamState
  readonly stateBehind: StreamState
  readonly streams: readonly SentStream[]
}

export interface SentStream {
  readonly key: StreamKey
  readonly lines: MadeLines
  /** As in `RecordParts`. */
  readonly left?: Uint32Array | undefined
}
