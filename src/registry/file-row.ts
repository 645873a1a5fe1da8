import { crc32 } from 'node:zlib'
import type { FileRecord, Mark } from './contract.ts'

/** A row of `files`, in the order of FILE_COLUMNS, without the checksum: those of the first edition, then later ones. */
type FirstColumns = readonly [number, string, string, string, string, string, number, string, number, number]
type LaterColumns = readonly [
  evidence: string | null,
  seenSize: number | null,
  realPath: string | null,
  format: string | null,
]
type FileColumns = readonly [...FirstColumns, ...LaterColumns]

/** A row as an array: the columns, then the checksum. */
export type FileRow = readonly unknown[]

const FIRST_COLUMNS = 'key, path, device, inode, birth_ns, head, offset, marks, seen_at_ms, is_gone'
const FIRST_COUNT = 10
/** The version of the registry that has the column `format`. */
const FORMAT_VERSION = 4
export const FILE_COLUMNS = `${FIRST_COLUMNS}, evidence, seen_size, real_path, format, checksum`
/** For a registry that is only read, and so stays in the version that it has. */
export function fileColumnsOf(version: number): string {
  if (version === 1) return `${FIRST_COLUMNS}, NULL, NULL, NULL, NULL, checksum`
  return version < FORMAT_VERSION ? `${FIRST_COLUMNS}, evidence, seen_size, real_path, NULL, checksum` : FILE_COLUMNS
}

export function toFileRow(record: FileRecord): readonly (string | number | null)[] {
  const { key, path, identity, offset, marks, seenAtMs, isGone } = record
  const { evidence = null, seenSize = null, realPath = null, format = null } = record
  const { device, inode, birthNs, head } = identity
  const columns: FileColumns = [
    key,
    path,
    device,
    inode,
    birthNs,
    formatMark(head),
    offset,
    marks.map(formatMark).join(' '),
    seenAtMs,
    isGone ? 1 : 0,
    evidence,
    seenSize,
    realPath,
    format,
  ]
  return [...columns, sumColumns(columns)]
}

/** The record in a row; undefined if its checksum does not match. */
export function fromFileRow(row: FileRow): FileRecord | undefined {
  const columns = row.slice(0, -1) as unknown as FileColumns // the table is STRICT
  if (sumColumns(columns) !== row.at(-1)) return undefined
  const [key, path, device, inode, birthNs, head, offset, marks, seenAtMs, isGone, ...laterColumns] = columns
  const [evidence, seenSize, realPath, format] = laterColumns
  return {
    key,
    path,
    identity: { device, inode, birthNs, head: parseMark(head) },
    offset,
    marks: marks === '' ? [] : marks.split(' ').map(parseMark),
    seenAtMs,
    isGone: isGone === 1,
    ...(evidence === null ? {} : { evidence }),
    ...(seenSize === null ? {} : { seenSize }),
    ...(realPath === null ? {} : { realPath }),
    ...(format === null ? {} : { format }),
  }
}

/** A row that a migration has taken over has no later columns, and keeps the checksum that it had. */
function sumColumns(columns: FileColumns): number {
  const sum = crc32(columns.slice(0, FIRST_COUNT).join('\0'))
  const later = columns.slice(FIRST_COUNT)
  // A column of a still later edition counts only where it has a value.
  const known = later.at(-1) === null ? later.slice(0, -1) : later
  return later.every(column => column === null) ? sum : crc32(JSON.stringify(known), sum)
}

function formatMark({ offset, length, hash, digest }: Mark): string {
  const mark = `${offset}:${length}:${hash}`
  return digest === undefined ? mark : `${mark}:${digest}`
}

function parseMark(text: string): Mark {
  const [offset, length, hash = '', digest] = text.split(':')
  const [end, size] = [Number(offset), Number(length)]
  if (digest === undefined) return { offset: end, length: size, hash: copy(hash) }
  return { offset: end, length: size, hash: copy(hash), digest: Number(digest) }
}

/** A part of a text keeps the whole text in memory, and the record stays for as long as the file is followed. */
function copy(part: string): string {
  return Buffer.from(part, 'latin1').toString('latin1')
}
