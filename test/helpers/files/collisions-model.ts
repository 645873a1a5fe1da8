import { appendFile, copyFile, open, readFile, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FilesSource } from '../../../src/files/contract.ts'
import { createFilesSource } from '../../../src/files/source.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { startFailing } from './file-hooks.ts'
import { addUp, makeGroup, takeReady, toLines } from './followed.ts'
import { MemoryRegistry, MemoryState } from './memory-registry.ts'

interface WritingStep {
  readonly kind: 'write' | 'replace' | 'writeOverEnd'
  readonly file: string
  readonly text: string
}

interface Present {
  readonly path: string
  readonly size: number | undefined
}

export type CollisionStep =
  | WritingStep
  | { readonly kind: 'rotate' | 'copy' | 'copyTruncate' | 'truncate' | 'remove' | 'leave'; readonly file: string }
  | { readonly kind: 'look'; readonly isAcked: boolean }
  | { readonly kind: 'blind'; readonly call: 'open' | 'readdir'; readonly file: string }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'restart' }

/** What one file was at the looks, from its beginning or its last truncation on. */
interface Generation {
  text: string
  /** The file is a copy that begins with this: its lines may have been read in the original. */
  readonly copied: string
}

/**
 * A directory of files that are alike, and the source that follows them. A line is identified by its text and offset; equal ones
 * of two files have to arrive under two ids.
 */
export class CollisionsModel {
  readonly #dir: string
  readonly #header: string
  readonly #encoding: BufferEncoding
  readonly #state = new MemoryState()
  readonly #generations: Generation[] = []
  /** By inode and birth time. */
  readonly #newest = new Map<string, Generation>()
  /** Of copies that no look has seen yet. */
  readonly #copied = new Map<string, string>()
  /** By offset and text: the ids. */
  readonly #arrived = new Map<string, Set<string>>()
  #registry = new MemoryRegistry(this.#state)
  #source: FilesSource
  #nextName = 1
  #nowMs = Date.now()

  constructor(dir: string, header: string, encoding: BufferEncoding = 'utf8') {
    this.#dir = dir
    this.#header = header
    this.#encoding = encoding
    this.#source = this.#start()
  }

