/** How much a new measurement counts against all earlier ones; the first few count alike. */
const FRESH_SHARE = 0.2
/** One hiccup is not slowness: a measurement counts as at most this many times the usual. */
const MAX_OUTLIER_FACTOR = 4
/** Fewer measurements prove nothing. */
const MIN_MEASUREMENTS = 5

/** One link's place in the distribution of windows. All times are milliseconds of the monotonic clock. */
export class LinkLoad {
  readonly #maxWindows: number
  #weight: number
  #pass = 0
  #ackMs: number | undefined
  #measurements = 0
  #connectedAtMs: number | undefined
  #dueSinceMs: number | undefined
  #progressAtMs = -Infinity
  #windowLimit: number

  constructor(weight: number, maxWindows: number) {
    this.#weight = weight
    this.#maxWindows = maxWindows
    this.#windowLimit = maxWindows
  }

  get weight(): number {
    return this.#weight
  }

  /** Its virtual time: the link with the lowest pass is the next. */
  get pass(): number {
    return this.#pass
  }

  get ackMs(): number | undefined {
    return this.#ackMs
  }

  get isMeasured(): boolean {
    return this.#measurements >= MIN_MEASUREMENTS
  }

  get connectedAtMs(): number | undefined {
    return this.#connectedAtMs
  }

  /** Since when the oldest window on the wire waits for a sign of progress; undefined without such a window. */
  get dueSinceMs(): number | undefined {
    return this.#dueSinceMs
  }

  get progressAtMs(): number {
    return this.#progressAtMs
  }

  get windowLimit(): number {
    return this.#windowLimit
  }

  setWeight(weight: number): void {
    this.#weight = weight
  }

  connect(pass: number, nowMs: number): void {
    this.#pass = pass
    this.#connectedAtMs = nowMs
    this.#dueSinceMs = undefined
  }

  disconnect(): void {
    this.#connectedAtMs = undefined
    this.#dueSinceMs = undefined
  }

  /** From now on one window at a time, and one more with each ack. */
  startSlowly(): void {
    this.#windowLimit = 1
    this.#ackMs = undefined
    this.#measurements = 0
  }

  /** The next ack time may be that of another server. */
  forgetAckTime(): void {
    this.#ackMs = undefined
  }

  raisePass(least: number): void {
    this.#pass = Math.max(this.#pass, least)
  }

  /** A window costs 1 / weight. */
  charge(cost: number): void {
    this.#pass += cost
  }

  noteSent(nowMs: number): void {
    this.#dueSinceMs ??= nowMs
  }

  noteProgress(nowMs: number, isMoreDue: boolean): void {
    this.#progressAtMs = nowMs
    this.#dueSinceMs = isMoreDue ? nowMs : undefined
  }

  /** A window is confirmed. */
  noteAck(tookMs: number): void {
    const share = Math.max(FRESH_SHARE, 1 / ++this.#measurements)
    const usualMs = this.#ackMs ?? tookMs
    const countedMs = this.isMeasured ? Math.min(tookMs, MAX_OUTLIER_FACTOR * Math.max(usualMs, 1)) : tookMs
    this.#ackMs = usualMs + share * (countedMs - usualMs)
    if (this.#windowLimit < this.#maxWindows) this.#windowLimit++
  }

  letGo(): void {
    this.#dueSinceMs = undefined
  }
}
