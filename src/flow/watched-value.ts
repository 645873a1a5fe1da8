/** A value that changes while it is in use: read it whenever it is needed, or listen for changes. */
export interface Watched<Value> {
  readonly current: Value
  /** Calls `listener` after each change until the returned function is called. */
  onChange(listener: () => void): () => void
}

/** A watched value that its owner sets. */
export class Variable<Value> implements Watched<Value> {
  readonly #listeners = new Set<() => void>()
  #current: Value

  constructor(initial: Value) {
    this.#current = initial
  }

  get current(): Value {
    return this.#current
  }

  /** Notifies the listeners even if the new value equals the old one: the caller decides what is a change. */
  set(value: Value): void {
    this.#current = value
    for (const listener of this.#listeners) listener()
  }

  onChange(listener: () => void): () => void {
    // A separate entry for each call, so that one function may listen twice and leave once.
    const entry = () => listener()
    this.#listeners.add(entry)
    return () => void this.#listeners.delete(entry)
  }
}

export function constant<Value>(value: Value): Watched<Value> {
  return { current: value, onChange: () => () => {} }
}
