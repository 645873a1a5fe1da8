/** What the steps of a thread cost. It does one after the other: the time that one waits behind another is not its own. */
export class StepCosts {
  #freeAtMs = Number.NEGATIVE_INFINITY

  /** Called in the order of the answers. */
  costMs(postedAtMs: number, answeredAtMs: number): number {
    const beganAtMs = Math.max(postedAtMs, this.#freeAtMs)
    this.#freeAtMs = answeredAtMs
    return answeredAtMs - beganAtMs
  }
}
