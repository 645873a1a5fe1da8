import type { FileRecord, FinishedOutcome, Registry, TrackedBatch } from '../registry/contract.ts'
import type { FileGroup, LossReason } from './contract.ts'
import type { FoundFile } from './look/file-looks.ts'
import { inodeOf, makeIdentity, type FileLook } from './look/identity.ts'
import type { ByteAccount } from './byte-account.ts'
import { toFinished } from './finished-file.ts'
import { SeenSizes } from './seen-sizes.ts'
import { TrackedFile } from './tracked-file.ts'
import { LISTED, recallWhereabouts, type Archived, type Placed } from './whereabouts.ts'

interface Restored {
  readonly group: FileGroup | undefined
  /** There is a later generation of its file. */
  readonly isTruncated: boolean
}

type FoundAgain = Pick<FoundFile, 'path' | 'look'> & Partial<Pick<FoundFile, 'group'>>

interface Clocks {
  readonly clock: () => number
  readonly wallClock: () => number
}

/** All generations that this run knows, the transitions of their states, and the registry kept in step with them. */
export class TrackedFiles {
  readonly #registry: Registry
  readonly #seenSizes: SeenSizes
  readonly #account: ByteAccount
  /** It only ever goes on. */
  readonly #clock: () => number
  readonly #wallClock: () => number
  readonly #byKey = new Map<number, TrackedFile>()
  readonly #byPlace = new Map<string, TrackedFile>()
  /** Files without a place: truncated ones wait for their copy, missing ones for their file to come back. */
  readonly #unplaced = new Set<TrackedFile>()

  constructor(registry: Registry, account: ByteAccount, { clock, wallClock }: Clocks) {
    this.#registry = registry
    this.#seenSizes = new SeenSizes(registry)
    this.#account = account
    this.#clock = clock
    this.#wallClock = wallClock
  }

  /** Adopts the records of an earlier run. Each is missing until a file that fits is found, or truncated; one without a group is not followed. */
  restoreAll(groupOf: (path: string) => FileGroup | undefined): void {
    const byPresence = this.#registry.files.toSorted((one, other) => Number(other.isGone) - Number(one.isGone))
    const newest = new Map(byPresence.map(record => [inodeOf(record.identity), record]))
    for (const record of this.#registry.files) {
      const isTruncated = record.identity.birthNs !== '0' && newest.get(inodeOf(record.identity)) !== record
      this.#restore(record, { group: groupOf(record.path), isTruncated })
    }
    const runs = this.#registry.unconfirmed.flatMap(batch => batch.runs)
    const journaled = Map.groupBy(runs, ({ key }) => key)
    for (const record of this.#registry.files) {
      const file = this.#byKey.get(record.key)
      if (file !== undefined) this.#seenSizes.restore(file, record, journaled.get(record.key) ?? [])
    }
    for (const run of [...journaled.values()].flat()) this.#byKey.get(run.key)?.progress.owe(run)
    this.#registry.releaseFiles()
  }

