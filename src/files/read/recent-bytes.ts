import { crc32 } from 'node:zlib'
import type { Mark } from '../../registry/contract.ts'
import { cutDigest, joinDigests } from '../look/digest.ts'

/** What one file keeps at most. A copy that was made before the last lines were read ends within these, if its maker is not slow. */
const KEPT_BYTES = 64 * 1024
/** Half of each buffer may be waste: bytes move to its start once it is full. */
const MAX_BUFFER_BYTES = 2 * KEPT_BYTES
const MIN_BUFFER_BYTES = 256
/** Of all files together. */
const MAX_TOTAL_BYTES = 16 * 1024 * 1024
/** As long as a truncated file waits for its copy, and a look more. */
const KEPT_MS = 20_000

const EMPTY = { buffer: Buffer.alloc(0), filled: 0 }
const BEGINNING = { offset: 0, digest: 0 }

interface Reached {
  readonly key: number
  readonly position: number
}

interface Window {
  readonly buffer: Buffer
  readonly filled: number
  /** The offset in the file behind the last byte. */
  readonly end: number
  readonly atMs: number
}

/**
 * The last bytes that were read of files which grow, for a while: with them the digest of a file is known at each offset in
 * them, not only at its marks.
 */
export class RecentBytes {
  /** By key of the file, in the order of their last change. */
  readonly #windows = new Map<number, Window>()
  #totalBytes = 0

  /** `bytes` were read last, and end at the position. */
  note({ key, position: end }: Reached, bytes: Buffer, nowMs: number): void {
    const before = this.#take(key)
    const isContinued = before !== undefined && before.end === end - bytes.length
    const window = add(isContinued ? before : EMPTY, bytes)
    this.#windows.set(key, { ...window, end, atMs: nowMs })
    this.#totalBytes += window.buffer.length
    for (const oldest of this.#windows.keys()) {
      if (this.#totalBytes <= MAX_TOTAL_BYTES) return
      this.#take(oldest)
    }
  }

  /** The digest of the file at `offset`, by the newest of its marks; undefined where too few bytes are kept. */
  findDigest(key: number, offset: number, marks: readonly Mark[]): number | undefined {
    const window = this.#windows.get(key)
    if (window === undefined || offset > window.end) return undefined
    const { offset: from, digest } = marks.find(one => one.offset <= window.end) ?? BEGINNING
    const start = window.end - window.filled
    if (digest === undefined || Math.min(from, offset) < start) return undefined
    const between = window.buffer.subarray(Math.min(from, offset) - start, Math.max(from, offset) - start)
    const join = from < offset ? joinDigests : cutDigest
    return join(digest, crc32(between), between.length)
  }

  /** `isInFlight`: a copy that lacks lines of the file without an ack is compared again when they have one. */
  sweep(nowMs: number, isInFlight: (key: number) => boolean): void {
    for (const [key, { atMs }] of this.#windows) {
      if (nowMs - atMs < KEPT_MS) return
      if (!isInFlight(key)) this.#take(key)
    }
  }

  #take(key: number): Window | undefined {
    const window = this.#windows.get(key)
    if (window === undefined) return undefined
    this.#windows.delete(key)
    this.#totalBytes -= window.buffer.length
    return window
  }
}

function add({ buffer, filled }: Pick<Window, 'buffer' | 'filled'>, bytes: Buffer): Pick<Window, 'buffer' | 'filled'> {
  if (filled + bytes.length <= buffer.length) {
    bytes.copy(buffer, filled)
    return { buffer, filled: filled + bytes.length }
  }
  const fresh = bytes.subarray(-KEPT_BYTES)
  const kept = buffer.subarray(Math.max(0, filled + fresh.length - KEPT_BYTES), filled)
  const length = kept.length + fresh.length
  const wanted = Math.min(MAX_BUFFER_BYTES, Math.max(MIN_BUFFER_BYTES, 2 * length))
  const target = buffer.length >= wanted ? buffer : Buffer.allocUnsafeSlow(wanted)
  kept.copy(target)
  fresh.copy(target, kept.length)
  return { buffer: target, filled: length }
}
