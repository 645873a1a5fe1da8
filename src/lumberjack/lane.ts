/** How much a new measurement counts against all earlier ones. */
const FRESH_SHARE = 0.2

/** One link's place in the distribution of windows. */
export class Lane {
  /** Its share against those of the others. */
  weight: number
  /** Its virtual time: rises by 1 / weight a window, so the link with the lowest is the next. */
  pass = 0
  /** What a window takes from its first byte to its ack, smoothed; undefined before the first ack. */
  ackMs: number | undefined
  /** When its connection came about, in milliseconds of the monotonic clock, as all times here; undefined without one. */
  connectedAtMs: number | undefined
  /** Since when the oldest window on the wire waits for a sign of progress. */
  dueSinceMs: number | undefined
  /** The last ack that confirmed something. */
  progressAtMs = -Infinity
  /** Windows that may be on the wire. */
  windowLimit: number
  readonly #mostWindows: number

  constructor(weight: number, mostWindows: number) {
    this.weight = weight
    this.#mostWindows = mostWindows
    this.windowLimit = mostWindows
  }

  /** From now on with one window at a time, and one more with each ack. */
  startSlowly(): void {
    this.windowLimit = 1
    this.ackMs = undefined
  }

  /** Some events are confirmed, and more are due or not. */
  noteProgress(nowMs: number, isMoreDue: boolean): void {
    this.progressAtMs = nowMs
    this.dueSinceMs = isMoreDue ? nowMs : undefined
  }

  /** A window is confirmed. */
  noteAck(tookMs: number): void {
    this.ackMs = this.ackMs === undefined ? tookMs : this.ackMs + FRESH_SHARE * (tookMs - this.ackMs)
    if (this.windowLimit < this.#mostWindows) this.windowLimit++
  }
}
