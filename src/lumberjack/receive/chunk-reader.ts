import type { Duplex } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { noteShortLivedBytes } from './short-lived-bytes.ts'
import { Bell } from '../../flow/wake-up-bell.ts'

/**
 * Reads a socket only when asked: bytes that are not asked for stay in the kernel, and TCP slows the far end. The
 * stream itself reads ahead by at most its high-water mark, so the end of a connection is seen without asking.
 */
export class ChunkReader {
  readonly #socket: Duplex
  readonly #changed = new Bell()
  #hasEnded = false

  constructor(socket: Duplex) {
    this.#socket = socket
    const end = () => {
      this.#hasEnded = true
      this.#changed.ring()
    }
    socket.on('end', end)
    socket.on('close', end)
    socket.on('error', end)
    socket.on('readable', () => {
      // With nothing left to read, only a read makes the stream notice its end.
      if (socket.readableLength === 0) socket.read()
      this.#changed.ring()
    })
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  get isClosed(): boolean {
    return this.#socket.destroyed
  }

  /** The next bytes; undefined when the connection has ended, `stop` has fired, or nothing came within `timeoutMs`. */
  async read(stop: AbortSignal, timeoutMs?: number): Promise<Buffer | undefined> {
    const deadline = timeoutMs === undefined ? undefined : performance.now() + timeoutMs
    for (let isLate = false; !stop.aborted;) {
      const chunk = this.#socket.read() as Buffer | null
      if (chunk !== null) return noted(chunk)
      const restMs = deadline === undefined ? undefined : deadline - performance.now()
      if (this.#hasEnded || isLate) return undefined
      isLate = restMs !== undefined && restMs <= 0
      // The timer may be first after a time in which nothing was read: the client is not to blame for that.
      if (isLate) await setImmediate()
      else await this.#changed.wait(stop, restMs)
    }
    return undefined
  }
}

function noted(chunk: Buffer): Buffer {
  noteShortLivedBytes(chunk.length)
  return chunk
}
