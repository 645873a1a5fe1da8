import type { PluginReading, WrittenProcessor } from './reading.ts'

/** One filter in our processors. */
export interface Converted {
  readonly steps: readonly WrittenProcessor[]
  /** The tags of an event on which a step failed; it passes on to the next filter, as in Logstash. */
  readonly failureTags: readonly string[]
  /** The filter does nothing to an event on which this is false, and it does not fail. */
  readonly guard?: string
}

/** Undefined where the filter cannot be taken over, which it has reported. */
export type FilterConverter = (reading: PluginReading) => Converted | undefined

/** `tag_on_failure`; a boolean false or an empty list is none. */
export function failureTagsOf(reading: PluginReading, byDefault: string): readonly string[] {
  return reading.has('tag_on_failure') ? reading.texts('tag_on_failure') : [byDefault]
}
