import { constants } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import type { Log } from '../../telemetry/log.ts'
import type { FilesLimits } from '../contract.ts'
import { toSystemPath } from '../look/file-name.ts'
import {
  HEAD_BYTES,
  isBirthCompatible,
  lookAt,
  MARK_BYTES,
  readFully,
  readIfFits,
  type FileLook,
} from '../look/identity.ts'
import { findEncoding } from './byte-order-mark.ts'
import { countLeadingNuls } from '../look/nuls.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { type FreshBytes, readBehindTail } from './read-behind-tail.ts'
import type { ReadBuffers } from './read-buffers.ts'
import type { ReadableFile } from '../look/readable-file.ts'
import { ArchiveHandle } from '../archives/content/archive-handle.ts'

/** Non-blocking, so that opening a pipe that took the file's name does not wait. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK
/** One read of a search for text behind NULs. */
const SEARCH_BYTES = 256 * 1024

export type Reading =
  /** Bytes from `position` on; fewer than asked for where the file ends. */
  | ({ readonly kind: 'bytes'; readonly isEnd: boolean } & FreshBytes)
  /** The bytes before `position` are not those that were read: the generation is over. */
  | { readonly kind: 'truncated' }
  /** The path leads to another file, or nowhere: the next look decides. */
  | { readonly kind: 'moved' }
  /** Logged, and tried again after the next look. */
  | { readonly kind: 'trouble' }

export type Search =
  /** The first byte from the start of the search on that is not NUL. */
  | { readonly kind: 'text'; readonly at: number }
  /** There are NULs alone, up to here: the end of the file, or the limit of one search. */
  | { readonly kind: 'nuls'; readonly upTo: number; readonly isEnd: boolean }
  | Exclude<Reading, { readonly kind: 'bytes' }>

/** The system has no descriptor left, for this process or for all. */
const SHORTAGES: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE'])

/** Opens, reads and closes tracked files, and keeps at most `maxOpenFiles` of them open. */
export class Harvester {
  readonly #limits: Pick<FilesLimits, 'maxOpenFiles'>
  readonly #log: Log
  readonly #buffers: ReadBuffers
  /** In the order of their last use. */
  readonly #opened = new Set<TrackedFile>()

  constructor(limits: Pick<FilesLimits, 'maxOpenFiles'>, log: Log, buffers: ReadBuffers) {
    this.#limits = limits
    this.#log = log
    this.#buffers = buffers
  }

  get openCount(): number {
    return this.#opened.size
  }

