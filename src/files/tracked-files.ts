import type { FileRecord, Registry, TrackedBatch } from '../registry/contract.ts'
import type { FileGroup } from './contract.ts'
import type { FoundFile } from './look/file-looks.ts'
import { EMPTY_MARK, isBirthCompatible, makeIdentity, type FileLook } from './look/identity.ts'
import type { ByteAccount } from './byte-account.ts'
import { hasNoListedName, TrackedFile } from './tracked-file.ts'
import type { Whereabouts } from './whereabouts.ts'

interface Restored {
  readonly group: FileGroup | undefined
  /** There is a later generation of its file. */
  readonly isTruncated: boolean
}

interface Clocks {
  readonly clock: () => number
  readonly wallClock: () => number
}

/** All generations that this run knows, and the registry kept in step with them. */
export class TrackedFiles {
  readonly #registry: Registry
  readonly #account: ByteAccount
  /** It only ever goes on. */
  readonly #clock: () => number
  readonly #wallClock: () => number
  readonly #byKey = new Map<number, TrackedFile>()
  readonly #byPlace = new Map<string, TrackedFile>()
  /** Files without a place: truncated ones wait for their copy, missing ones for their file to come back. */
  readonly #lost = new Set<TrackedFile>()

  constructor(registry: Registry, account: ByteAccount, { clock, wallClock }: Clocks) {
    this.#registry = registry
    this.#account = account
    this.#clock = clock
    this.#wallClock = wallClock
  }

