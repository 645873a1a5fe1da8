// Of two files of which one was made of the other it is known at a later look that lines of both come once.
import type { ArrivalOracle } from './arrival-oracle.ts'
import type { BlindCall, ChangingStep } from './collision-steps.ts'
import { findEntry, type Entry } from './entries.ts'
import { countEqual, startsWith, type Generation } from './generations.ts'

const EVIDENCE_BYTES = 1024
const PERIOD_SEARCH_BYTES = 16 * 1024
const MARK_BYTES = 256
const CLOSING = '</log>\n'
const LF = 10
/** A copy is held back for this time, while its original is not truncated. */
const HOLD_MS = 2000
/** A truncated file waits for a copy that cannot be looked at for this time. */
const WAIT_MS = 60_000

export interface Change {
  readonly before: readonly Entry[]
  readonly after: readonly Entry[]
  readonly path: string
}

interface Made {
  readonly entry: Entry
  readonly made: Entry | undefined
  readonly isEnough: boolean
  readonly isRead: boolean
  readonly isBegunNow: boolean
  readonly isGone: boolean
}

interface Expectation {
  readonly original: Generation
  /** That of its file; of an upper layer, once it has one. */
  readonly originalPlace: string
  readonly place: string
  /** Made of the file of this path, which is not truncated yet. */
  readonly of: string | undefined
  /** Another file that this look or a later one has seen may be the copy as well. */
  readonly rivalsSince: number
  /** It is expected no more if a look at which calls fail comes later than this after the first look. */
  readonly waitMs: number
  readonly firstLookMs: number | undefined
}

/** Expects a copy to be recognised where enough of its original was read and acked to go by. */
export class DueCopies {
  readonly #oracle: ArrivalOracle
  #expected: readonly Expectation[] = []

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
    if (original.takenTo === 0 || original.mixedTo > 0 || !startsWith(entry.bytes, original.bytes)) return
    const isRead = original.takenTo === entry.bytes.length
    const isEnough = isEnoughFrom(original.takenTo, entry.bytes)
    const isBegunNow = original.first.run === original.last.run
    // Not the target of a link, a file with another name, or that of a lower layer, which is there as long as it is open.
    const isAlone = !entry.isLinked && original.place === entry.place
    // A look has seen it under this name.
    const isNamedSo = original.paths.includes(path)
    const isGone = isAlone && isNamedSo && !after.some(one => one.place === entry.place)
    const place = findDue(step, { entry, made, isEnough, isRead, isBegunNow, isGone })
    if (place === undefined) return
    const of = step.kind === 'copy' ? path : undefined
    const isTruncated = step.kind === 'copyTruncate'
    const waitMs = of !== undefined ? HOLD_MS : isTruncated && isEnough ? WAIT_MS : 0
    const rivalsSince = of !== undefined || isTruncated ? original.last.look : Infinity
    const files = { original, originalPlace: entry.place, place, of }
    this.#expected = [...this.#expected, { ...files, rivalsSince, waitMs, firstLookMs: undefined }]
  }

  dropChanged({ before, after, path }: Change, kind: ChangingStep['kind']): void {
    const isAsBefore = (entry: Entry) =>
      after.some(
        one => one.paths.join() === entry.paths.join() && one.place === entry.place && one.bytes.equals(entry.bytes),
      )
    const changed = new Set(before.filter(entry => !isAsBefore(entry)).map(({ place }) => place))
    const isOf = (one: Expectation) => (kind === 'truncate' || kind === 'copyUp') && one.of === path
    const originalPlace = findEntry(after, path)?.place ?? ''
    this.#expected = this.#expected
      .filter(one => !changed.has(one.place) && (isOf(one) || !changed.has(one.originalPlace)))
      .map(one => (isOf(one) ? { ...one, originalPlace, of: kind === 'truncate' ? undefined : path } : one))
  }

  /** To be called after a look was noted and before it is done. */
  atLook(isAllTaken: boolean, nowMs: number): void {
    for (const one of this.#expected) {
      const other = this.#oracle.at(one.place)
      if (other === undefined || other === one.original || one.of !== undefined) continue
      if (isAllTaken && !this.#hasRival(one, other)) this.#oracle.makeDue(one.original, other)
    }
    this.#expected = this.#expected.filter(({ of }) => of !== undefined)
    this.#dropOverdue(nowMs)
  }

  /** A copy that cannot be looked at is waited for; bytes that cannot be read may be others. */
  atBlindLook({
    call,
    path,
    nowMs,
  }: {
    readonly call: BlindCall
    readonly path: string
    readonly nowMs: number
  }): void {
    const isUnreadable = (one: Generation | undefined) => one?.names.includes(path) === true
    if (call === 'read')
      this.#expected = this.#expected.filter(
        ({ original, place }) => !isUnreadable(original) && !isUnreadable(this.#oracle.at(place)),
      )
    this.#dropOverdue(nowMs)
  }

  /**
   * Of several files that have all that was read, one is the copy; and one file may be that of several that were truncated, of
   * which it may have all that was read, or the bytes up to a mark.
   */
  #hasRival({ original, rivalsSince, firstLookMs }: Expectation, other: Generation): boolean {
    const rivals = this.#oracle.generations.filter(one => one !== original && one !== other)
    const mayBeCopy = ({ last, first, takenTo, bytes }: Generation) =>
      last.look >= rivalsSince &&
      (takenTo === 0 || first.look > rivalsSince) &&
      startsWith(bytes, original.bytes.subarray(0, original.takenTo))
    const mayBeOriginal = ({ rewritten, bytes, takenTo }: Generation) => {
      if (firstLookMs === undefined || rewritten === undefined) return false
      const read = bytes.subarray(0, takenTo)
      const mayHaveMark = countEqual(other.bytes, read) >= EVIDENCE_BYTES && other.birthNs <= rewritten.changedNs
      return startsWith(other.bytes, read) || mayHaveMark
    }
    return rivals.some(one => mayBeCopy(one) || mayBeOriginal(one))
  }

  #dropOverdue(nowMs: number): void {
    this.#expected = this.#expected
      .map(one => ({ ...one, firstLookMs: one.firstLookMs ?? nowMs }))
      .filter(({ firstLookMs, waitMs }) => nowMs - firstLookMs < waitMs)
  }
}

