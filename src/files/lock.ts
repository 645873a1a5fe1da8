/** Lets one task at a time have what they share, in the order in which they came. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task)
    this.#last = result.catch(() => {}) // whoever asked for the task hears of it; the next one starts all the same
    return result
  }
}
