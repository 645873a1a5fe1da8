import type { Clock } from '../../../src/delivery/clock.ts'

interface Timer {
  readonly atMs: number
  readonly run: () => void
}

/** A clock that moves only by `pass`. */
export class ManualClock implements Clock {
  #nowMs: number
  readonly #timers = new Set<Timer>()

  constructor(nowMs = 1_000_000) {
    this.#nowMs = nowMs
  }

  now(): number {
    return this.#nowMs
  }

  after(milliseconds: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + milliseconds, run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size
  }

  /** Moves on, running what is due in its order, and lets promises settle in between. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#nowMs + milliseconds
    await settle()
    for (let next = this.#nextBefore(end); next !== undefined; next = this.#nextBefore(end)) {
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.run()
      await settle()
    }
    this.#nowMs = end
  }

  #nextBefore(end: number): Timer | undefined {
    return [...this.#timers].filter(timer => timer.atMs <= end).toSorted((a, b) => a.atMs - b.atMs)[0]
  }
}

/** Long enough for chains of promises without I/O. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise(resolve => setImmediate(resolve))
}
