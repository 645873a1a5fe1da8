// How the journal has a range whose text is made of its bytes: u8 2, u32 bytes of the head, a JSON head, and the notes of
// its records (record-notes.ts), if rules made them.
import type { TextForm } from '../../text/text-form.ts'
import { findLineCutter } from '../../text/line-cutter.ts'
import type { JournalRun } from '../../../registry/contract.ts'
import type { Cut } from '../line-splitter.ts'
import { readRecordNotes, writeRecordNotes } from './record-notes.ts'

const VERSION = 2
const HEAD_START = 5

interface Head {
  readonly text: TextForm
}

/** For a cut of records. */
export function writeRangeNotes(cut: Cut): Uint8Array {
  const { text, isJoined } = cut.records ?? {}
  if (text === undefined) return writeRecordNotes(cut)
  const head: Head = { text }
  return writeNotes(head, isJoined === true ? writeRecordNotes(cut) : new Uint8Array())
}

/** The range as it was cut, whatever the settings are by now. Undefined where the notes are of a later version, or of other bytes. */
export function readRangeNotes(run: JournalRun, bytes: Buffer): Cut | undefined {
  const notes = run.records
  if (notes?.[0] !== VERSION) return notes && readRecordNotes(notes, bytes.length)
  const { head, rest } = readNotes(notes)
  const noted = rest.length > 0 ? readRecordNotes(rest, bytes.length) : cutLinesAgain(run, bytes, head.text)
  return noted && { ...noted, records: { ...noted.records, ...head } }
}

/** A range without notes of its records: it ends with a line, or a piece of one. */
export function cutLinesAgain(run: JournalRun, bytes: Buffer, form: TextForm): Cut {
  const { startsInsideLine, maxLineBytes, lineCount: maxLines } = run
  const tail = run.endsUnterminated ? 'unterminated' : 'cut'
  return findLineCutter(form).cut(bytes, { maxLineBytes, startsInsideLine, tail, maxLines })
}

function writeNotes(head: object, rest: Uint8Array): Uint8Array {
  const json = Buffer.from(JSON.stringify(head))
  const start = Buffer.alloc(HEAD_START)
  start[0] = VERSION
  start.writeUInt32BE(json.length, 1)
  return Uint8Array.from(Buffer.concat([start, json, rest]))
}

function readNotes(notes: Uint8Array): { readonly head: Head; readonly rest: Uint8Array } {
  const bytes = Buffer.from(notes.buffer, notes.byteOffset, notes.byteLength)
  const end = HEAD_START + bytes.readUInt32BE(1)
  return { head: JSON.parse(bytes.toString('utf8', HEAD_START, end)) as Head, rest: bytes.subarray(end) }
}
