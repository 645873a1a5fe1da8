/** Lets tasks wait until something has changed; who wakes looks again for himself. */
export class Bell {
  readonly #waiting = new Set<() => void>()

  /** Wakes all that wait now. */
  ring(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  /** Resolves at the next ring, or when `signal` fires. */
  async wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = () => resolve()
    this.#waiting.add(wake)
    signal.addEventListener('abort', wake, { once: true })
    await promise
    signal.removeEventListener('abort', wake)
    this.#waiting.delete(wake)
  }
}
