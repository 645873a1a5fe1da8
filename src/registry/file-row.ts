import { crc32 } from 'node:zlib'
import type { FileRecord, Mark } from './contract.ts'

/** A row of `files`, in the order of its columns, without the checksum. */
type FileColumns = readonly [number, string, string, string, string, string, number, string, number, number]

/** A row as an array: the columns, then the checksum. */
export type FileRow = readonly unknown[]

export function toFileRow(record: FileRecord): readonly (string | number)[] {
  const { key, path, identity, offset, marks, seenAtMs, isGone } = record
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
  ]
  return [...columns, crc32(columns.join('\0'))]
}

/** The record in a row; undefined if its checksum does not match. */
export function fromFileRow(row: FileRow): FileRecord | undefined {
  const columns = row.slice(0, -1) as unknown as FileColumns // the table is STRICT
  if (crc32(columns.join('\0')) !== row.at(-1)) return undefined
  const [key, path, device, inode, birthNs, head, offset, marks, seenAtMs, isGone] = columns
  return {
    key,
    path,
    identity: { device, inode, birthNs, head: parseMark(head) },
    offset,
    marks: marks === '' ? [] : marks.split(' ').map(parseMark),
    seenAtMs,
    isGone: isGone === 1,
  }
}

function formatMark(mark: Mark): string {
  const { offset, length, hash, digest } = mark
  return digest === undefined ? `${offset}:${length}:${hash}` : `${offset}:${length}:${hash}:${digest}`
}

function parseMark(text: string): Mark {
  const [offset, length, hash = '', digest] = text.split(':')
  const mark = { offset: Number(offset), length: Number(length), hash }
  return digest === undefined ? mark : { ...mark, digest: Number(digest) }
}
