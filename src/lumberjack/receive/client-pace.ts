import { ProtocolError } from '../wire/protocol-error.ts'
import type { ResolvedLimits } from './receiver-contract.ts'

/** A frame is not judged by its rate before it was waited for for so long. */
const RATE_AFTER_MS = 10_000

type PaceLimits = Pick<ResolvedLimits, 'firstByteMs' | 'idleMs' | 'silenceMs' | 'windowMs' | 'minBytesPerSecond'>

/** How long one client is waited for. Only time counts in which it was read. */
export class ClientPace {
  readonly #limits: PaceLimits
  #hasSent = false
  #windowMs = 0
  #frameMs = 0
  #frameBytes = 0

  constructor(limits: PaceLimits) {
    this.#limits = limits
  }

  /** How long the client may now be silent. */
  silenceMs(isInsideWindow: boolean): number {
    const { silenceMs, idleMs, firstByteMs } = this.#limits
    if (isInsideWindow) return silenceMs
    return this.#hasSent ? idleMs : firstByteMs
  }

  beginWindow(): void {
    this.#windowMs = 0
  }

  /** A frame has come whole, or none is under way. */
  beginFrame(): void {
    this.#frameMs = 0
    this.#frameBytes = 0
  }

  /** Throws where the client is too slow with a window or a frame that it has begun. */
  note(bytes: number, waitedMs: number, isInsideWindow: boolean): void {
    this.#hasSent = true
    this.#windowMs = isInsideWindow ? this.#windowMs + waitedMs : 0
    this.#frameMs = isInsideWindow ? this.#frameMs + waitedMs : 0
    this.#frameBytes += bytes
    const { silenceMs, windowMs, minBytesPerSecond } = this.#limits
    if (this.#windowMs > windowMs)
      throw new ProtocolError(
        'too_slow',
        `a window was not complete after ${inSeconds(this.#windowMs)} s of waiting for the client`,
      )
    if (this.#frameMs < Math.min(RATE_AFTER_MS, silenceMs)) return
    if ((this.#frameBytes * 1000) / this.#frameMs < minBytesPerSecond)
      throw new ProtocolError(
        'too_slow',
        `${this.#frameBytes} bytes of a frame came in ${inSeconds(this.#frameMs)} s: the limit is ${minBytesPerSecond} bytes a second`,
      )
  }
}

function inSeconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1)
}
