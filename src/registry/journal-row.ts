import { crc32 } from 'node:zlib'
import type { JournalBatch, JournalRun } from './contract.ts'

/** The values that runs of one file share, stored once: key, file id, path, fields, `maxLineBytes`, and the name of the format if it has one. */
export type OriginColumns = readonly [number, string, string, string, number, string | null]

/** The values of one run: start, end, checksum, lines, starts inside a line, ends unterminated, and its records if it has notes of them. */
export type RunColumns = readonly [number, number, number, number, number, number, Uint8Array | null]

export function toOriginColumns(run: JournalRun): OriginColumns {
  return [run.key, run.fileId, run.path, JSON.stringify(run.fields), run.maxLineBytes, run.format ?? null]
}

export function toRunColumns(run: JournalRun): RunColumns {
  return [
    run.start,
    run.end,
    run.checksum,
    run.lineCount,
    run.startsInsideLine ? 1 : 0,
    run.endsUnterminated ? 1 : 0,
    run.records ?? null,
  ]
}

export function sumBatch(sequence: number, timeMs: number, runs: readonly (OriginColumns | RunColumns)[]): number {
  let sum = crc32(`${sequence} ${timeMs}`)
  for (const run of runs) sum = addToSum(run, sum)
  return sum
}

/** A run without notes, or without a format, has the sum that it had before there were any. */
function addToSum(columns: OriginColumns | RunColumns, sum: number): number {
  const values = columns.filter(value => typeof value === 'number' || typeof value === 'string')
  const notes = columns[6]
  const sumOfValues = crc32(values.join('\0'), sum)
  return notes === undefined || notes === null ? sumOfValues : crc32(notes, sumOfValues)
}

/** A row of `runs` joined with its origin. */
export type RunRow = Readonly<Record<string, unknown>>

/** The batch in these rows; undefined if the checksum does not match. */
export function fromJournalRows(
  head: { readonly sequence: number; readonly timeMs: number; readonly checksum: number },
  rows: readonly RunRow[],
): JournalBatch | undefined {
  const columns = rows.flatMap(row => [readOrigin(row), readRun(row)])
  if (sumBatch(head.sequence, head.timeMs, columns) !== head.checksum) return undefined
  const runs = rows.map(row => fromColumns(readOrigin(row), readRun(row)))
  return { sequence: head.sequence, timeMs: head.timeMs, runs }
}

function readOrigin(row: RunRow): OriginColumns {
  const { file_key, file_id, path, fields, max_line_bytes, format = null } = row
  const columns = [file_key, file_id, path, fields, max_line_bytes, format]
  return columns as unknown as OriginColumns // the table is STRICT
}

function readRun(row: RunRow): RunColumns {
  const columns = [
    row['start'],
    row['end'],
    row['checksum'],
    row['line_count'],
    row['starts_inside_line'],
    row['ends_unterminated'],
    row['records'] ?? null,
  ]
  return columns as unknown as RunColumns
}

function fromColumns(origin: OriginColumns, run: RunColumns): JournalRun {
  const [key, fileId, path, fields, maxLineBytes, format] = origin
  const [start, end, checksum, lineCount, startsInsideLine, endsUnterminated, records] = run
  return {
    key,
    fileId,
    path,
    fields: JSON.parse(fields) as Record<string, unknown>,
    ...(format !== null && { format }),
    start,
    end,
    checksum,
    lineCount,
    maxLineBytes,
    startsInsideLine: startsInsideLine === 1,
    endsUnterminated: endsUnterminated === 1,
    ...(records !== null && { records }),
  }
}
