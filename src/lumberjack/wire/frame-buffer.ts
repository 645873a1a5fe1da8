import { freeBytes } from '../../flow/free-bytes.ts'

const nothing = Buffer.alloc(0)
const MIN_GROWN_BYTES = 4096
/** A buffer of more bytes is not kept for a rest of a quarter of them. */
const MAX_SPARE_BYTES = 128 * 1024
/** A frame of more has a buffer of its own, of exactly its size, so that it can be given away as it is. */
const MIN_ALONE_BYTES = 1024 * 1024
/** Once so much of it has come, an own chunk's frame gets all of its room: what is not written to takes no memory. */
const MIN_BEGUN_BYTES = 512 * 1024

/** The frame at the start of a buffer. */
export interface Wanted {
  /** What it will take, as far as that is known. */
  readonly bytes: number
  /** It takes no more than that. */
  readonly isExact: boolean
}

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
  /** What came after the end of a large frame that is at the start. */
  #next: Buffer | undefined

  /** `ownsChunks`: nobody else uses what is pushed, and `free` is called. */
  constructor(ownsChunks: boolean) {
    this.#ownsChunks = ownsChunks
  }

  /** `wanted`: the frame at the start; room is made for at most twice the bytes that are there. */
  push(chunk: Buffer, wanted: Wanted): void {
    if (this.#next !== undefined) this.#next = Buffer.concat([this.#next, chunk])
    else if (this.length === 0) this.#begin(chunk)
    else this.#add(chunk, wanted)
  }

  /** Takes `count` of the unused bytes, which must be there. */
  take(count: number): Buffer {
    const taken = this.bytes.subarray(this.start, this.start + count)
    this.start += count
    this.length -= count
    this.position += count
    this.#isGrowing = false
    if (this.length === 0 && this.#next !== undefined) {
      this.#begin(this.#next)
      this.#next = undefined
    }
    return taken
  }

  /** All unused bytes. */
  get unusedBytes(): number {
    return this.length + (this.#next?.length ?? 0)
  }

  /** The buffer of something that was taken belongs to the caller from now on. */
  giveAway(buffer: ArrayBufferLike): void {
    this.#left = this.#left.filter(bytes => bytes.buffer !== buffer)
    if (this.bytes.buffer === buffer) this.bytes = nothing
  }

  /** What it keeps, with what was taken and not freed. */
  get heldBytes(): number {
    const nextBytes = this.#next?.buffer.byteLength ?? 0
    return this.#left.reduce((sum, { buffer }) => sum + buffer.byteLength, this.bytes.buffer.byteLength + nextBytes)
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
    if (this.#next !== undefined && this.#ownsChunks) freeBytes(this.#next)
    this.#next = undefined
    this.free()
  }

  #begin(chunk: Buffer): void {
    this.#leave()
    this.bytes = chunk
    this.start = 0
    this.length = chunk.length
    this.#isGrowing = false
  }

  #add(chunk: Buffer, wanted: Wanted): void {
    const missing = wanted.bytes - this.length
    const isSplit = wanted.isExact && wanted.bytes >= MIN_ALONE_BYTES && missing > 0 && chunk.length > missing
    const added = isSplit ? chunk.subarray(0, missing) : chunk
    const end = this.start + this.length
    if (!this.#isGrowing || end + added.length > this.bytes.length) this.#grow(this.length + added.length, wanted.bytes)
    added.copy(this.bytes, this.start + this.length)
    this.length += added.length
    if (isSplit) this.#next = chunk.subarray(missing)
    else if (this.#ownsChunks) freeBytes(chunk)
  }

  #leave(): void {
    if (this.#ownsChunks && this.bytes !== nothing) this.#left.push(this.bytes)
  }

  #grow(needed: number, wanted: number): void {
    const most = this.#ownsChunks && needed >= MIN_BEGUN_BYTES ? wanted : needed * 2
    const size = Math.max(needed, Math.min(Math.max(most, MIN_GROWN_BYTES), Math.max(wanted, MIN_GROWN_BYTES)))
    const larger = Buffer.allocUnsafeSlow(size)
    this.bytes.copy(larger, 0, this.start, this.start + this.length)
    if (this.#isGrowing) freeBytes(this.bytes)
    else this.#leave()
    this.bytes = larger
    this.start = 0
    this.#isGrowing = true
  }
}