  /**
   * Reads up to `length` new bytes, and those before them, which must be as they were: in the same read, unless the first
   * `skip` new bytes are left out.
   */
  async read(file: TrackedFile, length: number, skip = 0): Promise<Reading> {
    try {
      const state = await this.#prepare(file)
      if (state !== 'ready') return { kind: state }
      const next = await readBehindTail(file, skip === 0 ? length : 0, this.#buffers)
      if (next === undefined) return { kind: 'truncated' }
      this.#clearTrouble(file)
      file.evidence.noteIntact(file.look?.changedNs)
      const fresh = skip === 0 ? next : { bytes: await readFully(file.handle!, file.position + skip, length) }
      return { kind: 'bytes', ...fresh, isEnd: fresh.bytes.length < length }
    } catch (error) {
      return this.#fail(file, error as NodeJS.ErrnoException)
    }
  }

  /** Searches behind NULs for text, from `start` up to `end` at most. */
  async findText(file: TrackedFile, start: number, end: number): Promise<Search> {
    try {
      const state = await this.#prepare(file)
      if (state !== 'ready') return { kind: state }
      return await findText(file.handle!, start, end)
    } catch (error) {
      return this.#fail(file, error as NodeJS.ErrnoException)
    }
  }

  /** Looks at the file itself, whatever its name leads to by now; undefined where that cannot be done. */
  async look(file: TrackedFile): Promise<FileLook | undefined> {
    try {
      const handle = file.handle ?? (await this.#open(file))
      return handle && lookAt(await handle.stat({ bigint: true }))
    } catch (error) {
      this.#fail(file, error as NodeJS.ErrnoException)
      return undefined
    }
  }

  /** Looks at a file that cannot be opened; undefined where its name leads to another one, or nowhere. */
  async lookByName(file: TrackedFile): Promise<FileLook | undefined> {
    const stats = await stat(toSystemPath(file.path), { bigint: true }).catch(() => undefined) // the next scan notes why
    const look = stats && lookAt(stats)
    return look !== undefined && isAtPlaceOf(file, look) ? look : undefined
  }

  /** False where the bytes before the position are not those that were read. */
  async isIntact(file: TrackedFile): Promise<boolean> {
    const reading = await this.read(file, 0)
    return reading.kind !== 'truncated'
  }

  /** Opens a file with unread bytes, so that it can be read under any name, or none. False where that would close another such file. */
  async secure(file: TrackedFile): Promise<boolean> {
    if (file.handle !== undefined) return true
    if (this.#opened.size >= this.#limits.maxOpenFiles && this.#findSpare(file) === undefined) return false
    await this.look(file)
    return true
  }

  /** Opens a file for a moment; it does not count as an open one. */
  async openBriefly(path: string): Promise<ReadableFile> {
    return await this.#whileShort(() => openForReading(path))
  }

  release(file: TrackedFile): void {
    this.#opened.delete(file)
    file.noteClosed()
  }

  async adopt(file: TrackedFile, handle: ReadableFile): Promise<void> {
    if (file.handle !== undefined) await this.close(file)
    file.noteOpened(handle)
    await this.#touch(file)
  }

  async close(file: TrackedFile): Promise<void> {
    const { handle } = file
    this.release(file)
    await handle?.close().catch(() => {}) // nothing was written through it: a failing close loses nothing
  }

  async closeAll(): Promise<void> {
    for (const file of this.#opened) await this.close(file)
  }

  /** Opens the file if it is closed; undefined where its path leads to another one. */
  async #open(file: TrackedFile): Promise<ReadableFile | undefined> {
    const handle = file.handle ?? (await this.#whileShort(() => openIfSame(file), file))
    if (handle === undefined) return undefined
    file.noteOpened(handle)
    await this.#touch(file)
    return handle
  }

  async #prepare(file: TrackedFile): Promise<'ready' | 'moved' | 'truncated'> {
    const handle = await this.#open(file)
    if (handle === undefined) return 'moved'
    if (file.reading.tail !== undefined) return 'ready'
    return (await verify(file, handle)) ? 'ready' : 'truncated'
  }

  async #touch(file: TrackedFile): Promise<void> {
    this.#opened.delete(file)
    this.#opened.add(file)
    while (this.#opened.size > this.#limits.maxOpenFiles && (await this.#closeOne(file)));
  }

  /** Where the system has no descriptor left, closes another file than `file` and tries again. */
  async #whileShort<Opened>(attempt: () => Promise<Opened>, file?: TrackedFile): Promise<Opened> {
    for (;;) {
      const opened = await attempt().catch((error: unknown) => this.#makeRoom(error, file))
      if (opened !== 'again') return opened
    }
  }

  /** Throws the error unless it is a shortage of descriptors that could be relieved. */
  async #makeRoom(error: unknown, file: TrackedFile | undefined): Promise<'again'> {
    const { code } = error as NodeJS.ErrnoException
    if (SHORTAGES.has(code) && (await this.#closeOne(file))) return 'again'
    throw error
  }

  /** Closes a file without unread bytes, or else the least recently used one. False where none could be opened again. */
  async #closeOne(except: TrackedFile | undefined): Promise<boolean> {
    const chosen = this.#findSpare(except) ?? this.#find(except, () => true)
    if (chosen === undefined) return false
    await this.close(chosen)
    return true
  }

  #findSpare(except: TrackedFile | undefined): TrackedFile | undefined {
    return this.#find(except, ({ unread }) => unread === 0)
  }

  /** The least recently used of the files that fit, without those that could not be opened again. */
  #find(except: TrackedFile | undefined, fits: (file: TrackedFile) => boolean): TrackedFile | undefined {
    for (const file of this.#opened) if (file !== except && !file.hasNoListedName && fits(file)) return file
    return undefined
  }

  #clearTrouble(file: TrackedFile): void {
    if (file.clearTrouble()) this.#log.info({ path: file.path }, 'a file can be read again')
  }

  #fail(file: TrackedFile, { code, message }: NodeJS.ErrnoException): { readonly kind: 'moved' | 'trouble' } {
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'moved' }
    const reason = code ?? message
    if (file.noteTrouble(reason)) {
      this.#log.error({ path: file.path, reason }, 'cannot read a file; trying again at each look')
    }
    return { kind: 'trouble' }
  }
}

export function openForReading(path: string): Promise<FileHandle> {
  return open(toSystemPath(path), OPEN_FLAGS)
}

async function openIfSame(file: TrackedFile): Promise<ReadableFile | undefined> {
  const handle = await openForReading(file.path)
  let isSame = false
  try {
    isSame = isAtPlaceOf(file, lookAt(await handle.stat({ bigint: true })))
  } finally {
    if (!isSame) await handle.close()
  }
  if (!isSame) return undefined
  return file.whereabouts.kind === 'archived' ? new ArchiveHandle(handle) : handle
}

function isAtPlaceOf(file: TrackedFile, look: FileLook): boolean {
  return look.place === file.place && isBirthCompatible(look.birthNs, file.identity.birthNs)
}

async function findText(handle: ReadableFile, start: number, end: number): Promise<Search> {
  for (let at = start; at < end; at += SEARCH_BYTES) {
    const length = Math.min(SEARCH_BYTES, end - at)
    const bytes = await readFully(handle, at, length)
    const nuls = countLeadingNuls(bytes)
    if (nuls < bytes.length) return { kind: 'text', at: at + nuls }
    if (bytes.length < length) return { kind: 'nuls', upTo: at + bytes.length, isEnd: true }
  }
  return { kind: 'nuls', upTo: end, isEnd: false }
}

/** Compares the newest mark, and takes from the file the bytes with which the next read is compared. */
async function verify(file: TrackedFile, handle: ReadableFile): Promise<boolean> {
  const newest = file.marks[0]
  const marked = newest && (await readIfFits(handle, newest))
  if (newest !== undefined && marked === undefined) return false
  const length = Math.min(MARK_BYTES, file.position)
  // The same bytes, if they are: read again, they might be those of another generation.
  const isTail = newest?.offset === file.position && marked?.length === length
  const tail = isTail ? marked : await readFully(handle, file.position - length, length)
  if (tail.length < length) return false
  const { reading, evidence } = file
  if (!reading.isAtHole && reading.encoding === undefined)
    reading.noteEncoding(await findEncoding(file.position, handle))
  reading.takeTail(tail)
  const headLength = Math.min(HEAD_BYTES, file.position)
  if (file.identity.head.offset < HEAD_BYTES) evidence.takeHead(await readFully(handle, 0, headLength))
  return true
}
