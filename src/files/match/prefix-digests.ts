import { crc32 } from 'node:zlib'
import { isSameState, MARK_BYTES, readFully, type FileLook } from '../look/identity.ts'
import { copyBytes } from '../own-bytes.ts'
import type { Candidate } from './candidate.ts'

const CHUNK_BYTES = 256 * 1024
const CHECKPOINT_BYTES = 8 * 1024 * 1024
/** One comparison of a long file goes on at the next look. */
const MAX_COMPARISON_MS = 2000

interface Prefix {
  readonly offset: number
  readonly digest: number
}

/** What is known of a file. */
interface Known {
  /** Ascending, the first one at 0. */
  readonly prefixes: Prefix[]
  /** Of the newest look, and at most the last bytes before the last prefix. */
  readonly look: FileLook
  tail: Buffer
  /** Some are of an earlier look, since which the file grew: only its last bytes were compared then. */
  readonly isEarlier: boolean
}

/** The digests of the beginnings of files that are compared. A file that is compared again, and grew, is read on from where it was read to. */
export class PrefixDigests {
  readonly #known = new Map<string, Known>()
  readonly #used = new Set<string>()

  /** CRC-32 of the bytes up to `offset`, which the file has. Undefined where it is not known yet: the next call continues. */
  async find(candidate: Candidate, offset: number): Promise<number | undefined> {
    const known = await this.#knownOf(candidate)
    return this.#readOn(known.isEarlier ? this.#begin(candidate) : known, candidate, offset)
  }

  /**
   * As `find`, but a file that grew is not read again from its beginning. Its bytes may have been written over meanwhile: with
   * the digest of others it is another file, but to be the same it needs that of `find`.
   */
  async guess(candidate: Candidate, offset: number): Promise<number | undefined> {
    return this.#readOn(await this.#knownOf(candidate), candidate, offset)
  }

  async #readOn(known: Known, candidate: Candidate, offset: number): Promise<number | undefined> {
    const { prefixes } = known
    const deadlineMs = performance.now() + MAX_COMPARISON_MS
    let reached = prefixes.findLast(prefix => prefix.offset <= offset)!
    while (reached.offset < offset) {
      if (performance.now() > deadlineMs) return undefined
      const bytes = await readFully(candidate.handle, reached.offset, Math.min(CHUNK_BYTES, offset - reached.offset))
      if (bytes.length === 0) return undefined // it was cut off meanwhile
      reached = advance(reached, bytes)
      keep(known, reached, bytes)
    }
    return reached.digest
  }

  /** For bytes that were read for another reason. */
  async note(candidate: Candidate, start: number, bytes: Buffer): Promise<void> {
    const known = await this.#knownOf(candidate)
    const last = known.prefixes.at(-1)!
    if (last.offset === start) keep(known, advance(last, bytes), bytes)
  }

  /** Forgets files that were not compared since the last call. */
  sweep(): void {
    for (const key of this.#known.keys()) if (!this.#used.has(key)) this.#known.delete(key)
    this.#used.clear()
  }

  async #knownOf(candidate: Candidate): Promise<Known> {
    const { look } = candidate
    const key = keyOf(look)
    this.#used.add(key)
    const before = this.#known.get(key)
    if (before !== undefined && isSameState(before.look, look)) return before
    const hasGrown = before !== undefined && look.size > before.look.size && (await endsAsBefore(before, candidate))
    if (!hasGrown) return this.#begin(candidate)
    const known = { ...before, look, isEarlier: true }
    this.#known.set(key, known)
    return known
  }

  #begin({ look }: Candidate): Known {
    const known = { prefixes: [{ offset: 0, digest: 0 }], look, tail: Buffer.alloc(0), isEarlier: false }
    this.#known.set(keyOf(look), known)
    return known
  }
}

function keyOf({ place, birthNs }: FileLook): string {
  return `${place}:${birthNs}`
}

/** False where the file was rewritten, and sometimes true: no other bytes are compared. */
async function endsAsBefore({ prefixes, tail }: Known, { handle }: Candidate): Promise<boolean> {
  return tail.equals(await readFully(handle, prefixes.at(-1)!.offset - tail.length, tail.length))
}

function advance({ offset, digest }: Prefix, bytes: Buffer): Prefix {
  return { offset: offset + bytes.length, digest: crc32(bytes, digest) }
}

/** The newest one, whose last bytes are given, and one for each stretch before it. */
function keep(known: Known, reached: Prefix, bytes: Buffer): void {
  const { prefixes } = known
  const last = prefixes.at(-1)!
  if (reached.offset <= last.offset) return
  const before = prefixes.at(-2)
  const isTooNear = before !== undefined && last.offset - before.offset < CHECKPOINT_BYTES
  if (isTooNear) prefixes[prefixes.length - 1] = reached
  else prefixes.push(reached)
  known.tail = copyBytes(bytes.subarray(-MARK_BYTES))
}
