// A file that equals the beginning of a followed one may be the copy which comes before a truncation. Read at once, all
// its lines would come twice; so it is followed and held open, but not read for a moment.
import type { FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { isPeriodicAt, readFully, type FileLook } from '../look/identity.ts'
import { holdsAllOf, type Candidate, type HeadIndex } from './file-match.ts'
import type { MatchParts } from './contract.ts'
import type { TrackedFile } from '../tracked-file.ts'

/** This much of the beginning and of the end of a file is compared: a file grows at its end, so a difference shows there. */
const COMPARED_BYTES = 64 * 1024
/** A copy that is made more slowly than this is not waited for. */
const MIN_COPY_BYTES_PER_MS = 10_000
/** The most files with the same first kilobyte that are opened for a comparison: those with the likeliest names. */
const MAX_ORIGINALS = 16

interface Hold {
  readonly firstMs: number
  readonly size: number
  readonly sizeSinceMs: number
}

/** The files that are held back. */
export class Holds {
  readonly #parts: MatchParts
  readonly #holds = new Map<TrackedFile, Hold>()

  constructor(parts: MatchParts) {
    this.#parts = parts
  }

  get isEmpty(): boolean {
    return this.#holds.size === 0
  }

  files(): readonly TrackedFile[] {
    return [...this.#holds.keys()]
  }

  async begin(file: TrackedFile): Promise<void> {
    const { harvester, ready, clock } = this.#parts
    this.#holds.set(file, { firstMs: clock(), size: file.size, sizeSinceMs: clock() })
    file.holdBack()
    ready.delete(file)
    // It is open from now on, so that it can be read under any name, or none.
    await harvester.look(file)
  }

  end(file: TrackedFile): void {
    this.#holds.delete(file)
    file.letRead()
    if (file.place !== undefined && file.isFollowed) this.#parts.ready.add(file)
  }

  /** For a file that is a copy: returns its handle, and forgets the rest. */
  dissolve(file: TrackedFile): FileHandle | undefined {
    const { harvester, ready, trackedFiles } = this.#parts
    const { handle } = file
    this.#holds.delete(file)
    ready.delete(file)
    harvester.release(file)
    trackedFiles.end(file, 'uncounted')
    return handle
  }

  /** False once the file was held for long enough, or left its name: in doubt it is read. Without a look it did not grow. */
  mayStay(file: TrackedFile, look: FileLook | undefined): boolean {
    const { clock, limits } = this.#parts
    const hold = this.#holds.get(file)
    if (hold === undefined || (file.hasNoListedName && !file.isUnseen)) return false
    const size = look?.size ?? hold.size
    if (size < hold.size) return false
    const sizeSinceMs = size === hold.size ? hold.sizeSinceMs : clock()
    this.#holds.set(file, { ...hold, size, sizeSinceMs })
    const maxHoldMs = limits.maxCopyHoldMs + Math.floor(size / MIN_COPY_BYTES_PER_MS)
    return clock() - sizeSinceMs < limits.copyHoldMs && clock() - hold.firstMs < maxHoldMs
  }

  /** True while all that is in a file is in a followed one as well, at the same place. */
  async mayBeCopy(candidate: Candidate, path: string, heads: HeadIndex): Promise<boolean> {
    const originals = await heads.findOriginals(candidate)
    const likeness = (file: TrackedFile) => countSharedStart(basename(file.path), basename(path))
    const likeliest = originals.toSorted((a, b) => likeness(b) - likeness(a)).slice(0, MAX_ORIGINALS)
    for (const original of likeliest) {
      if (await this.#mayBeCopyOf(original, candidate)) return true
    }
    return false
  }

  /** Until the next read of the original notices that it was truncated or rewritten, the time does not count. */
  #waitForReadOf(original: TrackedFile, { look }: Candidate): true {
    const file = this.#parts.trackedFiles.at(look.place)
    const hold = file && this.#holds.get(file)
    if (file === undefined || hold === undefined || original.trouble !== undefined) return true
    const nowMs = this.#parts.clock()
    this.#holds.set(file, { ...hold, firstMs: nowMs, sizeSinceMs: nowMs })
    return true
  }

  /** True as well where the two cannot be compared just now: the next look decides. */
  async #mayBeCopyOf(original: TrackedFile, candidate: Candidate): Promise<boolean> {
    const look = await this.#parts.harvester.look(original)
    const { handle } = original
    if (look === undefined || handle === undefined) return true
    try {
      if (!(await holdsAllOf(original, { handle, look }))) return this.#waitForReadOf(original, candidate)
      if (candidate.look.size > look.size || !(await isBeginningOf(candidate, handle))) return false
      // After a truncation, a file that repeats itself would not be taken for the copy.
      return !(await isPeriodicAt(handle, original.knownEnd))
    } catch {
      return true // one of the two cannot be read; its reader logs why
    }
  }
}

async function isBeginningOf({ handle, look }: Candidate, original: FileHandle): Promise<boolean> {
  for (const start of new Set([Math.max(0, look.size - COMPARED_BYTES), 0])) {
    const length = Math.min(COMPARED_BYTES, look.size - start)
    const theirs = await readFully(original, start, length)
    // Shorter: the original was truncated while it was read.
    if (theirs.length === length && !theirs.equals(await readFully(handle, start, length))) return false
  }
  return true
}

function countSharedStart(one: string, other: string): number {
  let count = 0
  while (count < one.length && one[count] === other[count]) count++
  return count
}
