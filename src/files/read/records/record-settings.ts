// How the lines of a group become records, as plain data: two groups that are equal are told by it.
import type { TextForm } from '../../../encodings/text-form.ts'
import type { ReadyMadeName } from '../../../patterns/ready-made-names.ts'

/** The words are Filebeat's. */
export interface PatternSettings {
  readonly pattern: string
  /** Lines that do not match count as those that match, and the reverse. */
  readonly negate: boolean
  /** A line that matches belongs to the line before it (`after`), or to the one behind it (`before`). */
  readonly match: 'before' | 'after'
  /** A line that matches ends the record. */
  readonly flushPattern?: string
}

export interface MultilineSettings extends MultilineLimits {
  readonly how: ReadyMadeName | PatternSettings
}

export interface MultilineLimits {
  /** A record of more lines or bytes is cut: the rest of it is another record. */
  readonly maxLines: number
  readonly maxBytes: number
  /** The last line of a record is not held for longer. */
  readonly timeoutMs: number
}

export interface RecordSettings {
  /** Lines of a container runtime, whose text is unwrapped; `auto`: the format of each file is found by its first lines, `formats` of the group included. */
  readonly format?: 'cri' | 'docker' | 'auto'
  /** With `auto`, for files whose format has records of several lines; absent where that joins none. */
  readonly formatMultiline?: MultilineLimits
  /** Absent where lines are UTF-8, or UTF-16 with a mark, and end with LF. */
  readonly text?: TextForm
  readonly multiline?: MultilineSettings
  /** Records are left out unless one of these matches. */
  readonly includeLines?: readonly string[]
  /** Records are left out if one of these matches. */
  readonly excludeLines?: readonly string[]
}
