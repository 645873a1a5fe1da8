import { type ZstdCompress, constants, createZstdCompress } from 'node:zlib'
import { isWholeZstdFrame } from '../wire/zstd-frame.ts'

/** Covers what the usual window becomes. */
const CHUNK_BYTES = 128 * 1024
/** The context and its buffers take a few megabytes. */
const IDLE_MS = 5000
const EMPTY_FRAME = Buffer.from('28b52ffd2000010000', 'hex')

export interface ZstdFramesOptions {
  /** The context is given back after it. Default: 5 s. */
  readonly idleMs?: number
  /** Makes a context. Default: zlib's. */
  readonly open?: (level: number) => ZstdCompress
}

/**
 * Makes whole zstd frames, one after the other and off the main thread, in one context: as cheap as a stream, and the reader
 * keeps nothing between two frames. Each announces the size of its content, because zstd is given all of it in one call.
 */
export class ZstdFrames {
  readonly #level: number
  readonly #idleMs: number
  readonly #open: (level: number) => ZstdCompress
  #stream: ZstdCompress | undefined
  #parts: Buffer[] = []
  #lastTurn: Promise<unknown> = Promise.resolve()
  #idle: NodeJS.Timeout | undefined

  /** `level`: from 1; those below have a meaning of their own in zstd. */
  constructor(level: number, { idleMs = IDLE_MS, open = openContext }: ZstdFramesOptions = {}) {
    this.#level = Math.max(1, level)
    this.#idleMs = idleMs
    this.#open = open
  }

  /** True while a context is kept. */
  get isOpen(): boolean {
    return this.#stream !== undefined
  }

  /** Resolves with the frame in parts; `content` must not change until then. */
  async compress(content: Buffer): Promise<readonly Buffer[]> {
    const frame = this.#lastTurn.then(() => this.#write(content))
    this.#lastTurn = frame.catch(() => {}) // its caller has the error
    return frame
  }

  async #write(content: Buffer): Promise<readonly Buffer[]> {
    clearTimeout(this.#idle)
    const stream = (this.#stream ??= this.#begin())
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#parts = []
    stream.once('error', reject) // a write during which it fails is not called back
    stream.write(content, error => (error ? reject(error) : resolve()))
    await promise
    stream.off('error', reject)
    this.#idle = setTimeout(() => this.#close(), this.#idleMs).unref()
    return dropEmptyFrame(this.#parts)
  }

  #begin(): ZstdCompress {
    const stream = this.#open(this.#level)
    stream.on('data', (part: Buffer) => this.#parts.push(part))
    stream.on('error', () => this.#close()) // the write reports it
    return stream
  }

  #close(): void {
    this.#stream?.destroy()
    this.#stream = undefined
  }
}

/**
 * A smaller window and table than zstd's own for this much content: they stay in the caches of a core. That takes a tenth less
 * time, and lines have their likes within 256 KiB. A higher level has a table of its own.
 */
function openContext(level: number): ZstdCompress {
  const table = level === 1 ? { [constants.ZSTD_c_hashLog]: 13 } : {}
  const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_windowLog]: 18, ...table }
  return createZstdCompress({ flush: constants.ZSTD_e_end, chunkSize: CHUNK_BYTES, params })
}

/** Where a frame ends with the last byte of a buffer, Node asks zstd once more, and gets a frame without content. */
function dropEmptyFrame(parts: readonly Buffer[]): readonly Buffer[] {
  if (parts.at(-1)?.equals(EMPTY_FRAME) !== true) return parts
  const others = parts.slice(0, -1)
  return isWholeZstdFrame(Buffer.concat(others)) ? others : parts
}
