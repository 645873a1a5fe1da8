/** The time, as delivery needs it; tests pass their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls `run` once after `milliseconds`; the returned function calls it off. */
  after(milliseconds: number, run: () => void): () => void
}

/** How often a condition that lasts is logged again. */
export const REMIND_AFTER_MS = 600_000

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds)
    return () => clearTimeout(timer)
  },
}
