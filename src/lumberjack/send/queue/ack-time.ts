/** How much a new measurement counts against all earlier ones, in the recent mean and in the lasting one. */
const RECENT_SHARE = 0.2
const LASTING_SHARE = 0.05
/** One hiccup is not slowness: a measurement counts as at most this many times the usual. */
const MAX_OUTLIER_FACTOR = 4
/** Fewer measurements prove nothing. The means begin with the lower median of these: two slow windows do not count. */
const MIN_MEASUREMENTS = 4

/** How long a server takes for its acks: measured once a round trip, because one hiccup delays all windows on the wire. */
export class AckTime {
  readonly #first: number[] = []
  #measurements = 0
  #measuredAtMs = -Infinity
  #recentMs: number | undefined
  #lastingMs = 0

  get recentMs(): number | undefined {
    return this.#recentMs
  }

  get isMeasured(): boolean {
    return this.#measurements >= MIN_MEASUREMENTS
  }

  /** The least that is certain: the fewer the measurements, the less it is. */
  get leastMs(): number {
    return Math.min(this.#recentMs ?? 0, this.#lastingMs) * (1 - 1 / Math.sqrt(this.#measurements))
  }

  get mostMs(): number {
    return Math.max(this.#recentMs ?? 0, this.#lastingMs)
  }

  /** A window that was sent before the last measurement is part of the same round trip. */
  note(tookMs: number, nowMs: number): void {
    if (nowMs - tookMs < this.#measuredAtMs) return
    this.#measuredAtMs = nowMs
    this.#measurements++
    if (this.#measurements <= MIN_MEASUREMENTS) this.#begin(tookMs)
    else this.#continue(tookMs)
  }

  #begin(tookMs: number): void {
    this.#first.push(tookMs)
    this.#lastingMs = this.#first.toSorted((a, b) => a - b)[Math.floor((this.#first.length - 1) / 2)] ?? tookMs
    this.#recentMs = this.#lastingMs
  }

  #continue(tookMs: number): void {
    const usualMs = this.#recentMs ?? tookMs
    const countedMs = Math.min(tookMs, MAX_OUTLIER_FACTOR * Math.max(usualMs, 1))
    const lastingShare = Math.max(LASTING_SHARE, 1 / this.#measurements)
    this.#recentMs = usualMs + Math.max(RECENT_SHARE, lastingShare) * (countedMs - usualMs)
    this.#lastingMs += lastingShare * (countedMs - this.#lastingMs)
  }
}
