import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFilesSource } from '../../../src/files/source.ts'
import type { FileGroup, FilesSource } from '../../../src/files/contract.ts'
import type { TrackedBatch } from '../../../src/registry/contract.ts'
import { startFailing } from './file-hooks.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import type { Step } from './files-steps.ts'
import { checkAccount } from './byte-account.ts'
import { makeGroup, takeReady, toLines, type SeenLine } from './followed.ts'
import { MemoryRegistry, MemoryState } from './memory-registry.ts'
import { countTokens, TokenDirectory } from './token-directory.ts'

/** A directory in which things happen, the source that follows it, and the tokens that have to arrive. */
export class FilesModel {
  readonly #directory: TokenDirectory
  readonly #arrived = new Map<string, SeenLine>()
  /** Tokens that were in a file at a look: they must arrive. */
  readonly #visible = new Set<string>()
  /** Tokens that were removed before they could be read: they may arrive. */
  readonly #excused = new Set<string>()
  /** Tokens of files that were deleted: after a restart it is unknown whether they were truncated before, see docs. */
  readonly #mayDouble = new Set<string>()
  readonly #deleted = new Set<string>()
  #isRestarted = false
  /** Tokens of deleted files that only this run can still read. */
  #dying = new Set<string>()
  /** Inodes that this run has seen, and so holds open. */
  #held = new Set<number>()
  /** Those of which it has read a line. */
  #read = new Set<number>()
  #state = new MemoryState()
  #registry = new MemoryRegistry(this.#state)
  #source: FilesSource
  #unacked: TrackedBatch[] = []
  #nextName = 1
  #nowMs = Date.now()
  /** One group each. */
  #follows: readonly string[] = ['a.log', 'b.log']
  #batchLines = 3
  #configuration = 1
  /** By inode: the file as which it was begun. */
  readonly #origins = new Map<number, string>()
  hasResent = false
  hasLetGo = false

  constructor(dir: string) {
    this.#directory = new TokenDirectory(dir)
    this.#source = this.#start()
  }

  async do(step: Step): Promise<void> {
    switch (step.kind) {
      case 'write':
        return this.#append(
          step.file,
          Array.from({ length: step.count }, () => `${this.#directory.makeToken()}\n`).join(''),
        )
      case 'half':
        return this.#append(step.file, this.#directory.makeToken())
      case 'rotate':
        return this.#directory.move(step.file, `${step.file}.${this.#nextName++}`)
      case 'leave':
        return this.#leave(step.file)
      case 'copyTruncate':
        return this.#copyTruncate(step.file, step.isMatched ? `${step.file}.${this.#nextName++}` : `${step.file}-copy`)
      case 'truncate':
        return this.#truncate(step.file)
      case 'delete':
        return this.#delete(step.file)
      case 'look':
        return this.#look()
      case 'blind':
        return this.#lookBlindly(step.call, step.file)
      case 'ack':
        for (const batch of this.#unacked.splice(0, step.count)) await this.#source.commit(batch)
        return
      case 'pass':
        this.#nowMs += step.seconds * 1000
        return
      case 'reconfigure':
        return this.#reconfigure(step.follows, step.batchLines)
      case 'restart':
        await this.#source.close()
        return this.#startFrom(this.#state.copy())
      case 'kill':
        return this.#kill()
    }
  }

