import { stat } from 'node:fs/promises'
import type { LifeSign } from '../flow/life-sign.ts'
import type { TrackedBatch } from '../registry/contract.ts'
import type { Log } from '../telemetry/log.ts'
import { Batcher } from './read/batcher.ts'
import {
  DEFAULT_LIMITS,
  type FileGroup,
  type FilesLimits,
  type FilesOptions,
  type FilesSource,
  type FilesStatus,
} from './contract.ts'
import { Discoverer } from './look/discoverer.ts'
import { withinDescriptors } from './read/descriptor-limit.ts'
import { Harvester } from './read/harvester.ts'
import { toSystemPath } from './look/file-name.ts'
import { lookAt, type FileLook } from './look/identity.ts'
import { ByteAccount } from './byte-account.ts'
import { Bell } from '../flow/wake-up-bell.ts'
import { Turns } from '../flow/task-turns.ts'
import { ReturningFiles } from './match/returning-files.ts'
import { Archives } from './archives/archives.ts'
import { BriefOpen } from './match/brief-open.ts'
import { Identifier } from './match/identifier.ts'
import { LinkGenerations } from './match/link-generations.ts'
import { ReadBuffers } from './read/read-buffers.ts'
import { RecentBytes } from './read/recent-bytes.ts'
import { Reconciler } from './match/reconciler.ts'
import { isSameList, keepEqualGroups, regroup } from './match/regrouping.ts'
import { Resender } from './read/resender.ts'
import { TrackedFiles } from './tracked-files.ts'
import { makeFilesStatus } from './status.ts'
import type { TrackedFile } from './tracked-file.ts'
import { Hints } from './look/hints.ts'
import { Lookout } from './look/lookout.ts'
import { areSettled } from './match/settled.ts'
import { cpuTimeMs } from '../flow/cpu-time.ts'

