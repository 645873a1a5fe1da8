// How the agent holds lines on their way: as bytes and the ends of lines, never as one object per line.

/** The line continues in the next event: it was cut for its length. */
export const LINE_CUT = 1
/** The line began in an earlier event. */
export const LINE_CONTINUED = 2
/** The line was sent without its newline: its file was rotated away, deleted or ended. */
export const LINE_UNTERMINATED = 4
/** The text has U+FFFD for bytes that its encoding does not have. For UTF-8 and UTF-16 the encoder of events finds that. */
export const LINE_INVALID = 8
/** A record of several lines. */
export const LINE_MULTILINE = 16
/** A record of lines that was cut for its number of lines or bytes: the event behind it has the rest. */
export const LINE_TRUNCATED = 32
/** The line is not in the format of its file, and is sent as it is. */
export const LINE_DAMAGED = 64
/** All of them. */
export const LINE_FLAGS = 127

/** Where lines come from; one object while one run of the agent follows one generation of a file. */
export interface Origin {
  /** 96 random bits as 16 base64url characters, after the hash of a name where there is one; an event's id is `<fileId>-<offset>`. */
  readonly fileId: string
  /** The path that a pattern of the configuration matched; `-` for standard input. */
  readonly path: string
  /** Members that are added to each event at top level. */
  readonly fields: Readonly<Record<string, unknown>>
  /** The name of the format that the lines of the file have: `log.format` of each event. */
  readonly format?: string
}

/** Little or big end first. */
export type Utf16Order = 'le' | 'be'

/** Lines of one file, or records of several lines, in their order. Line `i` is `bytes[ends[i - 1] ?? 0 .. ends[i])`, its terminator included. */
export interface LineRun {
  readonly origin: Origin
  /** Position in the file of the first line. */
  readonly offset: number
  /** Position of each line, rising; absent where the lines follow each other in the file as they do here. */
  readonly offsets?: Float64Array
  /** The time of each line, in milliseconds since 1970; absent where that of the batch is theirs. */
  readonly times?: Float64Array
  /** Nanoseconds behind those milliseconds, 0 to 999,999. */
  readonly nanos?: Uint32Array
  readonly bytes: Buffer
  /** Exclusive ends of the lines, as positions in `bytes`; the last one is `bytes.length`. */
  readonly ends: Uint32Array
  /** LINE_* bits of each line; absent where no line has any. A cut or unterminated line has no terminator to strip. */
  readonly flags?: Uint8Array
  /** The bytes are UTF-16, terminators included; absent for UTF-8. */
  readonly utf16?: Utf16Order
}

/** The batch that the agent's pump moves: a few hundred kilobytes of lines of one or many files. */
export interface LineBatch {
  /** Rises by one with each batch; the journal's key. */
  readonly sequence: number
  /** When the lines were read: their `@timestamp`, in milliseconds since 1970. Equal on every resend. */
  readonly timeMs: number
  readonly runs: readonly LineRun[]
  readonly lineCount: number
  readonly byteCount: number
  /** When an earlier run of the agent, which may have sent the batch, first tried; in ms since 1970. */
  readonly doubtfulSinceMs?: number
}
