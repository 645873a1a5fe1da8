/** Collects teardowns: a test's `t`, or a Scope that the tests of a file share. */
export interface TeardownScope {
  teardown(undo: () => unknown): void
}

export interface Scope extends TeardownScope {
  /** Runs all teardowns, the latest first; for `test.after.always`. */
  end(): Promise<void>
}

/** AVA gives hooks no teardown: this is one for `test.before` and `test.after.always`. */
export function makeScope(): Scope {
  const undos: (() => unknown)[] = []
  return {
    teardown: undo => void undos.push(undo),
    async end() {
      const failures: unknown[] = []
      for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) {
        try {
          await undo()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, `a teardown failed: ${String(failures[0])}`)
    },
  }
}
