import { setTimeout as sleep } from 'node:timers/promises'

export interface BackoffLimits {
  readonly firstMs: number
  readonly maxMs: number
}

/**
 * Waits that double up to a limit. Each is a random share, from `minShare` to the whole, so that many clients do not come back
 * at once; a smaller `minShare` spreads them more.
 */
export class Backoff {
  readonly #limits: BackoffLimits
  readonly #random: () => number
  readonly #minShare: number
  #nextMs: number

  constructor(limits: BackoffLimits, random: () => number = Math.random, minShare = 0.5) {
    this.#limits = limits
    this.#random = random
    this.#minShare = minShare
    this.#nextMs = limits.firstMs
  }

  nextMs(): number {
    const ceiling = this.#nextMs
    this.#nextMs = Math.min(ceiling * 2, this.#limits.maxMs)
    return Math.round(ceiling * (this.#minShare + (1 - this.#minShare) * this.#random()))
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

/** Resolves as `promise` does, or with undefined after `milliseconds`, or when `stop` fires. No timer remains. */
export async function within<Result>(
  milliseconds: number,
  promise: Promise<Result>,
  stop?: AbortSignal,
): Promise<Result | undefined> {
  const settled = new AbortController()
  const enough = stop === undefined ? settled.signal : AbortSignal.any([settled.signal, stop])
  try {
    return await Promise.race([promise, wait(milliseconds, enough).then(() => undefined)])
  } finally {
    settled.abort()
  }
}
