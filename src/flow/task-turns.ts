/** Runs tasks one at a time, in the order in which they came. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** Settles as `task` does. A task that fails does not keep the next one from starting. */
  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task)
    this.#last = result.catch(() => {}) // the caller of this task gets the error
    return result
  }
}
