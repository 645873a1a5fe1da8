// A format: how the lines of one program become fields. All of it is data, which an agent reads too.
import type { ReadyMadeName } from '../../patterns/ready-made-names.ts'

/** A processor as it is written in a pipeline: `{"grok": {…}}`. */
export type WrittenProcessor = Readonly<Record<string, Readonly<Record<string, unknown>>>>

export interface FormatOptions {
  /** Of times that are written without one; it may be a template. */
  readonly timezone: string
}

export interface Format {
  readonly name: string
  /** The programs, for lists of formats. */
  readonly title: string
  readonly examples: readonly string[]
  /** The agent's `multiline` for records of several lines. */
  readonly multiline?: ReadyMadeName | MultilineSetting
  /** Parts of paths of its files: they decide between formats that look alike. */
  readonly paths?: RegExp
  /** The first one that a line looks like parses it. */
  readonly variants: readonly Variant[]
}

/** One kind of line. */
export interface Variant {
  /** `event.dataset`. */
  readonly dataset: string
  /** A cheap look at a line. It is anchored, and only a line of this kind passes it, except those of equal formats. */
  readonly looks: RegExp
  /** A closer look, for recognising the format of a file that has no name. */
  readonly recognises?: RegExp
  /** Fields that are the same in every such line; `event.dataset` comes from `dataset`. */
  readonly fields?: ConstantFields
  /** Fields whose names begin with `_parsed` are removed afterwards. */
  readonly processors: (options: FormatOptions) => readonly WrittenProcessor[]
}

export interface ConstantFields {
  readonly [name: string]: string | readonly string[] | ConstantFields
}

/** The members of the agent's `multiline` object. */
export interface MultilineSetting {
  readonly pattern: string
  readonly negate?: boolean
  readonly match?: 'before' | 'after'
}
