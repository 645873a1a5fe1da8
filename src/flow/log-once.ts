/** The keys that are remembered unless another number is given; the oldest is forgotten first. */
const MAX_KEYS = 10_000

/** Decides whether something is worth a log line: the first time, and again only when its state has changed. */
export class Once {
  readonly #maxKeys: number
  readonly #states = new Map<string, string>()

  constructor(maxKeys = MAX_KEYS) {
    this.#maxKeys = maxKeys
  }

  /** True unless the last state noted for `key` is `state`. */
  isNew(key: string, state = ''): boolean {
    if (this.#states.get(key) === state) return false
    this.#states.delete(key)
    this.#states.set(key, state)
    const [oldest] = this.#states.keys()
    if (this.#states.size > this.#maxKeys && oldest !== undefined) this.#states.delete(oldest)
    return true
  }

  forget(key: string): boolean {
    return this.#states.delete(key)
  }
}
