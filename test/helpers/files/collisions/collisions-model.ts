import type { FilesSource } from '../../../../src/files/contract.ts'
import type { TrackedBatch } from '../../../../src/registry/contract.ts'
import { ArrivalOracle } from './arrival-oracle.ts'
import { CollidingFiles, RESERVED_BYTES } from './colliding-files.ts'
import { BASE_NAMES, nextName } from './base-names.ts'
import type { BlindCall, ChangingStep, CollisionStep } from './collision-steps.ts'
import { DueCopies, type Change } from './due-copies.ts'
import { limitDescriptors } from '../file-hooks.ts'
import { Failures } from './failures.ts'
import { HeldFiles } from './held-files.ts'
import { ARE_NULS_LOST } from './tolerances.ts'
import { LineWriter } from './line-writer.ts'
import { RunCounts } from './run-counts.ts'
import { startSource, waitForFileClock, type Setting } from './setting.ts'
import { checkAccount } from '../byte-account.ts'
import { toLines } from '../followed.ts'
import { findEntry, readEntries, type Entry } from './entries.ts'
import { isSearchedFor, startsWith, type Generation, type Moment } from './generations.ts'
import { makeSight } from './sight.ts'
import { UnreadableGrowth } from './unreadable-growth.ts'
import { MemoryRegistry, MemoryState } from '../memory-registry.ts'

/** A directory of files that are alike, the source that follows them, and what has to arrive. */
export class CollisionsModel {
  readonly #setting: Setting
  readonly #writer: LineWriter
  readonly #files: CollidingFiles
  readonly #oracle: ArrivalOracle
  readonly #due: DueCopies
  readonly #ends: (() => void)[] = []
  readonly #failures: Failures
  #state = new MemoryState()
  #registry = new MemoryRegistry(this.#state)
  #source: FilesSource
  #unacked: TrackedBatch[] = []
  /** The files, which only steps change. */
  #entries: readonly Entry[] = []
  #nowMs = Date.now()
  #look = 0
  #run = 0
  #runSinceMs = this.#nowMs
  #isKilled = false
  readonly #held: HeldFiles
  readonly #counts = new RunCounts()
  readonly #growth = new UnreadableGrowth()

  constructor(dir: string, setting: Setting) {
    this.#setting = setting
    this.#writer = new LineWriter(setting)
    this.#files = new CollidingFiles(dir, this.#writer)
    this.#oracle = new ArrivalOracle({ isPeriodic: setting.isPeriodic, hasFewDescriptors: this.#hasFewDescriptors })
    this.#due = new DueCopies(this.#oracle)
    this.#held = new HeldFiles(this.#oracle)
    this.#failures = new Failures(BASE_NAMES.map(name => this.#files.pathOf(name)))
    this.#ends.push(() => this.#failures.close())
    if (setting.descriptors !== undefined) this.#ends.push(limitDescriptors(this.#files.logs, setting.descriptors))
    this.#source = this.#start()
  }

  create(): Promise<void> {
    return this.#files.create()
  }

