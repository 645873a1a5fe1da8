// The texts of runs have one character for each byte.
import { type JsonEnvelope, formatTime, jsonMiddle, makeJsonEnvelope } from '../lumberjack/wire/event-envelope.ts'
import type { EnvelopeTexts } from '../lumberjack/wire/event-envelope.ts'
import { EVENT_HEADER_BYTES } from '../lumberjack/wire/frames.ts'
import { flagMember } from '../lumberjack/wire/line-flags.ts'

/** What the events of a run have in common. */
export interface RunText extends JsonEnvelope {
  /** In quotes. */
  readonly fileId: string
  /** The time of the run, in milliseconds since 1970. */
  readonly timeMs: number
  readonly doubtfulSinceMs: number | undefined
}

/** What distinguishes an event from others of its run. */
export interface RecordText {
  /** Escaped, and without its terminator. */
  readonly line: string
  readonly offset: number
  readonly timeMs: number
  readonly nanos: number
  readonly flags: number
}

export function makeRunText(texts: EnvelopeTexts, times: Pick<RunText, 'timeMs' | 'doubtfulSinceMs'>): RunText {
  const { head, ...around } = makeJsonEnvelope(texts)
  return { ...around, head: head.slice(EVENT_HEADER_BYTES), fileId: texts.fileId, ...times }
}

/** The payload of the J frame that our agent would have sent. */
export function writePayload(run: RunText, { line, ...record }: RecordText): string {
  const { before, after } = aroundLine(run, record)
  return before + line + after
}

/** What is before and after the line in the payload. */
export function aroundLine(
  run: RunText,
  { offset, timeMs, nanos, flags }: Omit<RecordText, 'line'>,
): { readonly before: string; readonly after: string } {
  return {
    before: run.head + offset + jsonMiddle(timeMs, run.doubtfulSinceMs, nanos),
    after: run.beforeOffset + offset + flagMember(flags) + run.tail,
  }
}

/** What is between the opening of a document and its line. */
export function documentMiddle(timeMs: number, nanos: number): string {
  return `"@timestamp":"${formatTime(timeMs, nanos)}","message":"`
}
