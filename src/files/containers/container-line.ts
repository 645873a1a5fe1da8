import type { LineTime } from './line-time.ts'

export type StreamName = 'stdout' | 'stderr'

/** A line of a container runtime. */
export interface ContainerLine {
  readonly stream: StreamName
  readonly time: LineTime
  /** The text goes on in the next line of its stream. */
  readonly isPartial: boolean
  /** The text is `source[start .. end)`. */
  readonly source: Buffer
  readonly start: number
  readonly end: number
  /** JSON of an object that the runtime added. */
  readonly attributes?: string
  /** The text has U+FFFD for something that was no character. */
  readonly isInvalid?: boolean
}

/** `bytes[start .. end)` is a line without its terminator. Undefined for one that is not of the format. */
export type ReadContainerLine = (bytes: Buffer, start: number, end: number) => ContainerLine | undefined

export type ContainerFormat = 'cri' | 'docker'
