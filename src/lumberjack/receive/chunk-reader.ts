import type { Duplex } from 'node:stream'

/**
 * Reads a socket only when asked: what nobody asks for stays in the kernel, and TCP slows the far end. The stream itself
 * reads ahead by no more than its high-water mark, which is how the end of a connection is seen while nobody asks.
 */
export class ChunkReader {
  readonly #socket: Duplex
  #hasEnded = false
  #wake: () => void = () => {}
  /** Why the connection broke, if it did. */
  error: Error | undefined

  constructor(socket: Duplex) {
    this.#socket = socket
    const end = () => {
      this.#hasEnded = true
      this.#wake()
    }
    socket.on('end', end)
    socket.on('close', end)
    socket.on('error', error => {
      this.error ??= error
      end()
    })
    socket.on('readable', () => {
      // With nothing left to read, reading is what makes the stream notice and tell its end.
      if (socket.readableLength === 0) socket.read()
      this.#wake()
    })
  }

  /** The peer will send nothing more, or the connection is gone. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Nothing can be written any more either. */
  get isClosed(): boolean {
    return this.#socket.destroyed
  }

  /** The next bytes; undefined when the connection has ended, or `stop` has fired, or nothing came within `timeoutMs`. */
  async read(stop: AbortSignal, timeoutMs?: number): Promise<Buffer | undefined> {
    const deadline = timeoutMs === undefined ? undefined : performance.now() + timeoutMs
    while (!stop.aborted) {
      const chunk = this.#socket.read() as Buffer | null
      if (chunk !== null) return chunk
      const restMs = deadline === undefined ? undefined : deadline - performance.now()
      if (this.#hasEnded || (restMs !== undefined && restMs <= 0)) return undefined
      await this.#wait(stop, restMs)
    }
    return undefined
  }

  /** Woken by the socket (readable, end, close, error), by `stop`, and by time. */
  async #wait(stop: AbortSignal, timeoutMs: number | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs)
    this.#wake = resolve
    stop.addEventListener('abort', this.#wake, { once: true })
    await promise
    stop.removeEventListener('abort', this.#wake)
    clearTimeout(timer)
  }
}
