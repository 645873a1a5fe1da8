// J frames by way of strings: for all that the kernel does not take.
import type { LineRun } from '../../flow/line-batch.ts'
import { offsetOf } from '../../flow/slice-line-batch.ts'
import type { ByteWriter } from './byte-writer.ts'
import { jsonEnvelopeOf, jsonMiddle } from './event-envelope.ts'
import { EVENT_HEADER_BYTES } from './frames.ts'
import { escapeLine, escapeRun } from './line-escaping.ts'
import { flagMember } from './line-flags.ts'

/** Text is collected up to this length before it is written: one native call for many lines, little memory. */
const CHUNK_CHARACTERS = 16_384

/** The state of the loop over runs. */
export interface Encoding {
  readonly out: ByteWriter
  readonly host: string
  /** Between an id and its line, in protocol 2, where a line has the time of its batch. */
  readonly middle: string
  readonly doubtfulSinceMs: number | undefined
  count: number
}

export function encodeByStrings(encoding: Encoding, run: LineRun): void {
  const { out, host } = encoding
  const { head, beforeOffset, tail } = jsonEnvelopeOf(run.origin, host)
  const escaped = escapeRun(run)
  const lengths = new Uint32Array(run.ends.length)
  const frames = out.position
  let text = ''
  for (let i = 0; i < run.ends.length; i++) {
    const offset = offsetOf(run, i)
    const middle = middleOf(encoding, run, i)
    const before = text.length
    if (escaped === undefined) {
      const line = escapeLine(run, i)
      text += head + offset + middle + line.text + beforeOffset + offset + flagMember(line.flags) + tail
    } else {
      const line = escaped.text.slice(escaped.starts[i], escaped.ends[i])
      text += head + offset + middle + line + beforeOffset + offset + tail
    }
    lengths[i] = text.length - before
    if (text.length < CHUNK_CHARACTERS) continue
    out.putLatin1(text)
    text = ''
  }
  out.putLatin1(text)
  numberFrames(encoding, frames, lengths)
}

function middleOf({ middle, doubtfulSinceMs }: Encoding, { times, nanos }: LineRun, i: number): string {
  return times === undefined ? middle : jsonMiddle(times[i]!, doubtfulSinceMs, nanos?.[i])
}

/** Fills in the sequence numbers and payload lengths of the frames that begin at `start`. */
function numberFrames(encoding: Encoding, start: number, lengths: Uint32Array): void {
  let at = start
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i] as number
    encoding.out.setUInt32(at + 2, ++encoding.count)
    encoding.out.setUInt32(at + 6, length - EVENT_HEADER_BYTES)
    at += length
  }
}