/** The place of the file that has to be recognised. */
function findDue(step: ChangingStep, { entry, made, isEnough, isRead, isBegunNow, isGone }: Made): string | undefined {
  const { kind } = step
  if (kind === 'copyUp' && isRead) return made?.place
  // A copy is named as a rotated file: less evidence is asked for, if the run saw its original begin. Not that of a link.
  if (kind === 'copyTruncate' && (isEnough || (isRead && isBegunNow && !entry.isLinked))) return made?.place
  if (kind === 'copy' && isEnough && isRead) return made?.place
  if (kind === 'replaceByLonger' && isEnough && isRead && isGone) return made?.place
  const isWrittenOver =
    kind === 'writeOverEnd' && step.lines.length > 0 && !entry.isReserved && entry.bytes.toString().endsWith(CLOSING)
  const unchanged = entry.bytes.subarray(0, -CLOSING.length)
  return isWrittenOver && isRead && isEnoughFrom(unchanged.length, unchanged) ? entry.place : undefined
}

/** At least 1 KiB that does not repeat itself, wherever reading has ended behind `start`. */
function isEnoughFrom(start: number, bytes: Buffer): boolean {
  if (start < EVIDENCE_BYTES) return false
  for (let end = start; end > 0; end = bytes.indexOf(LF, end) + 1) if (isPeriodic(bytes.subarray(0, end))) return false
  return true
}

function isPeriodic(all: Buffer): boolean {
  const bytes = all.subarray(-PERIOD_SEARCH_BYTES)
  for (let period = 1; period <= bytes.length >> 1; period++) {
    const end = bytes.subarray(-Math.max(MARK_BYTES, period * 2))
    if (end.subarray(period).equals(end.subarray(0, end.length - period))) return true
  }
  return false
}
