import type { TrackedFile } from '../../tracked-file.ts'
import type { Chunk } from '../chunk.ts'
import type { Cut } from '../line-splitter.ts'
import { lineCutterOf, textFormOf } from '../../file-form.ts'
import type { ContainerFormat } from '../../containers/container-line.ts'
import { readFormat } from '../../containers/file-format.ts'
import { MAX_DELIMITER_LENGTH } from '../../../encodings/text-form.ts'
import { cutChunkLines, textOf } from './chunk-lines.ts'
import { cutContainerLines } from './container-cut.ts'
import type { FoundFormats } from './found-formats.ts'
import { joinRecords } from './join-records.ts'
import { makeLineTexts } from './line-texts.ts'
import type { OpenRecords } from './open-records.ts'
import { rulesOfFile, type RecordRules } from './record-rules.ts'

/** Whether a line is too long is known once its text and a CR LF are read, which may be UTF-16. */
const TERMINATOR_BYTES = 6
const MAX_TERMINATOR_BYTES = 4 * MAX_DELIMITER_LENGTH
/** Records of several streams, of which one waits for its end: at least as much is read before that one is cut. */
const MIN_WRAPPED_BYTES = 512 * 1024
/** A byte order mark or a part of a line may be missing of what was read. */
const MISSING_BYTES = 64
/** Whether a record ends in a chunk is mostly known by its first lines. */
const FIRST_BYTES = 4096

export interface CutParts {
  readonly formats: FoundFormats
  readonly openRecords: OpenRecords
  readonly clock: () => number
}

/** Cuts a chunk into lines, or into records where the group of its file has rules for them. */
export function cutChunk(chunk: Chunk, maxRecords: number, parts: CutParts): Cut {
  const { records } = chunk.file.group
  if (records === undefined) return cutChunkLines(chunk, maxRecords)
  parts.formats.find(chunk)
  const { container: format } = readFormat(chunk.file.format)
  const cutting = { rules: rulesOfFile(chunk.file), maxRecords, ...parts }
  return format === undefined ? cutRecords(chunk, cutting) : cutContainerChunk(chunk, { ...cutting, format })
}

/** As many bytes as the longest line takes, or the longest record and a line that does not belong to it. */
export function longestCut({ group, format: found }: Pick<TrackedFile, 'group' | 'format'>): number {
  const { maxLineBytes, records } = group
  if (records === undefined) return maxLineBytes + TERMINATOR_BYTES
  const { maxBytes } = rulesOfFile({ group, format: found })
  const longest = maxLineBytes + (records.text === undefined ? TERMINATOR_BYTES : MAX_TERMINATOR_BYTES)
  const wrapped = records.format === undefined ? longest : Math.max(2 * longest, MIN_WRAPPED_BYTES)
  return wrapped + maxBytes
}

interface RecordCutting extends CutParts {
  readonly rules: RecordRules
  readonly maxRecords: number
}

function cutRecords(chunk: Chunk, { rules, maxRecords, openRecords, clock }: RecordCutting): Cut {
  const { file, isEnd } = chunk
  const lines = cutChunkLines(chunk, Infinity)
  const form = textFormOf(file)
  const records = form === undefined ? {} : { text: form }
  if (rules.isPlain) return form === undefined ? lines : { ...lines, records }
  return joinRecords(lines, {
    rules,
    records: { ...records, isJoined: true },
    textOf: makeLineTexts(textOf(chunk), form ?? { utf16: file.reading.utf16 }),
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
  if (records === undefined || length === 0) {
    openRecords.forget(file)
    return false
  }
  // Other streams may go on for as long as they like.
  const isContainer = readFormat(file.format).container !== undefined
  const end = isContainer ? file.position : file.position + length
  openRecords.note(file, end, clock() + rulesOfFile(file).timeoutMs)
  return true
}

interface ContainerCutting extends RecordCutting {
  readonly format: ContainerFormat
}

function cutContainerChunk(chunk: Chunk, { format, rules, maxRecords, openRecords, clock }: ContainerCutting): Cut {
  const { file, bytes, isEnd } = chunk
  const { reading, group, position } = file
  reading.noteCutter(lineCutterOf(file))
  const isDue = isEnd && openRecords.isDue(file, position, clock())
  const isFull = !isEnd && bytes.length > longestCut(file) - MISSING_BYTES
  const unwrapping = {
    format,
    maxLineBytes: group.maxLineBytes,
    offset: position,
    startsInsideLine: reading.isInsideLine,
    state: reading.streams,
    maxLines: maxRecords,
    maxBytes: Infinity,
  }
  if (isEnd && reading.isFinal) return cutContainerLines(textOf(chunk), { ...unwrapping, tail: 'unterminated' }, rules)
  const first = textOf(chunk).subarray(0, FIRST_BYTES)
  const quick = maxRecords === 1 ? cutContainerLines(first, { ...unwrapping, tail: 'open' }, rules) : undefined
  if (quick !== undefined && quick.length > 0) return quick
  const cut = cutContainerLines(textOf(chunk), { ...unwrapping, tail: 'open' }, rules)
  if (cut.length > 0 || !(isDue || isFull)) return cut
  return cutContainerLines(textOf(chunk), { ...unwrapping, tail: 'flush' }, rules)
}