  #restore(record: FileRecord, { group, isTruncated }: Restored): void {
    const whereabouts = recallWhereabouts(record, isTruncated, { nowMs: this.#clock(), wallMs: this.#wallClock() })
    const file = new TrackedFile({ ...record, group, position: record.offset, whereabouts }, this.#account)
    this.#byKey.set(file.key, file)
    this.#unplaced.add(file)
  }

  /** Follows a generation from its first byte on: of an unknown file, or the next one of a file that is there. */
  begin({ path, group, look }: FoundFile, whereabouts: Placed | Archived = LISTED): TrackedFile {
    const identity = makeIdentity(look)
    const seen = { seenAtMs: this.#wallClock(), seenSize: look.size, isGone: false }
    const record = { path, identity, offset: 0, marks: [], ...seen }
    const key = this.#registry.add(record)
    const beginning = { key, path, group, identity, marks: [], position: 0, whereabouts, beganNs: look.changedNs }
    const file = new TrackedFile(beginning, this.#account)
    this.#byKey.set(key, file)
    this.#byPlace.set(look.place, file)
    return file
  }

  /** Without a group it keeps its own, or is still not followed. */
  place(file: TrackedFile, found: FoundAgain, whereabouts: Placed): void {
    this.#take(file, found, whereabouts)
  }

  /** As `place`, for an archive that was found. */
  archive(file: TrackedFile, found: FoundAgain): void {
    this.#take(file, found, { kind: 'archived' })
  }

  #take(file: TrackedFile, { path, look, group }: FoundAgain, whereabouts: Placed | Archived): void {
    this.#seenSizes.recall(file, file.whereabouts.kind === 'missing' ? look.size : Infinity)
    file.move(whereabouts.kind === 'archived' ? 'archive' : 'place', whereabouts)
    this.#unplaced.delete(file)
    this.#byPlace.set(look.place, file)
    file.takeName(path)
    if (group !== undefined) file.follow(group)
    file.evidence.notePlace(look)
    this.remember(file)
  }

  list(file: TrackedFile): void {
    file.move('list', LISTED)
  }

  rename(file: TrackedFile, path: string): void {
    file.move('rename', { kind: 'renamed', sinceMs: this.#clock() })
    file.takeName(path)
    this.remember(file)
  }

  unlist(file: TrackedFile, path = file.path): void {
    file.move('unlist', { kind: 'unlisted', sinceMs: this.#clock() })
    file.takeName(path)
    this.remember(file)
  }

  noteBirthTime(file: TrackedFile, look: FileLook): void {
    file.evidence.notePlace(look)
    this.remember(file)
  }

  /** Why it was taken for what it is. */
  noteEvidence(file: TrackedFile, evidence: string): void {
    this.#registry.update(file.key, { evidence })
  }

  /** `targets`: by path of each link that a look has found, the path of its file. */
  noteRealPaths(targets: ReadonlyMap<string, string>): void {
    for (const file of targets.size === 0 ? [] : this.#byPlace.values()) {
      const realPath = file.hasNoListedName ? undefined : targets.get(file.path)
      if (realPath !== undefined && file.evidence.noteRealPath(realPath)) this.#registry.update(file.key, { realPath })
    }
  }

  noteDeleted(file: TrackedFile): void {
    file.move('noteDeleted', { kind: 'deleted', sinceMs: this.#clock() })
  }

  noteMissing(file: TrackedFile): void {
    this.#miss(file)
    this.#registry.update(file.key, { isGone: true, seenAtMs: this.#wallClock() })
    this.#seenSizes.record(file)
  }

  /** `look`: of the other bytes, if they could be looked at. */
  noteTruncated(file: TrackedFile, look?: { readonly place?: string; readonly changedNs?: bigint }): void {
    const { place, formerPlace = '' } = file
    const former = { formerPlace: look?.place ?? place ?? formerPlace, truncatedByNs: look?.changedNs }
    file.move('noteTruncated', { kind: 'truncated', sinceMs: this.#clock(), ...former })
    // Not before that by the clock of its file system: the next run compares it with when other files were made.
    const changedAtMs = Number((look?.changedNs ?? 0n) / 1_000_000n) + 1
    this.#registry.update(file.key, { isGone: true, seenAtMs: Math.max(this.#wallClock(), changedAtMs) })
    if (place === undefined) return
    this.#displace(file, place)
    this.#seenSizes.record(file)
  }

  /** For a file that no group names now: its record waits for a group that does. */
  unfollow(file: TrackedFile): void {
    file.unfollow()
    if (file.place === undefined) return
    this.#miss(file)
    this.#registry.update(file.key, { seenAtMs: this.#wallClock() })
  }

  /** Its unread bytes are lost, or uncounted: returns how many are lost. `outcome` counts where none is. The record goes with the last ack. */
  end(file: TrackedFile, outcome: FinishedOutcome, unread: LossReason | 'uncounted' = 'uncounted'): number {
    const { place } = file
    file.move('end', { kind: 'ended', outcome })
    const lostBytes = unread === 'uncounted' ? 0 : file.progress.loseUnread(unread)
    file.progress.uncountUnread()
    if (place !== undefined) this.#byPlace.delete(place)
    this.#unplaced.delete(file)
    this.#finishIfDone(file)
    return lostBytes
  }

  #miss(file: TrackedFile): void {
    const { place = '' } = file
    file.move('noteMissing', { kind: 'missing', sinceMs: this.#clock(), formerPlace: place })
    this.#displace(file, place)
  }

  #displace(file: TrackedFile, place: string): void {
    this.#byPlace.delete(place)
    this.#unplaced.add(file)
  }

  /** For reading that continues at another offset without an ack. */
  rememberPosition(file: TrackedFile): void {
    const { key, settled: offset, marks, identity } = file
    this.#seenSizes.dropLeft(file)
    this.#registry.update(key, { offset, marks, identity })
  }

  remember(file: TrackedFile): void {
    const { listedPath: path, identity } = file
    this.#registry.update(file.key, { path, identity, isGone: false })
  }

  commit(batch: TrackedBatch): void {
    this.#registry.commit(batch)
    const { refusedBytes = 0 } = batch
    this.#account.acked -= refusedBytes
    this.#account.refused += refusedBytes
    for (const range of batch.ranges) {
      const file = this.#byKey.get(range.key)
      if (file === undefined) continue
      file.progress.ack(range)
      this.#seenSizes.record(file)
      this.#finishIfDone(file)
    }
  }

  /** A journaled range was made again, or given up. */
  settleOwed(key: number): void {
    const file = this.#byKey.get(key)
    file?.progress.settleOwed()
    if (file?.progress.owed === 0) this.#seenSizes.recordLeft(file)
  }

  /** What an earlier run saw of a file that is not found, and did not read or send; undefined where it is not known. */
  leftOf(file: TrackedFile): number | undefined {
    return this.#seenSizes.leftOf(file)
  }

  countCut(file: TrackedFile, size: number): number {
    return this.#seenSizes.countCut(file, size)
  }

  wasGone(file: TrackedFile): boolean {
    return this.#seenSizes.wasGone(file)
  }

  /** What an earlier run left of a file that is given up counts as seen, and so as lost. Returns what is, if the file ends at `size`. */
  recallLeft(file: TrackedFile, size = Infinity): number {
    this.#seenSizes.recall(file)
    const lostBytes = file.progress.endAt(size)
    if (lostBytes > 0) this.#seenSizes.record(file)
    return lostBytes
  }

  /** For a file that is gone. Returns the number of bytes that are lost. What an earlier run left stays on record. */
  loseUnread(file: TrackedFile, reason: LossReason): number {
    const lostBytes = file.progress.loseUnread(reason)
    if (lostBytes > 0) this.#seenSizes.record(file)
    return lostBytes
  }

  noteGrowth(files: Iterable<TrackedFile>): void {
    for (const file of files) this.#seenSizes.recordGrowth(file)
  }

  noteSizes(): void {
    for (const file of this.#byPlace.values()) this.#seenSizes.record(file)
  }

  find(key: number): TrackedFile | undefined {
    return this.#byKey.get(key)
  }

  at(place: string): TrackedFile | undefined {
    return this.#byPlace.get(place)
  }

  placed(): readonly TrackedFile[] {
    return [...this.#byPlace.values()]
  }

  /** Missing and truncated. */
  unplaced(): readonly TrackedFile[] {
    return [...this.#unplaced]
  }

  truncated(): readonly TrackedFile[] {
    return this.unplaced().filter(({ whereabouts }) => whereabouts.kind === 'truncated')
  }

  missing(): readonly TrackedFile[] {
    return this.unplaced().filter(({ whereabouts }) => whereabouts.kind === 'missing')
  }

  all(): Iterable<TrackedFile> {
    return this.#byKey.values()
  }

  #finishIfDone(file: TrackedFile): void {
    const { whereabouts } = file
    if (whereabouts.kind !== 'ended' || file.progress.inFlight > 0) return
    this.#byKey.delete(file.key)
    const finished = toFinished(file, whereabouts.outcome, this.#wallClock())
    if (finished === undefined) this.#registry.forget(file.key)
    else this.#registry.finish(file.key, finished)
  }
}
