// A file that equals the beginning of a followed one may be the copy which comes before a truncation. Read at once, all
// its lines would come twice; so it is followed and held open, but not read for a moment.
import { basename } from 'node:path'
import { isPeriodicAt, readFully, type FileLook } from '../look/identity.ts'
import type { Candidate } from './candidate.ts'
import type { HeadIndex } from './head-index.ts'
import type { MatchParts } from './contract.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { ReadableFile } from '../look/readable-file.ts'
import { countTrailingNuls } from '../look/nuls.ts'

const COMPARED_BYTES = 256 * 1024
/** One comparison of a long file goes on at the next look. */
const MAX_COMPARISON_MS = 2000
/** The most files with the same first kilobyte that are opened for a comparison: those with the likeliest names. */
const MAX_ORIGINALS = 16

interface Hold {
  readonly size: number
  readonly sizeSinceMs: number
  /** When it was last compared with an original that has its bytes. */
  readonly equalAtMs: number
  /** What is known at this look does not suffice. */
  readonly isAwaited: boolean
}

/** What two files have in common. */
interface Shared {
  readonly end: number
  /** Behind the last byte that is not NUL. */
  readonly textEnd: number
}

type Likeness = 'equal' | 'unequal' | 'unfinished' | 'unseen'

/** The files that are held back. */
export class Holds {
  readonly #parts: MatchParts
  readonly #holds = new Map<TrackedFile, Hold>()
  /** Of each original: what a candidate has of it. */
  readonly #shared = new WeakMap<TrackedFile, Map<string, Shared>>()

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
    this.#holds.set(file, { size: file.size, sizeSinceMs: clock(), equalAtMs: clock(), isAwaited: false })
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
  dissolve(file: TrackedFile): ReadableFile | undefined {
    const { harvester, ready, trackedFiles } = this.#parts
    const { handle } = file
    this.#holds.delete(file)
    ready.delete(file)
    harvester.release(file)
    trackedFiles.end(file, 'replaced')
    return handle
  }

  /**
   * False once it has not grown for a while, could not be compared for a while, or left its name: in doubt it is read. Without
   * a look it did not grow.
   */
  mayStay(file: TrackedFile, look: FileLook | undefined): boolean {
    const { clock, limits } = this.#parts
    const hold = this.#holds.get(file)
    if (hold === undefined || (file.hasNoListedName && !file.isUnseen && !hold.isAwaited)) return false
    const size = look?.size ?? hold.size
    if (size < hold.size) return false
    const sizeSinceMs = size === hold.size ? hold.sizeSinceMs : clock()
    this.#holds.set(file, { ...hold, size, sizeSinceMs, isAwaited: false })
    return clock() - sizeSinceMs < limits.copyHoldMs && clock() - hold.equalAtMs < limits.maxUncomparedMs
  }

  /** True while all that is in a file is in a followed one as well, at the same place. */
  async mayBeCopy(candidate: Candidate, path: string, heads: HeadIndex): Promise<boolean> {
    const originals = await heads.findOriginals(candidate)
    const likeness = (file: TrackedFile) => countSharedStart(basename(file.path), basename(path))
    const likeliest = originals.toSorted((a, b) => likeness(b) - likeness(a)).slice(0, MAX_ORIGINALS)
    for (const original of likeliest) {
      const answer = await this.#compare(original, candidate).catch((): Likeness => 'unseen') // its reader logs why
      if (answer === 'equal' || answer === 'unfinished') this.#noteAnswer(candidate, answer)
      if (answer !== 'unequal') return true
    }
    return false
  }

  /** While a comparison goes on, the file does not count as quiet. */
  prolong(file: TrackedFile): void {
    const hold = this.#holds.get(file)
    const nowMs = this.#parts.clock()
    if (hold !== undefined) this.#holds.set(file, { ...hold, equalAtMs: nowMs, sizeSinceMs: nowMs, isAwaited: true })
  }

  #noteAnswer({ look }: Candidate, answer: 'equal' | 'unfinished'): void {
    const file = this.#parts.trackedFiles.at(look.place)
    const hold = file && this.#holds.get(file)
    if (file === undefined || hold === undefined) return
    if (answer === 'unfinished') this.prolong(file)
    else this.#holds.set(file, { ...hold, equalAtMs: this.#parts.clock() })
  }

  async #compare(original: TrackedFile, candidate: Candidate): Promise<Likeness> {
    const { harvester, ready } = this.#parts
    const look = await harvester.look(original)
    const { handle } = original
    if (look === undefined || handle === undefined || original.trouble !== undefined) return 'unseen'
    if (!(await harvester.isIntact(original))) {
      // It was truncated, which its next read notices: until then the time does not count.
      ready.add(original)
      return 'unfinished'
    }
    if (candidate.look.size > look.size) return 'unequal'
    const answer = await this.#compareBytes(original, handle, candidate)
    // After a truncation, a file that repeats itself would not be taken for the copy.
    return answer === 'equal' && (await isPeriodicAt(handle, original.knownEnd)) ? 'unequal' : answer
  }

  /**
   * From where they were compared last, since a copy grows at its end; and once more around the end of the text, since lines
   * may be written over others, or over NULs.
   */
  async #compareBytes(original: TrackedFile, handle: ReadableFile, candidate: Candidate): Promise<Likeness> {
    const { look } = candidate
    const known = this.#shared.get(original) ?? new Map<string, Shared>()
    this.#shared.set(original, known)
    const key = `${look.place}:${look.birthNs}`
    const deadlineMs = performance.now() + MAX_COMPARISON_MS
    let shared = known.get(key) ?? { end: 0, textEnd: 0 }
    let start = Math.max(0, shared.textEnd - COMPARED_BYTES)
    while (start < look.size) {
      if (performance.now() > deadlineMs) return 'unfinished'
      const bytes = await readFully(candidate.handle, start, Math.min(COMPARED_BYTES, look.size - start))
      const theirs = await readFully(handle, start, bytes.length)
      if (theirs.length < bytes.length) return 'unfinished' // it was truncated meanwhile
      if (bytes.length === 0 || !theirs.equals(bytes)) return 'unequal'
      await this.#parts.identifier.digests.note(candidate, start, bytes)
      const isBehindText = start >= shared.textEnd
      shared = extend(shared, start, bytes)
      known.set(key, shared)
      start = isBehindText ? shared.end : start + bytes.length
    }
    return 'equal'
  }
}

function extend({ end, textEnd }: Shared, start: number, bytes: Buffer): Shared {
  const nuls = countTrailingNuls(bytes)
  const lastText = nuls < bytes.length ? start + bytes.length - nuls : 0
  return { end: Math.max(end, start + bytes.length), textEnd: Math.max(textEnd, lastText) }
}

function countSharedStart(one: string, other: string): number {
  let count = 0
  while (count < one.length && one[count] === other[count]) count++
  return count
}
