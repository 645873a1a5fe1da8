import { crc32 } from 'node:zlib'
import type { Mark } from '../../registry/contract.ts'
import { cutDigest, joinDigests } from '../look/digest.ts'

/**
 * What one file keeps. A copy that was made before the last lines were read ends within these, if its maker is not slow: some
 * write it to the disk before they truncate.
 */
const MAX_KEPT_BYTES = 1024 * 1024
/** Of very many files, and of one with more than the above still to be read: it will not end within these. */
const MIN_KEPT_BYTES = 64 * 1024
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
  readonly unread: number
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
  note({ key, position: end, unread }: Reached, bytes: Buffer, nowMs: number): void {
    const before = this.#take(key)
    const kept = unread > MAX_KEPT_BYTES ? MIN_KEPT_BYTES : this.#share()
    const isContinued = before !== undefined && before.end === end - bytes.length
    const window = add(isContinued ? before : EMPTY, bytes, kept)
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

  /** Half of each buffer may be waste: bytes move to its start once it is full. */
  #share(): number {
    const share = MAX_TOTAL_BYTES / (this.#windows.size + 1) / 2
    return Math.max(MIN_KEPT_BYTES, Math.min(MAX_KEPT_BYTES, Math.floor(share)))
  }

  #take(key: number): Window | undefined {
    const window = this.#windows.get(key)
    if (window === undefined) return undefined
    this.#windows.delete(key)
    this.#totalBytes -= window.buffer.length
    return window
  }
}

type Filled = Pick<Window, 'buffer' | 'filled'>

function add({ buffer, filled }: Filled, bytes: Buffer, keptBytes: number): Filled {
  if (filled + bytes.length <= buffer.length) {
    bytes.copy(buffer, filled)
    return { buffer, filled: filled + bytes.length }
  }
  const fresh = bytes.subarray(-keptBytes)
  const kept = buffer.subarray(Math.max(0, filled + fresh.length - keptBytes), filled)
  const length = kept.length + fresh.length
  const wanted = Math.min(2 * keptBytes, Math.max(MIN_BUFFER_BYTES, 2 * length))
  const isFitting = buffer.length >= wanted && buffer.length <= 2 * keptBytes
  const target = isFitting ? buffer : Buffer.allocUnsafeSlow(wanted)
  kept.copy(target)
  fresh.copy(target, kept.length)
  return { buffer: target, filled: length }
}
