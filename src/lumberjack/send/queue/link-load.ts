import { AckTime } from './ack-time.ts'

/** One link's place in the distribution of windows. All times are milliseconds of the monotonic clock. */
export class LinkLoad {
  readonly #maxWindows: number
  #weight: number
  #pass = 0
  #lastCost = 0
  #ackTime = new AckTime()
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

  get ackTime(): AckTime {
    return this.#ackTime
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
    this.forgetAckTime()
  }

  /** The next ack time may be that of another server. */
  forgetAckTime(): void {
    this.#ackTime = new AckTime()
  }

  raisePass(least: number): void {
    this.#pass = Math.max(this.#pass, least)
  }

  /** A window costs 1 / weight. */
  charge(cost: number): void {
    this.#pass += cost
    this.#lastCost = cost
  }

  /** Gives back this part of the last charge, once. */
  refund(part: number): void {
    this.#pass -= part * this.#lastCost
    this.#lastCost = 0
  }

  noteSent(nowMs: number): void {
    this.#dueSinceMs ??= nowMs
  }

  noteProgress(nowMs: number, isMoreDue: boolean): void {
    this.#progressAtMs = nowMs
    this.#dueSinceMs = isMoreDue ? nowMs : undefined
  }

  /** A window is confirmed. */
  noteAck(tookMs: number, nowMs: number): void {
    this.#ackTime.note(tookMs, nowMs)
    if (this.#windowLimit < this.#maxWindows) this.#windowLimit++
  }

  letGo(): void {
    this.#dueSinceMs = undefined
  }
}
