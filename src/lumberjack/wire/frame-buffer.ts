import { freeBytes } from '../../flow/free-bytes.ts'

const nothing = Buffer.alloc(0)
const MIN_GROWN_BYTES = 4096
/** A buffer of more bytes is not kept for a rest of a quarter of them. */
const MAX_SPARE_BYTES = 128 * 1024

/**
 * The bytes that have come and are not used up. A chunk that holds whole frames is used as it is; parts that must be joined
 * are copied into a buffer that doubles, so that a frame that comes byte by byte costs memory only for its bytes.
 */
export class FrameBuffer {
  bytes: Buffer = nothing
  /** Where the unused bytes begin in `bytes`, and how many they are. */
  start = 0
  length = 0
  /** Bytes taken so far: the position in the connection of the first unused one. */
  position = 0
  /** True while no part of `bytes` was given away, and the room after `start + length` is ours. */
  #isGrowing = false
  readonly #ownsChunks: boolean
  /** Buffers that only frames use which were given away. */
  #left: Buffer[] = []

  /** `ownsChunks`: nobody else uses what is pushed, and `free` is called. */
  constructor(ownsChunks: boolean) {
    this.#ownsChunks = ownsChunks
  }

  /** `wanted`: how many bytes the frame at the start will take; room is made for at most twice the bytes that are there. */
  push(chunk: Buffer, wanted: number): void {
    if (this.length === 0) {
      this.#leave()
      this.bytes = chunk
      this.start = 0
      this.length = chunk.length
      this.#isGrowing = false
      return
    }
    const end = this.start + this.length
    if (!this.#isGrowing || end + chunk.length > this.bytes.length) this.#grow(this.length + chunk.length, wanted)
    chunk.copy(this.bytes, this.start + this.length)
    this.length += chunk.length
    if (this.#ownsChunks) freeBytes(chunk)
  }

  /** Takes `count` of the unused bytes, which must be there. */
  take(count: number): Buffer {
    const taken = this.bytes.subarray(this.start, this.start + count)
    this.start += count
    this.length -= count
    this.position += count
    this.#isGrowing = false
    return taken
  }

  /** What it keeps, with what was taken and not freed. */
  get heldBytes(): number {
    return this.#left.reduce((sum, { buffer }) => sum + buffer.byteLength, this.bytes.buffer.byteLength)
  }

  /** Nothing that was taken is used any more. */
  free(): void {
    if (this.length === 0) {
      this.#leave()
      this.bytes = nothing
    } else if (this.bytes.length > Math.max(MAX_SPARE_BYTES, 4 * this.length)) this.#grow(this.length, 0)
    for (const bytes of this.#left) freeBytes(bytes)
    this.#left = []
  }

  freeAll(): void {
    this.length = 0
    this.free()
  }

  #leave(): void {
    if (this.#ownsChunks && this.bytes !== nothing) this.#left.push(this.bytes)
  }

  #grow(needed: number, wanted: number): void {
    const size = Math.max(needed, Math.min(Math.max(needed * 2, MIN_GROWN_BYTES), Math.max(wanted, MIN_GROWN_BYTES)))
    const larger = Buffer.allocUnsafeSlow(size)
    this.bytes.copy(larger, 0, this.start, this.start + this.length)
    if (this.#isGrowing) freeBytes(this.bytes)
    else this.#leave()
    this.bytes = larger
    this.start = 0
    this.#isGrowing = true
  }
}
