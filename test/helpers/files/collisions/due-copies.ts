// Of two files of which one was made of the other it is known at the next look that lines of both come once.
import type { ArrivalOracle } from './arrival-oracle.ts'
import type { ChangingStep } from './collision-steps.ts'
import { findEntry, type Entry, type Generation } from './generations.ts'

const EVIDENCE_BYTES = 1024
const PERIOD_SEARCH_BYTES = 16 * 1024
const MARK_BYTES = 256

export interface Change {
  readonly before: readonly Entry[]
  readonly after: readonly Entry[]
  readonly path: string
}

interface Made {
  readonly entry: Entry
  readonly made: Entry | undefined
  readonly isEnough: boolean
  readonly isBegunNow: boolean
  readonly isGone: boolean
}

interface Expectation {
  readonly original: Generation
  readonly place: string
}

/** Expects a copy to be recognised where all of its original was read and acked, and was enough to go by. */
export class DueCopies {
  readonly #oracle: ArrivalOracle
  #expected: Expectation[] = []

  constructor(oracle: ArrivalOracle) {
    this.#oracle = oracle
  }

  forget(): void {
    this.#expected = []
  }

  note(step: ChangingStep, change: Change, held: ReadonlySet<Generation>): void {
    const { before, after, path } = change
    const entry = findEntry(before, path)
    const original = entry && this.#oracle.at(entry.place)
    if (entry === undefined || original === undefined || !held.has(original)) return
    const made = after.find(one => one.isListed && !before.some(({ place }) => place === one.place))
    if (!isReadToItsEnd(original, entry.bytes)) return
    const isEnough = original.takenTo >= EVIDENCE_BYTES && !isPeriodic(original.bytes)
    const isBegunNow = original.first.run === original.last.run
    // Not the target of a link, or a file with another name.
    const isGone = !entry.isLinked && !after.some(one => one.place === entry.place)
    const place = this.#findDue(step, { entry, made, isEnough, isBegunNow, isGone })
    if (place !== undefined) this.#expected.push({ original, place })
  }

  /** The place of the file that has to be recognised. */
  #findDue(step: ChangingStep, { entry, made, isEnough, isBegunNow, isGone }: Made): string | undefined {
    const { kind } = step
    if (kind === 'copyUp') return made?.place
    // A copy is named as a rotated file: less evidence is asked for, if the run saw its original begin. Not that of a link.
    if (kind === 'copyTruncate' && (isEnough || (isBegunNow && !entry.isLinked))) return made?.place
    if (kind === 'replaceByLonger' && isEnough && isGone) return made?.place
    const isWrittenOver =
      kind === 'writeOverEnd' &&
      step.lines.length > 0 &&
      !entry.isReserved &&
      entry.bytes.toString().endsWith('</log>\n')
    return isWrittenOver && isEnough ? entry.place : undefined
  }

  dropChanged({ before, after }: Change): void {
    const isAsBefore = (entry: Entry) =>
      after.some(
        one => one.paths.join() === entry.paths.join() && one.place === entry.place && one.bytes.equals(entry.bytes),
      )
    const changed = new Set(before.filter(entry => !isAsBefore(entry)).map(({ place }) => place))
    this.#expected = this.#expected.filter(one => !changed.has(one.place) && !changed.has(one.original.place))
  }

  /** To be called after a look was noted and before it is done. */
  atLook(isAllTaken: boolean): void {
    for (const { original, place } of this.#expected) {
      const other = this.#oracle.at(place)
      if (other === undefined || other === original) continue
      if (isAllTaken) this.#oracle.makeDue(original, other)
    }
    this.#expected = []
  }
}

function isReadToItsEnd({ takenTo, bytes }: Generation, now: Buffer): boolean {
  return takenTo > 0 && takenTo === bytes.length && now.equals(bytes)
}

function isPeriodic(all: Buffer): boolean {
  const bytes = all.subarray(-PERIOD_SEARCH_BYTES)
  for (let period = 1; period <= bytes.length >> 1; period++) {
    const end = bytes.subarray(-Math.max(MARK_BYTES, period * 2))
    if (end.subarray(period).equals(end.subarray(0, end.length - period))) return true
  }
  return false
}
