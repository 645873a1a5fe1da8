/** Lets tasks wait until something has changed. A waiter re-checks its condition after each wait. */
export class Bell {
  readonly #waiting = new Set<() => void>()

  ring(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  /** Resolves at the next ring, when `signal` fires, or after `milliseconds`, whichever comes first. */
  async wait(signal?: AbortSignal, milliseconds?: number): Promise<void> {
    if (signal?.aborted === true) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = () => resolve()
    const timer = milliseconds === undefined ? undefined : setTimeout(wake, milliseconds)
    this.#waiting.add(wake)
    signal?.addEventListener('abort', wake, { once: true })
    await promise
    signal?.removeEventListener('abort', wake)
    this.#waiting.delete(wake)
    clearTimeout(timer)
  }
}