  async do(step: CollisionStep): Promise<void> {
    if ('file' in step && step.kind !== 'blind') await this.#change(step)
    else if (step.kind === 'look') await this.#lookAt(step.take, step.isAcked)
    else if (step.kind === 'blind') await this.#lookBlindly(step.call, step.code, step.file)
    else if (step.kind === 'pass') this.#nowMs += step.seconds * 1000
    else if (step.kind === 'ack') await this.#ackAll()
    else if (step.kind === 'wait') await waitForFileClock()
    else if (step.kind === 'restart') await this.#restart()
    else await this.#kill()
    checkAccount(this.#source.status())
  }

  /** Lets all waits run out. */
  async settle(): Promise<void> {
    for (let i = 0; i < 6; i++) {
      await this.#lookAt('all', true)
      this.#nowMs += 30_000
    }
  }

  check(): void {
    this.#oracle.check()
    checkAccount(this.#source.status())
    const { bytes } = this.#source.status()
    const text = JSON.stringify(bytes)
    const { lost, copied } = this.#counts.count(this.#source.status())
    // A file that is not found under any name is waited for a day.
    const mayWait = Math.max(0, this.#oracle.lostAtMost - lost)
    if (bytes.inFlight > 0 || bytes.unread > mayWait) throw new Error(`something stays: ${text}`)
    if (lost > this.#oracle.lostAtMost)
      throw new Error(`${lost} bytes count as lost, and at most ${this.#oracle.lostAtMost} are: ${text}`)
    const copies = this.#oracle.countCopies()
    if (copied > copies) throw new Error(`${copied} bytes count as copied, and at most ${copies} are`)
  }

  async close(): Promise<void> {
    for (const end of this.#ends) end()
    this.#files.close()
    await this.#source.close()
  }

  #start(): FilesSource {
    return startSource(this.#files.logs, this.#setting, { registry: this.#registry, clock: () => this.#nowMs })
  }

  #groupOf(path: string): string {
    return this.#setting.groups === 'two' && path.startsWith(this.#files.pathOf('a.log')) ? 'first' : 'all'
  }

  async #change(step: ChangingStep): Promise<void> {
    const path = this.#files.pathOf(step.file)
    const before = this.#entries
    if ('lines' in step) await this.#files.write(step.kind, path, this.#writer.toBytes(step.lines))
    else await this.#files.move(step.kind, path, this.#files.pathOf(nextName(step.file)))
    const after = readEntries(this.#files.root)
    this.#entries = after
    const [lower, upper] = [findEntry(before, path), findEntry(after, path)]
    if (step.kind === 'copyUp' && lower && upper) this.#oracle.noteLayer(upper.place, lower.place)
    this.#noteGone(before, after)
    if (ARE_NULS_LOST) this.#noteReserve(step.kind, findEntry(before, path))
    this.#noteDue(step, { before, after, path })
  }

  #noteReserve(kind: ChangingStep['kind'], entry: Entry | undefined): void {
    if (kind === 'reserve') this.#oracle.lostAtMost += RESERVED_BYTES
    if (kind === 'cutReserve') this.#oracle.lostAtMost += entry?.bytes.length ?? 0
  }

  #noteDue(step: ChangingStep, change: Change): void {
    this.#due.dropChanged(change, step.kind)
    const isSettled = this.#unacked.length === 0 && !this.#hasFewDescriptors
    if (isSettled) this.#due.note(step, change, this.#held.takenIn(this.#run))
  }

  /** Lines that nothing can read any more need not arrive. */
  #noteGone(before: readonly Entry[], after: readonly Entry[]): void {
    const later = new Map(after.map(entry => [entry.place, entry]))
    for (const entry of before) {
      const { place } = entry
      const generation = this.#oracle.at(place)
      if (generation === undefined) continue
      const now = later.get(place)
      // What is written to an upper layer is not in the file that is open.
      const isMoved = now === undefined && !this.#oracle.layers.isLower(place)
      if (now === undefined) this.#oracle.noteRemoved(entry, isMoved && this.#isOpen(generation))
      if (now?.isListed && startsWith(now.bytes, generation.bytes)) continue
      // An archive that has the bytes of another file, too, may be that one's.
      const isRead = now === undefined || generation.takenTo > 0 || this.#held.has(generation)
      const isKnown = isRead && !this.#oracle.isBeginningOfOther(generation)
      const isArchived = isKnown && after.some(one => one.isArchive && startsWith(one.bytes, generation.bytes))
      const isMovedAway = now !== undefined && isSearchedFor(generation, now) && startsWith(now.bytes, generation.bytes)
      const isUnnoticed = generation.mixedTo > 0 // its digest is that of other bytes, as the next run finds
      const isElsewhere = isUnnoticed ? isMovedAway && generation.last.run === this.#run : isMovedAway || isArchived
      if (!this.#isReadable(generation, now, isElsewhere)) this.#oracle.excuse(generation)
    }
  }

  /** A descriptor reads a file under any name, or none. Without one it is searched for by what is on record. */
  #isReadable(generation: Generation, now: Entry | undefined, isElsewhere: boolean): boolean {
    const isRewritten = now !== undefined && !startsWith(now.bytes, generation.bytes)
    if (this.#isOpen(generation) && !isRewritten) return true
    return isElsewhere && !this.#isKilled && !this.#hasFewDescriptors
  }

  #isOpen(generation: Generation): boolean {
    // The upper layer of a file is opened when it has something to read.
    return (
      this.#held.has(generation) && !this.#hasFewDescriptors && this.#oracle.layers.lowerOf(generation) === undefined
    )
  }

  /** Fresh lines wait behind those of an earlier run. */
  get #isSendingAgain(): boolean {
    return this.#registry.unconfirmed.some(({ sequence }) => this.#state.journal.has(sequence))
  }

