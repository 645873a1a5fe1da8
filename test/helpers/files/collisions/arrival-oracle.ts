// What has to arrive, what may come under one id, and what may come twice, by the bytes that were in the files at the looks.
// The rules are those of docs/files.md; each that weakens the promise has a name here and is counted when it is used.
import { countReaders } from './archive-readers.ts'
import { Arrivals } from './arrivals.ts'
import { excuse } from './excuse.ts'
import { DuePairs } from './due-pairs.ts'
import type { Entry } from './entries.ts'
import { countEqual, Generation, startsWith, type Moment } from './generations.ts'
import { classify, hasToArrive, keyOf, mayDouble, short, tell, type Instance } from './instances.ts'
import { Layers } from './layers.ts'
import { EVIDENCE_BYTES, inodeOf, Licences, noteUse, type OracleOptions } from './licences.ts'
import type { Sight } from './sight.ts'

/** A file that equals the beginning of another one is held back for this time at most. */
const MAX_HOLD_MS = 6000
/** Lines come within this time, unless something could not be looked at for a moment. */
const PROMPT_MS = 11_000
const UNSEEN_MS = 70_000

interface SizedMoment extends Moment {
  readonly isSized?: boolean
}

export class ArrivalOracle {
  readonly #options: OracleOptions
  readonly #licences: Licences
  readonly #generations: Generation[] = []
  readonly #newest = new Map<string, Generation>()
  readonly #arrivals = new Arrivals()
  readonly #due = new DuePairs()
  #lastBlindMs = -Infinity
  /** A file that could not be read counts as unreadable until its next read, which comes after a look. */
  #isReadDue = false
  /** Bytes that were in no file any more before they were surely read. */
  lostAtMost = 0
  readonly layers = new Layers()

  constructor(options: OracleOptions) {
    this.#options = options
    this.#licences = new Licences(options, this.layers)
  }

  /** Looks of a run that ended do not make a line due. */
  noteRestart(): void {
    for (const generation of this.#generations) {
      generation.forgetLooks()
      this.lostAtMost += generation.noteNoticed()
    }
  }

  get generations(): readonly Generation[] {
    return this.#generations
  }

  /** The present generation of a file; of an upper layer that no look has seen yet, that of the lower one. */
  at(place: string): Generation | undefined {
    return this.#newest.get(place) ?? this.layers.expectedAt(place)
  }

  /** Notes the files at a look. */
  note(entries: readonly Entry[], moment: Moment, sight: Sight): void {
    const { isGood } = sight
    this.#licences.run = moment.run
    if (!isGood) this.noteWait(moment)
    const places = new Set(entries.map(({ place }) => place))
    for (const [place, generation] of this.#newest) if (!places.has(place)) generation.goneAt ??= moment.look
    for (const entry of entries) {
      const known = this.#newest.get(entry.place)
      const isOpen = known !== undefined && sight.isOpen(known)
      const isSized = isOpen || (entry.isListed && sight.hasSizes)
      const generation = this.#noteEntry(entry, known, { ...moment, isSized })
      generation.lookedTo = generation.bytes.length
      generation.noteUnread(entry, isGood || (isOpen && sight.canRead))
      generation.isListed = entry.isListed
      generation.paths = entry.paths
      if (generation.first.look === moment.look) this.#noteFirst(generation)
      if (entry.bytes.length > 0) generation.filledAt ??= moment
      if (entry.isListed && isGood) generation.requiredTo = generation.bytes.length
      const isFound = entry.isListed && isGood && entry.bytes.length > 0 && !this.#options.hasFewDescriptors
      if (isFound) generation.foundIn ??= moment.run
    }
  }

  #noteFirst(generation: Generation): void {
    const { paths } = generation
    const before = generation.before ?? this.layers.lowerOf(generation)
    generation.firstPaths = paths
    if (before !== undefined) before.paths = [...before.paths, ...paths]
  }

  /** Its last name is gone. `isOpen`: the source reads it through its descriptor. */
  noteRemoved(entry: Entry, isOpen: boolean): void {
    const known = this.#newest.get(entry.place)
    if (known === undefined) return
    const changedNs = BigInt(Date.now() + 1) * 1_000_000n // the removal is a change, too
    const generation = this.#noteEntry({ ...entry, changedNs }, known, known.last)
    if (known.rewritten !== undefined) known.rewritten = { ...known.rewritten, changedNs }
    if (isOpen && generation === known) generation.requiredTo = generation.bytes.length
  }

