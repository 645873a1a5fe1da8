import { crc32 } from 'node:zlib'
import type { FinishedGeneration, FinishedOutcome } from './contract.ts'

/** A row of `finished`, in the order of its columns, without the checksum. */
type FinishedColumns = readonly [
  key: number,
  path: string,
  device: string,
  inode: string,
  birthNs: string,
  headLength: number,
  headHash: string,
  size: number,
  digest: number | null,
  endedAtMs: number,
  outcome: FinishedOutcome,
  lostBytes: number,
]

export function toFinishedRow(key: number, finished: FinishedGeneration): readonly (string | number | null)[] {
  const { path, identity, size, digest = null, endedAtMs, outcome, lostBytes } = finished
  const { device, inode, birthNs, head } = identity
  const place = [key, path, device, inode, birthNs, head.length, head.hash] as const
  const columns: FinishedColumns = [...place, size, digest, endedAtMs, outcome, lostBytes]
  return [...columns, sumColumns(columns)]
}

/** The generation in a row; undefined if its checksum does not match. */
export function fromFinishedRow(row: readonly unknown[]): FinishedGeneration | undefined {
  const columns = row.slice(0, -1) as unknown as FinishedColumns // the table is STRICT
  if (sumColumns(columns) !== row.at(-1)) return undefined
  const [, path, device, inode, birthNs, length, hash, size, digest, endedAtMs, outcome, lostBytes] = columns
  const identity = { device, inode, birthNs, head: { offset: length, length, hash } }
  return { path, identity, size, digest: digest ?? undefined, endedAtMs, outcome, lostBytes }
}

function sumColumns(columns: FinishedColumns): number {
  return crc32(columns.map(column => column ?? 'null').join('\0'))
}