  get #hasFewDescriptors(): boolean {
    return this.#setting.descriptors !== undefined || this.#setting.maxOpenFiles < 100
  }

  async #lookAt(take: 'all' | 'one' | 'none', isAcked: boolean): Promise<void> {
    const moment = this.#note(undefined)
    this.#due.atLook(take === 'all', this.#nowMs)
    this.#held.noteLook(moment.look)
    const areUnacked = this.#unacked.length > 0
    await this.#source.poll()
    await this.#take(take === 'all' ? Infinity : take === 'one' ? 1 : 0)
    if (this.#isSendingAgain) this.#oracle.noteWait(moment)
    if (take === 'all' && !this.#hasFewDescriptors && !this.#isSendingAgain) {
      this.#oracle.noteTaken(moment, areUnacked)
      this.#held.noteLook(moment.look)
      this.#oracle.checkPrompt(moment)
    }
    // What an earlier run sent, and this one did not find, may come again as new.
    if (this.#source.status().bytes.unconfirmed > 0) this.#oracle.allowDoubles()
    if (isAcked) await this.#ackAll()
    this.#isKilled = false
  }

  /** A look at which a call fails: what is there need not be found. */
  async #lookBlindly(call: BlindCall, code: string, file: string): Promise<void> {
    const { look } = this.#note(call)
    const path = this.#files.pathOf(file)
    this.#due.atBlindLook({ call, path, nowMs: this.#nowMs })
    const isUnreadable = ({ last, names }: Generation) =>
      (call === 'read' || call === 'open') && last.look === look && names.some(name => name.startsWith(path))
    this.#oracle.lostAtMost += this.#growth.note(this.#oracle.generations.filter(isUnreadable))
    const names = this.#entries.flatMap(entry => entry.paths)
    const end = this.#failures.begin(call, { code, path, names })
    // A deleted file that cannot be read is not kept.
    for (const generation of this.#held.all()) if (generation.goneAt !== undefined) this.#oracle.excuse(generation)
    // What an earlier run sent is unconfirmed after a minute, and then sent as new.
    const isWaitOver = this.#nowMs - this.#runSinceMs >= RESEND_WAIT_MS && this.#registry.unconfirmed.length > 0
    if (isWaitOver) this.#oracle.allowDoubles()
    await this.#source.poll()
    await this.#take(Infinity)
    if (call === 'open' && code === 'EMFILE') this.#held.noteShortage()
    end()
  }

  /** `failing`: the call that fails at this look. */
  #note(failing: BlindCall | undefined): Moment {
    const moment = { look: ++this.#look, run: this.#run, nowMs: this.#nowMs }
    const sight = makeSight(failing, generation => this.#isOpen(generation))
    this.#oracle.note(this.#entries, moment, sight)
    if (this.#setting.startPosition === 'end') this.#noteEnds(moment, sight.isGood)
    return moment
  }

  /** A file that could not be looked at when its group was followed first begins at its end when it can be. */
  #noteEnds({ look }: Moment, isGood: boolean): void {
    const isFirst = this.#source.status().polls === 0
    const known = new Set(this.#registry.files.map(({ path }) => this.#groupOf(path)))
    for (const generation of this.#oracle.generations) {
      if (generation.last.look !== look) continue
      if (isFirst && !known.has(this.#groupOf(generation.paths[0]!))) generation.isBegunAtEnd = true
      if (generation.isBegunAtEnd) generation.requiredFrom = generation.bytes.length
      if (isGood) generation.isBegunAtEnd = false
    }
  }

  async #take(most: number): Promise<void> {
    for (let i = 0; i < most; i++) {
      const stop = new AbortController()
      this.#oracle.noteMayBeTaken()
      const next = this.#source.next(stop.signal)
      stop.abort(WITHOUT_STACK)
      const batch = await next
      if (batch === undefined) return
      await this.#registry.journal(batch)
      this.#oracle.noteDurable()
      this.#counts.noteJournaled(this.#source.status())
      this.#unacked.push(batch)
      for (const { id, text } of toLines(batch)) this.#oracle.take(id, text)
    }
  }

  async #ackAll(): Promise<void> {
    for (const batch of this.#unacked.splice(0)) await this.#source.commit(batch)
  }

  async #kill(): Promise<void> {
    const left = this.#state.afterKill()
    // A file that was found within the last second, and left its name, may be on no record.
    for (const { place, isListed } of this.#entries) {
      const generation = isListed ? undefined : this.#oracle.at(place)
      if (generation !== undefined) this.#oracle.excuse(generation)
    }
    this.#oracle.noteKill()
    await this.#restart(left)
    this.#isKilled = true
  }

  /** Descriptors go with the run: of what has no name that is searched for, the rest is gone. */
  async #restart(stateAfter?: MemoryState): Promise<void> {
    const isLost = ({ place, mixedTo }: Generation) =>
      !this.#entries.some(entry => entry.place === place && (entry.isListed || mixedTo === 0))
    for (const one of this.#held.all()) if (this.#oracle.at(one.place) === one && isLost(one)) this.#oracle.excuse(one)
    this.#due.forget()
    await this.#source.close()
    if (stateAfter === undefined) this.#counts.noteEnd(this.#source.status())
    else this.#counts.noteKill()
    this.#state = stateAfter ?? this.#state.copy()
    this.#state.makeDurable()
    this.#registry = new MemoryRegistry(this.#state)
    this.#unacked = []
    if (this.#registry.unconfirmed.length > 0) this.#oracle.noteUnconfirmed()
    this.#oracle.noteRestart()
    this.#held.noteEnd()
    this.#run++
    this.#runSinceMs = this.#nowMs
    this.#source = this.#start()
  }
}

const RESEND_WAIT_MS = 60_000
const WITHOUT_STACK = 'no more lines'