  #noteEntry(entry: Entry, known: Generation | undefined, { isSized = false, ...moment }: SizedMoment): Generation {
    if (known !== undefined && startsWith(entry.bytes, known.bytes)) {
      known.bytes = entry.bytes
      known.last = moment
      return known
    }
    if (known !== undefined) known.rewritten = { ...moment, changedNs: entry.changedNs }
    const generation = new Generation(entry, moment, known)
    this.#generations.push(generation)
    this.#newest.set(entry.place, generation)
    generation.isBegunAtEnd = known?.isBegunAtEnd === true
    const lower = this.layers.expectedAt(entry.place)
    if (isSized && known !== undefined && this.layers.lowerOf(known) === undefined) generation.noteSize(entry, moment)
    generation.noteMixed(known ?? lower)
    if (lower === undefined || known !== undefined) return generation
    this.layers.note(generation, lower)
    if (!startsWith(entry.bytes, lower.bytes)) lower.rewritten ??= { ...moment, changedNs: entry.changedNs }
    return generation
  }

  excuse(generation: Generation): void {
    this.lostAtMost += generation.bytes.length - generation.countedTo
    excuse(generation, { generations: this.#generations, layers: this.layers, licences: this.#licences })
  }

  take(id: string, text: string): void {
    this.#arrivals.take(id, text)
  }

  /** Something was taken: of each file at most all that was in it. */
  noteMayBeTaken(): void {
    for (const generation of this.#generations) generation.mayBeTakenTo = generation.bytes.length
  }

  /** Lines may come later than usual. */
  noteWait({ nowMs }: Moment): void {
    this.#lastBlindMs = nowMs
    this.#isReadDue = true
  }

  /** Everything that the look has seen was taken. `areUnacked`: lines of earlier looks had no ack then. */
  noteTaken(moment: Moment, areUnacked: boolean): void {
    const fresh = new Set<string>()
    for (const generation of this.#generations) {
      if (generation.last.look !== moment.look || !generation.isListed) continue
      if (generation.hasGrownUnread && this.#mayBeHeldBack(generation, moment)) generation.forgetLooks()
      // A copy that lacks the last lines is compared again until they are acked.
      if (areUnacked && generation.takenTo === 0 && this.#mayBeCopy(generation)) generation.forgetLooks()
      generation.takenSinceMs ??= moment.nowMs
      generation.seenWhole.push({ nowMs: moment.nowMs, to: generation.bytes.length })
      const isRecent = moment.nowMs - generation.takenSinceMs < MAX_HOLD_MS
      const mayWait = generation.takenTo === 0 && isRecent
      if (mayWait && this.#mayBeHeldBack(generation, moment)) continue
      for (const line of generation.noteTaken(moment)) fresh.add(keyOf(line))
    }
    this.#isReadDue = false
    if (fresh.size > 0) this.#checkTaken(fresh)
  }

  /** Lines that were surely read arrived, whatever happens to their files later. */
  #checkTaken(keys: ReadonlySet<string>): void {
    const instances = Map.groupBy(this.#instances(), ({ line }) => keyOf(line))
    for (const key of instances.keys()) if (!keys.has(key)) instances.delete(key)
    this.#checkLeast(instances, ({ generation, line }) => line.end <= generation.takenTo)
  }

  /** As long as one of the two cannot be read, a comparison of their beginnings does not decide. */
  #mayBeHeldBack(generation: Generation, { nowMs, look }: Moment): boolean {
    const { bytes } = generation
    if (bytes.length < EVIDENCE_BYTES) return false
    const isUndecided = nowMs - this.#lastBlindMs < MAX_HOLD_MS || this.#isReadDue
    const compared = isUndecided ? bytes.subarray(0, EVIDENCE_BYTES) : bytes
    const isLike = (other: Generation) =>
      other !== generation && startsWith(other.bytes, compared) && !this.#isFoundNow(generation, other, look)
    return this.#mayBeCopy(generation) || this.#generations.some(isLike)
  }

  #mayBeCopy(generation: Generation): boolean {
    return this.#generations.some(other => other !== generation && this.#licences.mayBeCopy(other, generation))
  }

  /** Both are found at this look, so that none is read yet when the other one is compared. */
  #isFoundNow({ filledAt }: Generation, other: Generation, look: number): boolean {
    const areFound = filledAt?.look === look && filledAt.run === this.#licences.run && other.filledAt?.look === look
    return areFound && other.before === undefined && !this.#isInUsedInode(other)
  }

  /** It may be taken for the file that was there. */
  #isInUsedInode(generation: Generation): boolean {
    return this.#generations.some(one => one.place !== generation.place && inodeOf(one) === inodeOf(generation))
  }

  /** Another file has all its bytes. */
  isBeginningOfOther(generation: Generation): boolean {
    const { bytes } = generation
    return this.#generations.some(one => one !== generation && !one.isArchive && startsWith(one.bytes, bytes))
  }

  /** It may have nothing but what was read of the file in whose place it is, or of a truncated one: then it is not opened. */
  mayBeLeftOut(generation: Generation): boolean {
    return this.#generations.some(one => one !== generation && this.#licences.mayBeWhollyRead(one, generation))
  }

  /** The first file is the other one's upper layer. */
  noteLayer(place: string, lowerPlace: string): void {
    this.layers.expect(place, lowerPlace, this.at(lowerPlace))
  }

  /** Each line that was there until now may come twice. */
  allowDoubles(): void {
    for (const generation of this.#generations) generation.doubleTo = generation.bytes.length
  }

  /** What was sent without an ack is unread in the next run: if it goes then, it may count as lost. */
  noteUnconfirmed(): void {
    for (const generation of this.#generations) {
      const isOver = generation.rewritten !== undefined || generation.goneAt !== undefined
      if (isOver) this.lostAtMost += generation.countedTo
      generation.noteUnconfirmed()
    }
  }

  /** What was recognised until now is on record, even for a run that is killed. */
  noteDurable(): void {
    this.#due.noteDurable()
  }

  noteKill(): void {
    for (const generation of this.#generations) {
      if (generation.first.run === this.#licences.run) generation.isSeenShorter = false
      if (generation.foundIn !== this.#licences.run) continue
      generation.foundIn = undefined
      if (generation.isWhollySkipped) generation.countedTo = 0 // it may be on no record, and be read by the next run
    }
    this.#due.noteKill()
  }

  makeDue(one: Generation, other: Generation): void {
    this.#due.add(one, other)
  }

  /** Lines that a look saw some time ago arrived: no file waits for much longer than a copy is waited for. */
  checkPrompt({ nowMs }: Moment): void {
    if (nowMs - this.#lastBlindMs < UNSEEN_MS) return
    for (const generation of this.#generations) generation.notePrompt(nowMs - PROMPT_MS)
    const instances = Map.groupBy(this.#instances(), ({ line }) => keyOf(line))
    this.#checkLeast(instances, ({ generation, line }) => line.end <= generation.promptTo)
  }

  /** Every line that a look could see arrived, and none more often than it may. */
  check(): void {
    const instances = Map.groupBy(this.#instances(), ({ line }) => keyOf(line))
    const archived = Map.groupBy(this.#instances(true), ({ line }) => keyOf(line))
    for (const [key, { size }] of this.#arrivals.all()) {
      if (!instances.has(key) && !archived.has(key)) throw new Error(`${short(key)} arrived and was in no file`)
      const inArchives = countReaders(archived.get(key) ?? [], this.#generations)
      if (archived.has(key) && !instances.has(key) && size > inArchives)
        throw new Error(`${short(key)} was in archives, could arrive from ${inArchives} and arrived from ${size}`)
    }
    this.#checkLeast(instances, () => true)
    for (const [key, all] of instances) {
      const count = this.#arrivals.count(key)
      const inArchives = countReaders(archived.get(key) ?? [], this.#generations)
      const classes = classify(all, (one, other) => this.#due.has(one.generation, other))
      const most = classes.length + all.filter(mayDouble).length + inArchives
      if (count > most) throw new Error(`${short(key)} was in ${most} files and arrived from ${count}${tell(all)}`)
    }
  }

  #checkLeast(instances: ReadonlyMap<string, readonly Instance[]>, isChosen: (instance: Instance) => boolean): void {
    for (const [key, all] of instances) {
      const count = this.#arrivals.count(key)
      const classes = classify(all, (one, other) => this.#isLicensed(one, other))
      const required = classes.filter(same => hasToArrive(same, isChosen))
      if (count < required.length)
        throw new Error(
          `${short(key)} was in ${required.length} files and arrived from ${count}${tell(required.flat())}`,
        )
    }
  }

  /** An archive has the lines of another file, under its ids. */
  *#instances(areArchives = false): Iterable<Instance> {
    const generations = this.#generations.filter(({ isArchive }) => isArchive === areArchives)
    for (const generation of generations) for (const line of generation.lines()) yield { generation, line }
  }

  #isLicensed({ generation: one }: Instance, { generation: other, line }: Instance): boolean {
    if (countEqual(one.bytes, other.bytes) < line.end) return false
    const licence = this.#licences.find(one, other)
    if (licence === undefined) return false
    noteUse(licence)
    return true
  }

  /** The most bytes that can have been counted as copied. */
  countCopies(): number {
    return this.#generations.reduce((sum, one) => sum + this.#licences.countShared(one, this.#generations), 0)
  }
}