  /** Ends every line, and lets all waits run out. */
  async settle(): Promise<void> {
    await this.#reconfigure(['a.log', 'b.log'], 3)
    for (const { name } of await this.#directory.files()) await appendFile(join(this.#directory.path, name), '\n')
    for (let i = 0; i < 8; i++) {
      await this.#look()
      for (const batch of this.#unacked.splice(0)) await this.#source.commit(batch)
      this.#nowMs += 30_000
    }
  }

  check(): void {
    const counts = countTokens([...this.#arrived.values()].map(({ text }) => text))
    for (const [token, count] of counts)
      if (count > 1 && !this.#mayDouble.has(token)) throw new Error(`${token} arrived ${count} times`)
    for (const token of this.#visible)
      if (!counts.has(token) && !this.#excused.has(token)) throw new Error(`${token} was visible and did not arrive`)
    const bytes = checkAccount(this.#source.status())
    if (bytes.unread + bytes.inFlight !== 0) throw new Error(`something stays: ${JSON.stringify(bytes)}`)
  }

  async close(): Promise<void> {
    await this.#source.close()
  }

  #start(): FilesSource {
    return createFilesSource({
      groups: this.#groups(),
      registry: this.#registry,
      limits: { batchLines: this.#batchLines },
      log: silentLog,
      clock: () => this.#nowMs,
      monotonicClock: () => this.#nowMs,
      isWatching: false,
    })
  }

  #groups(): FileGroup[] {
    const { path } = this.#directory
    const fields = { configuration: this.#configuration }
    return this.#follows.map(name => makeGroup(path, { paths: [join(path, name), join(path, `${name}.*`)], fields }))
  }

  async #reconfigure(follows: readonly string[], batchLines: number): Promise<void> {
    // Else its own look would be the first one, and what happens before the next one would happen under a resend.
    if (this.#source.status().polls === 0) await this.#look()
    if (this.#follows.some(name => !follows.includes(name))) this.#letGo(follows)
    this.#follows = follows
    this.#batchLines = batchLines
    this.#configuration++
    await this.#dropEmpty()
    await this.#source.reconfigure(this.#groups(), { batchLines })
  }

  /** A look leaves an empty file alone until it has something to read. */
  async #dropEmpty(): Promise<void> {
    for (const { inode, size } of await this.#directory.files()) if (size === 0) this.#held.delete(inode)
  }

  /** An unfollowed file is as after a restart: what is removed before it is followed again may be missed. */
  #letGo(follows: readonly string[]): void {
    this.hasLetGo = true
    this.#isRestarted = true
    for (const token of this.#dying) this.#excused.add(token)
    const isFollowed = (inode: number) => follows.includes(this.#origins.get(inode) ?? '')
    this.#held = new Set([...this.#held].filter(isFollowed))
    this.#read = new Set([...this.#read].filter(isFollowed))
  }

  #startFrom(state: MemoryState): void {
    for (const token of this.#dying) this.#excused.add(token)
    this.#isRestarted = true
    state.makeDurable()
    this.#state = state
    this.#registry = new MemoryRegistry(state)
    this.#unacked = []
    this.#held = new Set()
    this.#read = new Set()
    this.#source = this.#start()
  }

  /** A look that cannot list the directory, or cannot open files: what is there need not be found. */
  async #lookBlindly(call: 'open' | 'readdir', file: string): Promise<void> {
    await this.#dropEmpty()
    const names = (await this.#directory.files()).map(({ name }) => name).filter(name => name.startsWith(file))
    const paths = (call === 'readdir' ? [''] : names).map(name => join(this.#directory.path, name))
    const ends = paths.map(path => startFailing([call, path], 'EMFILE'))
    if (this.#isRestarted) this.#allowDoubles()
    await this.#poll()
    for (const end of ends) end()
  }

  async #look(): Promise<void> {
    await this.#dropEmpty()
    for (const { name, inode, size } of await this.#directory.files()) {
      if (size > 0 && this.#isFollowed(name)) this.#held.add(inode)
      if (!this.#held.has(inode)) continue
      if ((await this.#directory.read(name)).includes('\n')) this.#read.add(inode)
      for (const token of await this.#directory.tokensOf(name)) this.#visible.add(token)
    }
    if (this.#isRestarted) this.#allowDoubles()
    await this.#poll()
  }

  async #poll(): Promise<void> {
    await this.#source.poll()
    const last = new Map<string, number>()
    for (const batch of await takeReady(this.#source)) {
      this.#checkFields(batch)
      await this.#registry.journal(batch)
      this.#unacked.push(batch)
      for (const line of toLines(batch)) this.#take(line, last)
    }
  }

  #isFollowed(name: string): boolean {
    return this.#follows.some(followed => new RegExp(`^${followed}(\\.\\d+)?$`).test(name))
  }

  #checkFields({ doubtfulSinceMs, runs }: TrackedBatch): void {
    if (doubtfulSinceMs !== undefined) return
    const odd = runs.find(({ origin }) => origin.fields['configuration'] !== this.#configuration)
    if (odd !== undefined) throw new Error(`${odd.origin.path} was cut under groups that are gone`)
  }

  #take(line: SeenLine, last: Map<string, number>): void {
    const [, fileId, offset] = /^(.{16})-(\d+)$/.exec(line.id)!
    if ((last.get(fileId!) ?? -1) >= Number(offset)) throw new Error(`${line.id} came out of order`)
    last.set(fileId!, Number(offset))
    const earlier = this.#arrived.get(line.id)
    if (earlier !== undefined) {
      this.hasResent = true
      if (earlier.text !== line.text || earlier.timeMs !== line.timeMs || earlier.flags !== line.flags) {
        throw new Error(`${line.id} is shared by ${JSON.stringify([earlier, line])}`)
      }
    }
    this.#arrived.set(line.id, line)
  }

  #allowDoubles(): void {
    for (const file of this.#deleted) {
      for (const token of this.#directory.writtenTo(file)) this.#mayDouble.add(token)
    }
  }

  async #kill(): Promise<void> {
    const left = this.#state.afterKill()
    await this.#source.close()
    // A file that was found within the last second, and left its name, may be on no record.
    const names = (await this.#directory.files()).map(({ name }) => name)
    for (const name of names.filter(one => one.includes('gone-'))) await this.#excuse(name)
    this.#startFrom(left)
  }

  async #append(file: string, text: string): Promise<void> {
    await this.#directory.append(file, text)
    this.#origins.set((await this.#directory.inodeOf(file))!, file)
  }

  /** Out of all patterns. What a killed run knew only for a moment is on no record, and nothing is looked for by it. */
  async #leave(file: string): Promise<void> {
    await this.#excuseUnlessHeld(file, false)
    await this.#directory.move(file, `gone-${this.#nextName++}`)
  }

  async #copyTruncate(file: string, copy: string): Promise<void> {
    if ((await this.#directory.tokensOf(file)).length === 0) return
    // Of a file of which no line was read, nothing is known by which a copy under another name could be recognised.
    const inode = (await this.#directory.inodeOf(file))!
    const isKnown = copy.includes('.log.') || this.#read.has(inode)
    this.#read.delete(inode)
    if (!isKnown) await this.#excuse(file)
    // A copy that is written over loses what only it had.
    await this.#excuseUnlessHeld(copy, false)
    await this.#directory.replaceByCopy(copy, file)
    this.#origins.set((await this.#directory.inodeOf(copy))!, file)
    await this.#directory.truncate(file)
  }

  async #truncate(file: string): Promise<void> {
    await this.#excuseUnlessHeld(file, true)
    const inode = await this.#directory.inodeOf(file)
    // Of the next generation nothing is read yet.
    if (inode !== undefined) this.#read.delete(inode)
    await this.#directory.truncate(file)
  }

  async #delete(file: string): Promise<void> {
    await this.#excuseUnlessHeld(file, false)
    this.#deleted.add(file)
    for (const token of await this.#directory.tokensOf(file)) this.#dying.add(token)
    // After a restart no copy is looked for of a file that is not there, and no pattern matches this one.
    for (const token of await this.#directory.tokensOf(`${file}-copy`)) {
      this.#dying.add(token)
      if (this.#isRestarted) this.#excused.add(token)
    }
    await this.#directory.remove(file)
  }

  /** Tokens that cannot be read any more, since no descriptor is open or the bytes themselves go, need not arrive. */
  async #excuseUnlessHeld(file: string, isContentLost: boolean): Promise<void> {
    const inode = await this.#directory.inodeOf(file)
    if (inode === undefined || (this.#held.has(inode) && !isContentLost)) return
    await this.#excuse(file)
  }

  async #excuse(file: string): Promise<void> {
    for (const token of await this.#directory.tokensOf(file)) this.#excused.add(token)
  }
}