  /** Adopts the records of an earlier run. Each is lost until a file that fits is found; one without a group is not followed. */
  restoreAll(groupOf: (path: string) => FileGroup | undefined): void {
    const newest = new Map(this.#registry.files.map(record => [inodeOf(record), record]))
    for (const record of this.#registry.files) {
      const isTruncated = record.identity.birthNs !== '0' && newest.get(inodeOf(record)) !== record
      this.#restore(record, { group: groupOf(record.path), isTruncated })
    }
    for (const run of this.#registry.unconfirmed.flatMap(batch => batch.runs)) {
      const file = this.#byKey.get(run.key)
      if (file === undefined) continue
      file.owed++
      // Nothing was acked before the first range of a file, but it may begin behind a hole.
      if (run.start === file.position || file.position === 0) file.journaled ??= run
    }
  }

  #restore(record: FileRecord, { group, isTruncated }: Restored): void {
    const beginning = { ...record, group: group ?? UNFOLLOWED, position: record.offset }
    const file = new TrackedFile(beginning, this.#account)
    const { device, inode } = record.identity
    file.isFollowed = group !== undefined
    file.isFromRegistry = true
    this.#byKey.set(file.key, file)
    this.#lost.add(file)
    const goneForMs = record.isGone ? Math.max(0, this.#wallClock() - record.seenAtMs) : 0
    const sinceMs = this.#clock() - goneForMs
    file.whereabouts = { kind: 'lost', sinceMs, isTruncated, formerPlace: `${device}:${inode}` }
  }

  /** Follows an unknown file, from its first byte on. */
  begin(found: FoundFile): TrackedFile {
    const identity = makeIdentity(found.look, EMPTY_MARK)
    const seenAtMs = this.#wallClock()
    const record = { path: found.path, identity, offset: 0, marks: [], seenAtMs, isGone: false }
    const key = this.#registry.add(record)
    const beginning = { key, path: found.path, group: found.group, identity, marks: [], position: 0 }
    const file = new TrackedFile(beginning, this.#account)
    file.beganNs = found.look.changedNs
    this.#byKey.set(key, file)
    this.#byPlace.set(found.look.place, file)
    return file
  }

  /** For a lost generation that was found again. */
  place(file: TrackedFile, found: FoundFile, whereabouts: Whereabouts = { kind: 'listed' }): void {
    this.#lost.delete(file)
    file.whereabouts = whereabouts
    file.path = found.path
    if (!hasNoListedName(file)) file.listedPath = found.path
    file.group = found.group
    file.isFollowed = true
    file.identity = makeIdentity(found.look, file.identity.head)
    this.#byPlace.set(found.look.place, file)
    this.remember(file)
  }

  rename(file: TrackedFile, path: string, isListed: boolean): void {
    file.path = path
    if (isListed) file.listedPath = path
    file.whereabouts = { kind: 'renamed', sinceMs: this.#clock(), isListed }
    this.remember(file)
  }

  lose(file: TrackedFile, isTruncated: boolean, truncatedByNs?: bigint): void {
    const formerPlace = file.place ?? ''
    this.#byPlace.delete(formerPlace)
    this.#lost.add(file)
    file.whereabouts = { kind: 'lost', sinceMs: this.#clock(), isTruncated, formerPlace, truncatedByNs }
    this.#registry.update(file.key, { isGone: true, seenAtMs: this.#wallClock() })
  }

  /** For a file that no group names now: its record waits for a group that does. */
  letGo(file: TrackedFile): void {
    const { place = '' } = file
    file.isFollowed = false
    file.group = UNFOLLOWED
    if (file.whereabouts.kind === 'lost') return
    this.#byPlace.delete(place)
    this.#lost.add(file)
    file.whereabouts = { kind: 'lost', sinceMs: this.#clock(), isTruncated: false, formerPlace: place }
    this.#registry.update(file.key, { seenAtMs: this.#wallClock() })
  }

  /** As `letGo`, but the file stays open: lines of it that an earlier run journaled are still to be sent again. */
  standBy(file: TrackedFile): void {
    file.isFollowed = false
    file.group = UNFOLLOWED
    if (!hasNoListedName(file)) file.whereabouts = { kind: 'renamed', sinceMs: this.#clock(), isListed: false }
  }

  followAgain(file: TrackedFile, group: FileGroup): void {
    file.isFollowed = true
    file.group = group
  }

  /** Reading has ended; the record goes with the last ack. */
  retire(file: TrackedFile): void {
    if (file.place !== undefined) this.#byPlace.delete(file.place)
    this.#lost.delete(file)
    file.whereabouts = { kind: 'retired' }
    this.#forgetIfDone(file)
  }

  /** Moves reading and the record to another offset without an ack; `file.marks` has to fit it. */
  reposition(file: TrackedFile, position: number): void {
    file.position = position
    file.settled = position
    file.size = position
    this.#registry.update(file.key, { offset: position, marks: file.marks, identity: file.identity })
  }

  remember(file: TrackedFile): void {
    const { listedPath: path, identity } = file
    this.#registry.update(file.key, { path, identity, isGone: false })
  }

  commit(batch: TrackedBatch): void {
    this.#registry.commit(batch)
    for (const range of batch.ranges) {
      const bytes = range.end - range.start
      this.#account.inFlight -= bytes
      this.#account.acked += bytes
      const file = this.#byKey.get(range.key)
      if (file === undefined) continue
      file.inFlight -= bytes
      file.settled = range.end
      this.#forgetIfDone(file)
    }
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

  lost(): readonly TrackedFile[] {
    return [...this.#lost]
  }

  /** Lost with their content: only a copy can have it. */
  truncated(): readonly TrackedFile[] {
    return this.lost().filter(({ whereabouts }) => whereabouts.kind === 'lost' && whereabouts.isTruncated)
  }

  missing(): readonly TrackedFile[] {
    return this.lost().filter(({ whereabouts }) => whereabouts.kind === 'lost' && !whereabouts.isTruncated)
  }

  all(): Iterable<TrackedFile> {
    return this.#byKey.values()
  }

  #forgetIfDone(file: TrackedFile): void {
    if (file.whereabouts.kind !== 'retired' || file.inFlight > 0) return
    this.#byKey.delete(file.key)
    this.#registry.forget(file.key)
  }
}

function inodeOf({ identity: { device, inode, birthNs } }: FileRecord): string {
  return `${device}:${inode}:${birthNs}`
}

export function isSameFile(file: TrackedFile, look: FileLook): boolean {
  return file.place === look.place && isBirthCompatible(file.identity.birthNs, look.birthNs)
}

/** For records that no group matches: nothing is read by it. */
const UNFOLLOWED: FileGroup = {
  paths: [],
  exclude: [],
  fields: {},
  deadTimeMs: 0,
  startPosition: 'beginning',
  maxLineBytes: 1024 * 1024,
}
