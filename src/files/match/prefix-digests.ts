import { crc32 } from 'node:zlib'
import { readFully, type FileLook } from '../look/identity.ts'
import type { Candidate } from './candidate.ts'

const CHUNK_BYTES = 256 * 1024
const CHECKPOINT_BYTES = 8 * 1024 * 1024
/** One comparison of a long file goes on at the next look. */
const MAX_COMPARISON_MS = 2000

interface Prefix {
  readonly offset: number
  readonly digest: number
}

/** The digests of the beginnings of files that are compared. A file that is compared again, and grew, is read on from where it was read to. */
export class PrefixDigests {
  /** Ascending, the first one at 0. */
  readonly #known = new Map<string, Prefix[]>()
  readonly #used = new Set<string>()

  /** CRC-32 of the bytes up to `offset`, which the file has. Undefined where it is not known yet: the next call continues. */
  async find(candidate: Candidate, offset: number): Promise<number | undefined> {
    const prefixes = this.#prefixesOf(candidate.look)
    const deadlineMs = performance.now() + MAX_COMPARISON_MS
    let reached = prefixes.findLast(prefix => prefix.offset <= offset)!
    while (reached.offset < offset) {
      if (performance.now() > deadlineMs) return undefined
      const bytes = await readFully(candidate.handle, reached.offset, Math.min(CHUNK_BYTES, offset - reached.offset))
      if (bytes.length === 0) return undefined // it was cut off meanwhile
      reached = advance(reached, bytes)
      keep(prefixes, reached)
    }
    return reached.digest
  }

  /** For bytes that were read for another reason. */
  note({ look }: Candidate, start: number, bytes: Buffer): void {
    const prefixes = this.#prefixesOf(look)
    const last = prefixes.at(-1)!
    if (last.offset === start) keep(prefixes, advance(last, bytes))
  }

  /** Forgets files that were not compared since the last call. */
  sweep(): void {
    for (const key of this.#known.keys()) if (!this.#used.has(key)) this.#known.delete(key)
    this.#used.clear()
  }

  #prefixesOf({ place, birthNs }: FileLook): Prefix[] {
    const key = `${place}:${birthNs}`
    this.#used.add(key)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const prefixes = [{ offset: 0, digest: 0 }]
    this.#known.set(key, prefixes)
    return prefixes
  }
}

function advance({ offset, digest }: Prefix, bytes: Buffer): Prefix {
  return { offset: offset + bytes.length, digest: crc32(bytes, digest) }
}

/** The newest one, and one for each stretch before it. */
function keep(prefixes: Prefix[], reached: Prefix): void {
  const last = prefixes.at(-1)!
  if (reached.offset <= last.offset) return
  const before = prefixes.at(-2)
  const isTooNear = before !== undefined && last.offset - before.offset < CHECKPOINT_BYTES
  if (isTooNear) prefixes[prefixes.length - 1] = reached
  else prefixes.push(reached)
}
