import { setTimeout as sleep } from 'node:timers/promises'

export interface BackoffLimits {
  readonly firstMs: number
  readonly maxMs: number
}

/**
 * Waits that double up to a limit, each a random share of it, from `leastShare` to the whole, so that a crowd does not come back
 * at once: the less the least, the better it is spread.
 */
export class Backoff {
  readonly #limits: BackoffLimits
  readonly #random: () => number
  readonly #leastShare: number
  #nextMs: number

  constructor(limits: BackoffLimits, random: () => number = Math.random, leastShare = 0.5) {
    this.#limits = limits
    this.#random = random
    this.#leastShare = leastShare
    this.#nextMs = limits.firstMs
  }

  /** The next wait, in milliseconds. */
  next(): number {
    const ceiling = this.#nextMs
    this.#nextMs = Math.min(ceiling * 2, this.#limits.maxMs)
    return Math.round(ceiling * (this.#leastShare + (1 - this.#leastShare) * this.#random()))
  }

  reset(): void {
    this.#nextMs = this.#limits.firstMs
  }
}

/** Waits; returns early, without an error, when `signal` fires. */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await sleep(milliseconds, undefined, { signal }).catch(() => {}) // the only rejection is the abort, which is an answer
}
