import type { Utf16Order } from '../../../flow/line-batch.ts'
import type { TrackedFile } from '../../tracked-file.ts'
import { type Chunk, wholeUnits } from '../chunk.ts'
import { cutLines, type Cut, type Cutting } from '../line-splitter.ts'
import { cutUtf16Lines } from '../utf16-lines.ts'
import { joinRecords } from './join-records.ts'
import { makeLineTexts } from './line-texts.ts'
import type { OpenRecords } from './open-records.ts'
import { rulesOf, type RecordRules } from './record-rules.ts'
import type { RecordSettings } from './record-settings.ts'

/** Whether a line is too long is known once its text and a CR LF are read, which may be UTF-16. */
const TERMINATOR_BYTES = 6

export interface CutParts {
  readonly openRecords: OpenRecords
  readonly clock: () => number
}

/** Cuts a chunk into lines, or into records where the group of its file has rules for them. */
export function cutChunk(chunk: Chunk, maxRecords: number, parts: CutParts): Cut {
  const { records } = chunk.file.group
  if (records === undefined) return cutChunkLines(chunk, maxRecords)
  return cutRecords(chunk, { rules: rulesOf(records), maxRecords, ...parts })
}

/** As many bytes as the longest line takes, or the longest record and a line that does not belong to it. */
export function longestCut({ maxLineBytes, records }: { maxLineBytes: number; records?: RecordSettings }): number {
  return maxLineBytes + TERMINATOR_BYTES + (records?.multiline?.maxBytes ?? 0)
}

interface RecordCutting extends CutParts {
  readonly rules: RecordRules
  readonly maxRecords: number
}

function cutRecords(chunk: Chunk, { rules, maxRecords, openRecords, clock }: RecordCutting): Cut {
  const { file, isEnd } = chunk
  const lines = cutChunkLines(chunk, Infinity)
  const text = textOf(chunk)
  return joinRecords(lines, {
    rules,
    textOf: makeLineTexts(text, file.reading.utf16),
    maxRecords,
    isFlushed: isEnd && (file.reading.isFinal || openRecords.isDue(file, file.position + lines.length, clock())),
    isLeavingOut: file.reading.isLeavingOut,
  })
}

/** What is left of a chunk after the last record: notes up to where lines of an open one are read. False where it has none. */
export function noteOpenRecord(chunk: Chunk, { openRecords, clock }: CutParts): boolean {
  const { file } = chunk
  const { records } = file.group
  const { length } = records === undefined ? { length: 0 } : cutChunkLines(chunk, Infinity)
  const isOpen = records !== undefined && length > 0
  if (isOpen) openRecords.note(file, file.position + length, clock() + rulesOf(records).timeoutMs)
  else openRecords.forget(file)
  return isOpen
}

function cutChunkLines(chunk: Chunk, maxLines: number): Cut {
  const { file, isEnd } = chunk
  const { isFinal, isInsideLine: startsInsideLine, utf16 } = file.reading
  const tail = isFinal && isEnd ? 'unterminated' : 'open'
  const cutting = { maxLineBytes: file.group.maxLineBytes, startsInsideLine, tail, maxLines } as const
  const text = textOf(chunk)
  return cutAnyLines(tail === 'open' && utf16 !== undefined ? wholeUnits(text) : text, utf16, cutting)
}

export function cutAnyLines(text: Buffer, utf16: Utf16Order | undefined, cutting: Cutting): Cut {
  return utf16 === undefined ? cutLines(text, cutting) : cutUtf16Lines(text, utf16, cutting)
}

/** Without NULs at the end of the file. */
function textOf({ file, bytes }: { file: TrackedFile; bytes: Buffer }): Buffer {
  return bytes.subarray(0, Math.max(0, file.progress.text.end - file.position))
}
