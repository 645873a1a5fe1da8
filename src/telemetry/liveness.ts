import type { LifeSign } from '../flow/life-sign.ts'

/**
 * Finds parts that hang: at two looks in a row they had something to do, waited for nobody, and did nothing in between.
 * Between two looks everything that is due has had its turn, since looks are taken by a timer of the same thread.
 */
export class Liveness {
  readonly #areFilesAsked: () => boolean
  /** The parts that were due at the last look, with their steps. */
  #due: ReadonlyMap<string, number> = new Map()

  constructor(areFilesAsked: () => boolean = hasFileRequests) {
    this.#areFilesAsked = areFilesAsked
  }

  /** Names the parts that hang. */
  look(signs: readonly LifeSign[]): readonly string[] {
    const areFilesAsked = signs.some(({ mayWaitForFiles }) => mayWaitForFiles === true) && this.#areFilesAsked()
    const due = signs.filter(({ isDue, mayWaitForFiles }) => isDue && !(mayWaitForFiles === true && areFilesAsked))
    const stuck = due.filter(({ part, steps }) => this.#due.get(part) === steps)
    this.#due = new Map(due.map(({ part, steps }) => [part, steps]))
    return stuck.map(({ part }) => part)
  }
}

/** Whether the system has requests for files in hand: a slow disk, or one that does not answer at all. */
function hasFileRequests(): boolean {
  return process.getActiveResourcesInfo().some(name => name.startsWith('FSReq'))
}
