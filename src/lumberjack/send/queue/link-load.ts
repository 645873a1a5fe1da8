/** How much a new measurement counts against all earlier ones; the first few count alike. */
const FRESH_SHARE = 0.2
/** One hiccup is no slowness: a measurement counts as so many times the usual at most. */
const MOST_TIMES = 4
/** Before so many measurements nothing is said. */
const ENOUGH = 5

/** One link's place in the distribution of windows. */
export class LinkLoad {
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
  #measurements = 0

  constructor(weight: number, mostWindows: number) {
    this.weight = weight
    this.#mostWindows = mostWindows
    this.windowLimit = mostWindows
  }

  /** From now on with one window at a time, and one more with each ack. */
  startSlowly(): void {
    this.windowLimit = 1
    this.ackMs = undefined
    this.#measurements = 0
  }

  /** Some events are confirmed, and more are due or not. */
  noteProgress(nowMs: number, isMoreDue: boolean): void {
    this.progressAtMs = nowMs
    this.dueSinceMs = isMoreDue ? nowMs : undefined
  }

  /** A window is confirmed. */
  noteAck(tookMs: number): void {
    const share = Math.max(FRESH_SHARE, 1 / ++this.#measurements)
    const usualMs = this.ackMs ?? tookMs
    const countedMs = this.isMeasured ? Math.min(tookMs, MOST_TIMES * Math.max(usualMs, 1)) : tookMs
    this.ackMs = usualMs + share * (countedMs - usualMs)
    if (this.windowLimit < this.#mostWindows) this.windowLimit++
  }

  /** Often enough to be compared with others. */
  get isMeasured(): boolean {
    return this.#measurements >= ENOUGH
  }
}
