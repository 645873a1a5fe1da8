// How the agent holds lines on their way: as bytes and the ends of lines, never as one object per line.

/** The line continues in the next event: it was cut for its length. */
export const LINE_CUT = 1
/** The line began in an earlier event. */
export const LINE_CONTINUED = 2
/** The line was sent without its newline: its file was rotated away, deleted or ended. */
export const LINE_UNTERMINATED = 4
/** A record of several lines. */
export const LINE_MULTILINE = 16
/** A record of lines that was cut for its number of lines or bytes: the event behind it has the rest. */
export const LINE_TRUNCATED = 32

/** Where lines come from; one object while one run of the agent follows one generation of a file. */
export interface Origin {
  /** 96 random bits as 16 base64url characters, after the hash of a name where there is one; an event's id is `<fileId>-<offset>`. */
  readonly fileId: string
  /** The path that a pattern of the configuration matched; `-` for standard input. */
  readonly path: string
  /** Members that are added to each event at top level. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** Little or big end first. */
export type Utf16Order = 'le' | 'be'

/** Lines of one file, or records of several lines, in their order. Line `i` is `bytes[ends[i - 1] ?? 0 .. ends[i])`, its terminator included. */
export interface LineRun {
  readonly origin: Origin
  /** Position in the file of the first line. */
  readonly offset: number
  readonly bytes: Buffer
  /** Exclusive ends of the lines, as positions in `bytes`; the last one is `bytes.length`. */
  readonly ends: Uint32Array
  /** LINE_* bits of each line; absent where no line has any. A cut or unterminated line has no terminator to strip. */
  readonly flags?: Uint8Array
  /**
   * Position in the file of each line, rising; absent where they follow each other there, and have the bytes there that they
   * have here.
   */
  readonly offsets?: Float64Array
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
