// How the journal has a range whose text is made of its bytes: u8 2, u32 bytes of the head, a JSON head, and the notes of
// its records (record-notes.ts), if rules made them.
import type { TextForm } from '../../../encodings/text-form.ts'
import { findLineCutter } from '../../text/line-cutter.ts'
import type { JournalRun } from '../../../registry/contract.ts'
import type { Cut } from '../line-splitter.ts'
import type { ContainerRecords } from '../../containers/container-records.ts'
import { cutContainerAgain } from './container-cut.ts'
import { readRecordNotes, writeRecordNotes } from './record-notes.ts'

const VERSION = 2
const HEAD_START = 5

type Head = TextHead | ContainerHead

interface TextHead {
  readonly text: TextForm
}

interface ContainerHead extends Pick<ContainerRecords, 'format' | 'state'> {
  /** Bytes of the notes of each stream, if rules joined its lines. */
  readonly joined?: readonly number[]
}

/** For a cut of records. */
export function writeRangeNotes(cut: Cut): Uint8Array {
  const { text, container, isJoined } = cut.records ?? {}
  if (container !== undefined) return writeContainerNotes(container, isJoined === true)
  if (text === undefined) return writeRecordNotes(cut)
  const head: Head = { text }
  return writeNotes(head, isJoined === true ? writeRecordNotes(cut) : new Uint8Array())
}

/** The range as it was cut, whatever the settings are by now. Undefined where the notes are of a later version, or of other bytes. */
export function readRangeNotes(run: JournalRun, bytes: Buffer): Cut | undefined {
  const notes = run.records
  if (notes?.[0] !== VERSION) return notes && readRecordNotes(notes, bytes.length)
  const { head, rest } = readNotes(notes)
  if ('format' in head) return cutAgainByHead(run, bytes, { head, rest })
  const noted = rest.length > 0 ? readRecordNotes(rest, bytes.length) : cutLinesAgain(run, bytes, head.text)
  return noted && { ...noted, records: { ...noted.records, ...head } }
}

/** A range without notes of its records: it ends with a line, or a piece of one. */
export function cutLinesAgain(run: JournalRun, bytes: Buffer, form: TextForm): Cut {
  const { startsInsideLine, maxLineBytes, lineCount: maxLines } = run
  const tail = run.endsUnterminated ? 'unterminated' : 'cut'
  return findLineCutter(form).cut(bytes, { maxLineBytes, startsInsideLine, tail, maxLines })
}

function writeContainerNotes({ format, state, streams }: ContainerRecords, isJoined: boolean): Uint8Array {
  if (!isJoined) return writeNotes({ format, state }, new Uint8Array())
  const notes = streams.map(({ lines: { ends, flags, bytes }, left }) =>
    writeRecordNotes({ ends, flags, length: bytes.length, endsUnterminated: false, records: left ? { left } : {} }),
  )
  return writeNotes({ format, state, joined: notes.map(({ length }) => length) }, Buffer.concat(notes))
}

interface ContainerNotes {
  readonly head: ContainerHead
  readonly rest: Buffer
}

function cutAgainByHead(run: JournalRun, bytes: Buffer, { head, rest }: ContainerNotes): Cut {
  const { startsInsideLine, maxLineBytes, start: offset } = run
  const { format, state, joined } = head
  const tail = run.endsUnterminated ? 'unterminated' : 'cut'
  const unwrapping = { format, state, startsInsideLine, maxLineBytes, offset, tail, maxLines: 0, maxBytes: 0 } as const
  let at = 0
  const notes = joined?.map(length => readRecordNotes(rest.subarray(at, (at += length)))!)
  return cutContainerAgain(bytes, unwrapping, notes)
}

function writeNotes(head: object, rest: Uint8Array): Uint8Array {
  const json = Buffer.from(JSON.stringify(head))
  const start = Buffer.alloc(HEAD_START)
  start[0] = VERSION
  start.writeUInt32BE(json.length, 1)
  return Uint8Array.from(Buffer.concat([start, json, rest]))
}

function readNotes(notes: Uint8Array): { readonly head: Head; readonly rest: Buffer } {
  const bytes = Buffer.from(notes.buffer, notes.byteOffset, notes.byteLength)
  const end = HEAD_START + bytes.readUInt32BE(1)
  return { head: JSON.parse(bytes.toString('utf8', HEAD_START, end)) as Head, rest: bytes.subarray(end) }
}
