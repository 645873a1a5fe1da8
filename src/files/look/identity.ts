import { createHash, randomBytes } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import type { FileIdentity, Mark } from '../../registry/contract.ts'
import type { ReadableFile } from './readable-file.ts'

/** The head grows with the file up to here: enough to distinguish most files, and one read. */
export const HEAD_BYTES = 1024
export const MARK_BYTES = 256
/** Of a SHA-256. */
const HASH_BYTES = 16
/** Of `stat`. */
const BLOCK_BYTES = 512n
/** The last cluster of a file need not be full. */
const MAX_SPARE_BYTES = 65_536n
/** The newest mark and a few earlier ones. */
const MAX_MARKS = 8
const MAX_MARK_RATIO = 3
/** Bytes that repeat themselves prove little. The longest period that is found is half of this. */
const PERIOD_SEARCH_BYTES = 16 * 1024

const FILE_ID_BYTES = 12

/** The place of a file on the disk, and its state at a look. */
export interface FileLook {
  /** `device:inode`. */
  readonly place: string
  readonly device: string
  readonly inode: string
  readonly birthNs: string
  readonly size: number
  /** When it was last changed, by the clock of its file system, as `birthNs` is. No program can set it back. */
  readonly changedNs: bigint
  readonly linkCount: number
  /** It has more blocks than its bytes need: those behind its end may be about to be freed. */
  readonly isShrinking: boolean
}

export function lookAt(stats: BigIntStats): FileLook {
  const device = String(stats.dev)
  const inode = String(stats.ino)
  return {
    place: `${device}:${inode}`,
    device,
    inode,
    birthNs: String(stats.birthtimeNs),
    size: Number(stats.size),
    changedNs: stats.ctimeNs,
    linkCount: Number(stats.nlink),
    isShrinking: stats.blocks * BLOCK_BYTES > stats.size + MAX_SPARE_BYTES,
  }
}

/** An inode that was freed and used again is another one. */
export function inodeOf({ device, inode, birthNs }: FileIdentity): string {
  return `${device}:${inode}:${birthNs}`
}

/** Changes whenever the file does. */
export function stampOf({ size, changedNs }: FileLook): string {
  return `${size}:${changedNs}`
}

/** True where two looks at one file are of the same state of it. */
export function isSameState(one: FileLook | undefined, other: FileLook | undefined): boolean {
  return one?.changedNs === other?.changedNs && one?.size === other?.size
}

/** False where two looks, or a look and a record, are surely of different files; a birth time of 0 proves nothing. */
export function isBirthCompatible(one: string, other: string): boolean {
  return compareBirthTimes(one, other) !== 'other'
}

export function compareBirthTimes(one: string, other: string): 'same' | 'other' | 'unknown' {
  if (one === '0' || other === '0') return 'unknown'
  return one === other ? 'same' : 'other'
}

/** For a sort: the oldest first. */
export function byBirthTime(one: { readonly look: FileLook }, other: { readonly look: FileLook }): number {
  return Number(BigInt(one.look.birthNs) - BigInt(other.look.birthNs))
}

export function makeIdentity(look: FileLook, head = EMPTY_MARK): FileIdentity {
  return { device: look.device, inode: look.inode, birthNs: look.birthNs, head }
}

export function makeFileId(prefix = ''): string {
  return prefix + randomBytes(FILE_ID_BYTES).toString('base64url')
}

/** `digest`: of all bytes up to `offset`, where it is known. */
export function makeMark(offset: number, window: Buffer, digest?: number): Mark {
  const { length } = window
  const hash = hashBytes(window)
  return digest === undefined ? { offset, length, hash } : { offset, length, hash, digest }
}

export const EMPTY_MARK: Mark = makeMark(0, Buffer.alloc(0))

export function hashBytes(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest().toString('hex', 0, HASH_BYTES)
}

/** Puts `newest` first and thins the rest: one is left out if the next is at most three times as far back as the one before it. */
export function addMark(newest: Mark, earlier: readonly Mark[]): readonly Mark[] {
  const others = earlier.filter(({ offset }) => offset < newest.offset)
  const kept = [newest]
  for (const [index, mark] of others.entries()) {
    const reach = (newest.offset - kept.at(-1)!.offset) * MAX_MARK_RATIO
    const next = others[index + 1]
    const isSpare = next !== undefined && newest.offset - next.offset <= reach
    if (!isSpare && kept.length < MAX_MARKS) kept.push(mark)
  }
  return kept
}

export async function readIfFits(handle: ReadableFile, mark: Mark): Promise<Buffer | undefined> {
  const window = await readFully(handle, mark.offset - mark.length, mark.length)
  return window.length === mark.length && hashBytes(window) === mark.hash ? window : undefined
}

/** True where the bytes before an offset are such as one line, or one report, that is written over and over. */
export async function isPeriodicAt(handle: ReadableFile, offset: number): Promise<boolean> {
  const start = Math.max(0, offset - PERIOD_SEARCH_BYTES)
  const bytes = await readFully(handle, start, offset - start)
  for (let period = 1; period <= bytes.length >> 1; period++) {
    const end = bytes.subarray(-Math.max(MARK_BYTES, period * 2))
    if (end.subarray(period).equals(end.subarray(0, end.length - period))) return true
  }
  return false
}

/** Reads `length` bytes at `position`; fewer only where the file ends. */
export async function readFully(handle: ReadableFile, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled === length ? buffer : buffer.subarray(0, filled)
}