  async do(step: CollisionStep): Promise<void> {
    if (step.kind === 'look') return this.#look(step.isAcked)
    if (step.kind === 'blind') return this.#lookBlindly(step.call, step.file)
    if (step.kind === 'pass') return void (this.#nowMs += step.seconds * 1000)
    if (step.kind === 'restart') return this.#restart()
    const path = join(this.#dir, step.file)
    const size = await stat(path).then(stats => stats.size, ignoreMissing)
    if ('text' in step) return this.#write(step, { path, size })
    if (size === undefined) return
    const other = join(this.#dir, `${step.file}.${this.#nextName++}`)
    if (step.kind === 'rotate') await rename(path, other)
    if (step.kind === 'leave') await rename(path, join(this.#dir, `.${this.#nextName++}`))
    if (step.kind === 'copy' || step.kind === 'copyTruncate') await this.#copy(path, other)
    if (step.kind === 'truncate' || step.kind === 'copyTruncate') await truncate(path)
    if (step.kind === 'remove') await rm(path)
  }

  async #copy(path: string, other: string): Promise<void> {
    await copyFile(path, other)
    this.#copied.set(await makeKey(other), await readFile(other, this.#encoding))
  }

  /** An empty file begins with the header, however it is written. */
  async #write({ kind, text }: WritingStep, { path, size }: Present): Promise<void> {
    const more = Buffer.from(size ? text : this.#header + text, this.#encoding)
    if (kind === 'write') return appendFile(path, more)
    if (size === undefined) return
    if (kind === 'replace') return replace(path, more)
    return writeOverEnd(path, more, Buffer.from(CLOSING, this.#encoding))
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 4; i++) {
      await this.#look(true)
      this.#nowMs += 30_000
    }
  }

  /**
   * Each line that was in a file at a look has arrived, and from each file under an id of its own. Not after a restart: a
   * file that was written again with the bytes that it had is then taken for the same.
   */
  checkEachFile(): void {
    const wanted = new Map<string, number>()
    for (const { text, copied } of this.#generations) {
      for (const line of splitLines(text).slice(splitLines(copied).length))
        wanted.set(line, (wanted.get(line) ?? 0) + 1)
    }
    for (const [line, count] of wanted) {
      const { size } = this.#arrived.get(line) ?? new Set()
      if (size < count) throw new Error(`${line} was in ${count} files and arrived from ${size}`)
    }
  }

  /** Each text that was in a file at a look has arrived. */
  checkEachText(): void {
    const texts = new Set([...this.#arrived.keys()].map(withoutOffset))
    const lines = this.#generations.flatMap(({ text }) => splitLines(text))
    const lost = lines.find(line => !texts.has(withoutOffset(line)))
    if (lost !== undefined) throw new Error(`${lost} did not arrive`)
  }

  checkAccount(): void {
    const { bytes } = this.#source.status()
    if (addUp(bytes) !== bytes.seen) throw new Error(`the bytes do not add up: ${JSON.stringify(bytes)}`)
  }

  async close(): Promise<void> {
    await this.#source.close()
  }

  #start(): FilesSource {
    const clock = () => this.#nowMs
    const groups = [makeGroup(this.#dir)]
    return createFilesSource({
      groups,
      registry: this.#registry,
      log: silentLog,
      clock,
      monotonicClock: clock,
      isWatching: false,
    })
  }

  async #restart(): Promise<void> {
    await this.#source.close()
    this.#registry = new MemoryRegistry(this.#state)
    this.#source = this.#start()
  }

  async #look(isAcked: boolean): Promise<void> {
    await this.#note()
    await this.#poll(isAcked)
  }

  /** A look that cannot list the directory, or cannot open files: what is there need not be found. */
  async #lookBlindly(call: 'open' | 'readdir', file: string): Promise<void> {
    const names = (await readdir(this.#dir)).filter(name => name.startsWith(file))
    const paths = (call === 'readdir' ? [''] : names).map(name => join(this.#dir, name))
    const ends = paths.map(path => startFailing([call, path], 'EMFILE'))
    await this.#poll(true)
    for (const end of ends) end()
  }

  async #poll(isAcked: boolean): Promise<void> {
    await this.#source.poll()
    for (const batch of await takeReady(this.#source)) {
      await this.#registry.journal(batch)
      for (const { id, text } of toLines(batch)) this.#take(id, text)
      if (isAcked) await this.#source.commit(batch)
    }
  }

  /** A file with more bytes after the earlier ones continues: its changes between two looks are unknown. */
  async #note(): Promise<void> {
    for (const name of await readdir(this.#dir)) {
      if (name.startsWith('.')) continue
      const path = join(this.#dir, name)
      const key = await makeKey(path)
      const text = await readFile(path, this.#encoding)
      const newest = this.#newest.get(key)
      if (newest !== undefined && text.startsWith(newest.text)) {
        newest.text = text
        continue
      }
      const copied = this.#copied.get(key) ?? ''
      const generation = { text, copied: text.startsWith(copied) ? copied : '' }
      this.#copied.delete(key)
      this.#generations.push(generation)
      this.#newest.set(key, generation)
    }
  }

  #take(id: string, text: string): void {
    const line = `${id.slice(id.lastIndexOf('-') + 1)} ${text}`
    const ids = this.#arrived.get(line) ?? new Set()
    this.#arrived.set(line, ids.add(id))
  }
}

async function makeKey(path: string): Promise<string> {
  const { ino, birthtimeNs } = await stat(path, { bigint: true })
  return `${ino}:${birthtimeNs}`
}

/** As an editor does it: a new file with the old bytes and more, renamed over the old one. */
async function replace(path: string, more: Buffer): Promise<void> {
  const fresh = join(dirname(path), '.fresh')
  await writeFile(fresh, Buffer.concat([await readFile(path), more]))
  await rename(fresh, path)
}

const CLOSING = '</log>\n'

/** As writers of XML do it: new lines take the place of the closing line, which comes again behind them. */
async function writeOverEnd(path: string, more: Buffer, closing: Buffer): Promise<void> {
  const before = await readFile(path)
  const start = before.subarray(-closing.length).equals(closing) ? before.length - closing.length : before.length
  const file = await open(path, 'r+')
  await file.write(Buffer.concat([more, closing]), 0, null, start)
  await file.close()
}

/** Each with its offset before it. */
function splitLines(text: string): string[] {
  let offset = 0
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const start = offset
      offset += Buffer.byteLength(line) + 1
      return `${start} ${line}`
    })
}

/** A hole or a byte order mark at the head of a file is not part of its first line. */
const OUTSIDE_TEXT = /^(?:\0+|\ufeff)/

function withoutOffset(line: string): string {
  return line.slice(line.indexOf(' ') + 1).replace(OUTSIDE_TEXT, '')
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