export function createFilesSource(options: FilesOptions): FilesSource {
  return new FollowingSource(options)
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

class FollowingSource implements FilesSource {
  readonly #account = new ByteAccount()
  readonly #log: Log
  /** One object for the life of the source: its parts read their limits from it at each use. */
  readonly #limits: Mutable<FilesLimits>
  readonly #lock = new Turns()
  readonly #looks = new Turns()
  readonly #ready = new Set<TrackedFile>()
  readonly #discoverer: Discoverer
  readonly #trackedFiles: TrackedFiles
  readonly #harvester: Harvester
  readonly #buffers: ReadBuffers
  readonly #returningFiles: ReturningFiles
  readonly #archives: Archives
  readonly #reconciler: Reconciler
  readonly #isSettled: () => boolean
  readonly #resender: Resender
  readonly #batcher: Batcher
  readonly #lookout: Lookout | undefined
  readonly #hints: Hints
  /** By path of a file: the link through which it is followed. */
  #links: ReadonlyMap<string, string> = new Map()
  #isLooking = false
  #polls = 0
  #lastPollMs = 0
  #lastPollCpuMs = 0
  #isClosed = false
  #isTaking = false
  #isIdle = false
  #batches = 0
  /** Something may be ready since `next` looked last. */
  #hasNews = false
  #hasTruncated = false
  /** Ends the wait of `next`: rung by a poll, a woken file and `close`. */
  readonly #bell = new Bell()

  constructor({ groups, registry, log, isWatching = true, ...options }: FilesOptions) {
    const { clock: wallClock, monotonicClock: clock = () => performance.now() } = options
    this.#limits = withinDescriptors({ ...DEFAULT_LIMITS, ...options.limits })
    const limits = this.#limits
    this.#discoverer = new Discoverer(groups, log)
    this.#trackedFiles = new TrackedFiles(registry, this.#account, { clock, wallClock })
    this.#trackedFiles.restoreAll(path => this.#discoverer.groupOf(path))
    this.#buffers = options.readBuffers ?? new ReadBuffers(limits.chunkBytes)
    this.#harvester = new Harvester(limits, log, this.#buffers)
    const rooms = { trackedFiles: this.#trackedFiles, harvester: this.#harvester, ready: this.#ready }
    const books = { account: this.#account, buffers: this.#buffers }
    const recent = new RecentBytes()
    const briefOpen = new BriefOpen(this.#harvester, log)
    const identifier = new Identifier(recent, file => this.#trackedFiles.leftOf(file))
    const parts = { ...rooms, ...books, registry, limits, clock, log, recent, briefOpen, identifier }
    const groupOf = (path: string) => this.#discoverer.groupOf(path)
    const archives = new Archives({ ...parts, groupOf })
    this.#archives = archives
    this.#returningFiles = new ReturningFiles({ ...parts, groupOf })
    const linkGenerations = new LinkGenerations({ ...parts, groupOf })
    const others = { returningFiles: this.#returningFiles, linkGenerations, archives }
    const find = (path: string) => this.#discoverer.find(path)
    const dateTruncation = (look: FileLook, intactNs?: bigint) => this.#discoverer.dateTruncation(look, intactNs)
    this.#reconciler = new Reconciler({ ...parts, ...others, find, dateTruncation })
    this.#isSettled = () => areSettled({ ...parts, archives, find })
    const onMoved = () => this.#lookout?.noteUnexplained()
    this.#resender = new Resender({ ...parts, onMoved })
    this.#log = log
    this.#batcher = new Batcher({
      ...parts,
      wallClock,
      firstSequence: registry.nextSequence,
      onTruncated: async file => {
        this.#hasTruncated = true
        await this.#reconciler.truncate(file)
      },
      onMoved,
    })
    this.#hints = new Hints({
      toFollowed: path => (groupOf(path) === undefined ? this.#links.get(path) : path),
      mayHold: path => this.#discoverer.mayHold(path),
      // Between two reads: what a read found, and what is seen of its file, are of one moment.
      wake: paths => this.#lock.run(() => Promise.all(paths.map(path => this.#wakeFile(path)))),
      onUnexplained: onMoved,
      onWoken: () => this.#noteNews(),
    })
    if (!isWatching) return
    const look = () => this.poll().then(() => this.#lastPollCpuMs)
    const isFound = (path: string) => find(path) !== undefined
    this.#lookout = new Lookout({ look, onHint: hint => this.#hints.take(hint), isFound, limits, log })
  }

  async next(stop: AbortSignal): Promise<TrackedBatch | undefined> {
    if (this.#polls === 0 && !stop.aborted) await this.poll()
    while (!stop.aborted && !this.#isClosed) {
      const batch = await this.#take()
      this.#batches++
      if (batch !== undefined) return batch
      await this.#waitForNews(stop)
    }
    return undefined
  }

  commit(batch: TrackedBatch): void {
    this.#trackedFiles.commit(batch)
  }

  toReceipt(batch: TrackedBatch): TrackedBatch {
    this.#buffers.noteDelivered(batch)
    return { ...batch, runs: [] }
  }

  async poll(): Promise<void> {
    await this.#alone(() => this.#poll())
  }

  async reconfigure(groups: readonly FileGroup[], limits: Partial<FilesLimits>): Promise<void> {
    await this.#alone(async () => {
      if (this.#isClosed) return
      const fresh = keepEqualGroups(this.#discoverer.groups, groups)
      const isSame = isSameList(fresh, this.#discoverer.groups)
      await this.#lock.run(async () => {
        if (!isSame) await this.#follow(fresh)
        this.#setLimits(limits)
      })
      if (!isSame) await this.#poll()
    })
  }

  /** A call during a look waits for a look that begins after it. */
  #alone(look: () => Promise<void>): Promise<void> {
    return this.#looks.run(async () => {
      this.#isLooking = true
      await look().finally(() => (this.#isLooking = false))
    })
  }

  status(): FilesStatus {
    const { openCount: openFiles } = this.#harvester
    const { notFound } = this.#returningFiles
    const { leftOut: archivesLeftOut } = this.#archives
    const counts = { openFiles, archivesLeftOut, notFound, polls: this.#polls, lastPollMs: this.#lastPollMs }
    return makeFilesStatus(this.#account, this.#trackedFiles.all(), counts)
  }

  /** Looks and reads wait for files. Beyond that, news is handled at once, and looks when they are due. */
  lifeSigns(): readonly LifeSign[] {
    const isAtFiles = this.#isLooking || this.#isTaking
    const isForgotten = (this.#isIdle && this.#hasNews) || this.#lookout?.isDue === true
    const isDue = !this.#isClosed && (isAtFiles || isForgotten)
    return [{ part: 'following the files', steps: this.#polls + this.#batches, isDue, mayWaitForFiles: isAtFiles }]
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#lookout?.stop()
    this.#hints.stop()
    this.#noteNews()
    await this.#lookout?.close()
    await this.#looks.run(async () => {}) // the last look has ended
    await this.#lock.run(async () => {
      await this.#archives.close()
      this.#reconciler.loseDeleted()
      this.#trackedFiles.noteSizes()
      await this.#harvester.closeAll()
    })
  }

  async #poll(): Promise<void> {
    if (this.#isClosed) return
    const startedAtMs = performance.now()
    const scanFromMs = cpuTimeMs()
    const noteLook = this.#lookout?.beginLook()
    const all = await this.#discoverer.scan()
    const findings = await this.#archives.sort(all)
    if (this.#isClosed) return
    const scanMs = cpuTimeMs() - scanFromMs
    // The wait for the lock is not a part of the look: batches are read meanwhile.
    await this.#lock.run(async () => {
      const reconcileFromMs = cpuTimeMs()
      await this.#reconciler.reconcile(findings)
      this.#trackedFiles.noteGrowth(this.#ready)
      this.#resender.tryAgain()
      this.#lastPollCpuMs = scanMs + cpuTimeMs() - reconcileFromMs
    })
    this.#links = new Map([...findings.targets].map(([link, target]) => [target, link]))
    this.#lookout?.watch(findings.directories)
    await this.#workOnArchives()
    const isSettled = all === findings && this.#isSettled()
    noteLook?.({ ...all, changed: this.#discoverer.changed, isSettled, cpuMs: this.#lastPollCpuMs })
    this.#buffers.trim()
    this.#polls++
    this.#lastPollMs = performance.now() - startedAtMs
    this.#noteNews()
  }

  async #workOnArchives(): Promise<void> {
    this.#noteNews()
    if (await this.#archives.work()) this.#lookout?.noteUnexplained()
    await this.#lock.run(() => this.#archives.settle())
  }

  #setLimits(limits: Partial<FilesLimits>): void {
    const { pollMs } = this.#limits
    Object.assign(this.#limits, withinDescriptors({ ...DEFAULT_LIMITS, ...limits }))
    // The timer that runs was set by the old step.
    if (pollMs !== this.#limits.pollMs) this.#lookout?.noteUnexplained()
  }

  async #follow(groups: readonly FileGroup[]): Promise<void> {
    const before = this.#discoverer.rememberGroups()
    this.#discoverer.follow(groups)
    const after = (path: string) => this.#discoverer.groupOf(path)
    const parts = { trackedFiles: this.#trackedFiles, harvester: this.#harvester, ready: this.#ready, log: this.#log }
    const returning = await regroup(parts, { groups, before, after })
    this.#batcher.dropUnfollowed()
    this.#returningFiles.expect({ before, returning })
    this.#archives.expect(before)
  }

  async #take(): Promise<TrackedBatch | undefined> {
    for (;;) {
      // Reading found that a file was rewritten: its new lines are read at once.
      if (this.#hasTruncated) await this.poll()
      this.#hasNews = false
      this.#hasTruncated = false
      this.#isTaking = true
      const batch = await this.#lock
        .run(async () => (await this.#resender.next()) ?? this.#batcher.fill())
        .finally(() => (this.#isTaking = false))
      if (batch !== undefined || this.#isClosed) return batch
      if (!this.#hasTruncated && !this.#batcher.isUnfinished) return undefined
      this.#batches++
    }
  }

  async #wakeFile(path: string): Promise<boolean> {
    if (this.#isClosed) return true
    const stats = await stat(toSystemPath(path), { bigint: true }).catch(() => undefined) // gone: the next look finds where it went
    const look = stats?.isFile() ? lookAt(stats) : undefined
    const file = look && this.#trackedFiles.at(look.place)
    return file !== undefined && file.path === path && this.#reconciler.wake(file, look!)
  }

  #noteNews(): void {
    this.#hasNews = true
    this.#bell.ring()
  }

  async #waitForNews(stop: AbortSignal): Promise<void> {
    if (this.#hasNews || stop.aborted) return
    this.#isIdle = true
    const timer = this.#batcher.startTimer(() => this.#bell.ring())
    await this.#bell.wait(stop)
    clearTimeout(timer)
    this.#isIdle = false
  }
}
