/** A value that changes while others use it: read it whenever it is needed, and be told. */
export interface Watched<Value> {
  readonly current: Value
  /** Calls `listener` after each change, until the function that it gives is called. */
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

  /** Tells the listeners, also where the new value equals the old one: who sets it knows what is a change. */
  set(value: Value): void {
    this.#current = value
    for (const listener of this.#listeners) listener()
  }

  onChange(listener: () => void): () => void {
    // An entry of its own for each call, so that one function may listen twice and leave once.
    const entry = () => listener()
    this.#listeners.add(entry)
    return () => void this.#listeners.delete(entry)
  }
}

/** For what never changes. */
export function constant<Value>(value: Value): Watched<Value> {
  return { current: value, onChange: () => () => {} }
}
