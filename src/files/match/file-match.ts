import type { FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { crc32 } from 'node:zlib'
import type { JournalRun, Mark } from '../../registry/contract.ts'
import {
  hashBytes,
  HEAD_BYTES,
  isPeriodicAt,
  makeMark,
  readFully,
  readIfFits,
  type FileLook,
} from '../look/identity.ts'
import type { FoundFile } from '../look/file-looks.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { isRotatedName } from './rotated-name.ts'

/** An open file that is compared with known ones. */
export interface Candidate {
  readonly handle: FileHandle
  readonly look: FileLook
}

export async function holdsAllOf(file: TrackedFile, { handle, look }: Candidate): Promise<boolean> {
  if (look.size < file.position) return false
  if (file.position === 0) return file.journaled !== undefined && holdsRange(file.journaled, handle)
  return (await hasHeadOf(file, handle)) && (await hasMarkAt(file, handle, file.position))
}

/** As `holdsAllOf`, where nothing else connects the two: enough bytes, which do not repeat themselves. */
export async function surelyHoldsAllOf(file: TrackedFile, candidate: Candidate): Promise<boolean> {
  const { position, journaled, identity, marks } = file
  const end = position === 0 ? (journaled?.end ?? 0) : identity.head.offset
  if (end < HEAD_BYTES || !(await holdsAllOf(file, candidate))) return false
  return !(await isPeriodicAt(candidate.handle, position === 0 ? end : marks[0]!.offset))
}

/** A copy of a file's lost content is not younger than the truncation that lost it. */
export function isOldEnough({ truncatedByNs }: TrackedFile, { birthNs }: FileLook): boolean {
  return truncatedByNs === undefined || BigInt(birthNs) <= truncatedByNs
}

/**
 * For a generation that was truncated before anything of it was read: a file that was made while it was there, under the name
 * of a rotated one, and is at least as long as what was seen.
 */
export function isCopyByCause(file: TrackedFile, { path, look }: Pick<FoundFile, 'path' | 'look'>): boolean {
  const { truncatedByNs, knownEnd, size, beganNs } = file
  if (truncatedByNs === undefined || beganNs === undefined) return false
  if (knownEnd > 0 || size === 0 || look.size < size || !isOldEnough(file, look)) return false
  return BigInt(look.birthNs) >= beganNs && isRotatedName(basename(path), basename(file.path))
}

/**
 * The newest mark up to `limit` that fits a file which is shorter than what was read of a generation: undefined where it
 * does not fit, or where there is less than a whole head to go by. A log whose newest bytes went with the power fits an
 * earlier mark; so does a copy that was made before the last lines came.
 */
export async function findEarlierMark(
  file: TrackedFile,
  { handle, look }: Candidate,
  limit = look.size,
): Promise<Mark | undefined> {
  const isLongEnough = look.size < file.position && file.identity.head.offset === HEAD_BYTES
  if (!isLongEnough || !(await hasHeadOf(file, handle))) return undefined
  const mark = file.marks.find(({ offset }) => offset <= Math.min(look.size, limit))
  if (mark === undefined || mark.offset < HEAD_BYTES || (await readIfFits(handle, mark)) === undefined) return undefined
  return (await isPeriodicAt(handle, mark.offset)) ? undefined : mark
}

/**
 * Finds, by their heads, the generations that a new file might be the copy of. Less than a whole head proves nothing. A file
 * that left its name may have been copied and truncated before.
 */
export class HeadIndex {
  readonly #byHead = new Map<string, TrackedFile[]>()

  get isEmpty(): boolean {
    return this.#byHead.size === 0
  }

  constructor(files: Iterable<TrackedFile>) {
    for (const file of files) {
      const { offset, hash } = file.identity.head
      if (file.knownEnd === 0 || offset < HEAD_BYTES) continue
      const same = this.#byHead.get(hash)
      if (same === undefined) this.#byHead.set(hash, [file])
      else same.push(file)
    }
  }

  /** The followed files of which a file may be a copy, complete or incomplete. */
  async findOriginals({ handle, look }: Candidate): Promise<readonly TrackedFile[]> {
    if (this.isEmpty || look.size < HEAD_BYTES) return []
    const originals: TrackedFile[] = []
    for (const file of this.#byHead.get(hashBytes(await readFully(handle, 0, HEAD_BYTES))) ?? []) {
      const isUnlike =
        file.position > 0 && look.size >= file.position && !(await hasMarkAt(file, handle, file.position))
      if (!isUnlike) originals.push(file)
    }
    return originals
  }
}

export async function readHead({ handle }: Candidate, position: number): Promise<Mark> {
  const head = await readFully(handle, 0, Math.min(HEAD_BYTES, position))
  return makeMark(head.length, head)
}

async function holdsRange(run: JournalRun, handle: FileHandle): Promise<boolean> {
  const bytes = await readFully(handle, run.start, run.end - run.start)
  return bytes.length === run.end - run.start && crc32(bytes) === run.checksum
}

export async function hasHeadOf(file: TrackedFile, handle: FileHandle): Promise<boolean> {
  const { head } = file.identity
  return head.offset === 0 || (await readIfFits(handle, head)) !== undefined
}

async function hasMarkAt(file: TrackedFile, handle: FileHandle, position: number): Promise<boolean> {
  const mark = file.marks[0]
  return mark !== undefined && mark.offset <= position && (await readIfFits(handle, mark)) !== undefined
}
