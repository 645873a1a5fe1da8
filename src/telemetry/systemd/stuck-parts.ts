import type { LifeSign } from '../../flow/life-sign.ts'

/**
 * Finds parts of the program that are stuck: at two looks in a row they had something to do, waited for nothing outside, and
 * did nothing in between. Everything that is due has had its turn by the second look, since a timer of the same thread looks.
 */
export class StuckParts {
  readonly #hasFileRequests: () => boolean
  /** The parts that were due at the last look, with their steps. */
  #due: ReadonlyMap<string, number> = new Map()

  constructor(hasRequests: () => boolean = hasFileRequests) {
    this.#hasFileRequests = hasRequests
  }

  /** Looks once more; names the parts that are stuck. */
  find(signs: readonly LifeSign[]): readonly string[] {
    const isWaitingForFiles = signs.some(({ mayWaitForFiles }) => mayWaitForFiles === true) && this.#hasFileRequests()
    const due = signs.filter(({ isDue, mayWaitForFiles }) => isDue && !(mayWaitForFiles === true && isWaitingForFiles))
    const stuck = due.filter(({ part, steps }) => this.#due.get(part) === steps)
    this.#due = new Map(due.map(({ part, steps }) => [part, steps]))
    return stuck.map(({ part }) => part)
  }
}

/** Whether the system still has file requests of ours: a disk is slow, or does not answer at all. */
function hasFileRequests(): boolean {
  return process.getActiveResourcesInfo().some(name => name.startsWith('FSReq'))
}
