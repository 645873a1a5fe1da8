import { performance } from 'node:perf_hooks'
import { LinkError } from './servers/link-error.ts'

export interface StallWatchOptions {
  /** For any sign of life while an ack is due. */
  readonly timeoutMs: number
  /** For keep-alives without progress. */
  readonly stallMs: number
  /** True when another connection has made progress since then, in milliseconds of the monotonic clock. */
  readonly hasOtherProgress: (sinceMs: number) => boolean
  /** Called when the server has been silent for too long. */
  readonly onSilence: (error: LinkError) => void
}

/** Decides when a server that owes an ack is given up: it is silent, or sends nothing but keep-alives. */
export class StallWatch {
  readonly #options: StallWatchOptions
  #timer: NodeJS.Timeout | undefined
  #progressAtMs = performance.now()
  /** Since when others make progress and this connection does not; before `#progressAtMs` where it has made some since. */
  #othersSinceMs = -Infinity

  constructor(options: StallWatchOptions) {
    this.#options = options
  }

  restart(isAckDue: boolean): void {
    if (!isAckDue) this.stop()
    else if (this.#timer === undefined) this.#timer = setTimeout(() => this.#endSilence(), this.#options.timeoutMs)
    else this.#timer.refresh()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  noteProgress(nowMs: number): void {
    this.#progressAtMs = nowMs
  }

  /** Throws a LinkError when the server has sent nothing else for too long. */
  noteKeepalive(): void {
    const nowMs = performance.now()
    const stalledMs = nowMs - this.#progressAtMs
    if (stalledMs < this.#options.stallMs && !this.#isLeftBehind(nowMs)) return
    const seconds = Math.round(stalledMs / 1000)
    throw new LinkError(
      'stalled',
      `nothing but keep-alives came for ${seconds} s: the collector cannot get rid of its events`,
    )
  }

  #endSilence(): void {
    const { timeoutMs, onSilence } = this.#options
    const seen = `no ack, not even a keep-alive, came within ${timeoutMs} ms`
    const remedy =
      'the collector or what is behind it is stuck; one that only is slower than that, and sends no keep-alives, gets the same windows again and again: raise `network.timeout`'
    onSilence(new LinkError('timeout', `${seen}: ${remedy}`))
  }

  /**
   * Where others make progress, the store is not what holds all of them up. Progress of others at the moment when this connection
   * stopped proves nothing: a store that goes away stops one a moment after the other, and comes back to them in the same way.
   */
  #isLeftBehind(nowMs: number): boolean {
    const { hasOtherProgress, timeoutMs } = this.#options
    const isNews = this.#othersSinceMs < this.#progressAtMs
    if (isNews && hasOtherProgress(this.#progressAtMs + timeoutMs / 2)) this.#othersSinceMs = nowMs
    return this.#othersSinceMs > this.#progressAtMs && nowMs - this.#othersSinceMs >= timeoutMs / 2
  }
}
