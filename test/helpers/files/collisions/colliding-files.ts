import { closeSync, lstatSync, openSync, writeSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { dirname, join } from 'node:path'
import { showOtherInode } from '../file-hooks.ts'
import type { MovingKind, WritingKind } from './collision-steps.ts'

/** A path is text of one byte each, since a name may be other bytes than UTF-8. */
export function toSystem(path: string): Buffer {
  return Buffer.from(path, 'latin1')
}

export interface Bytes {
  /** An empty file begins with them, however it is written. */
  readonly header: Buffer
  /** The line that `writeOverEnd` writes behind its lines. */
  readonly closing: Buffer
  readonly lineEnd: Buffer
}

export const RESERVED_BYTES = 4096

/** Files below a directory `logs`, and what programs do to them. */
export class CollidingFiles {
  readonly root: string
  readonly logs: string
  readonly #bytes: Bytes
  /** By path: the files that were made of it, newest last. */
  readonly #made = new Map<string, string[]>()
  #nextName = 1

  readonly #ends: (() => void)[] = []

  constructor(root: string, bytes: Bytes) {
    this.root = root
    this.logs = join(root, 'logs')
    this.#bytes = bytes
  }

  async create(): Promise<void> {
    for (const path of [this.logs, join(this.root, 'pods'), join(this.logs, 'old'), join(this.logs, 'deep/old')])
      await fs.mkdir(path, { recursive: true })
  }

  pathOf(name: string): string {
    return join(this.logs, name)
  }

  close(): void {
    for (const end of this.#ends) end()
  }

  /** The newest file of these that is still there. */
  async newestOf(path: string): Promise<string | undefined> {
    for (const made of this.#made.get(path)?.toReversed() ?? []) if ((await read(made)) !== undefined) return made
    return undefined
  }

  async write(kind: WritingKind, path: string, lines: Buffer): Promise<void> {
    if (kind === 'retarget') return this.#retarget(path, lines)
    const target = kind === 'writeToCopy' ? await this.newestOf(path) : path
    const before = target === undefined ? undefined : await read(target)
    if (target === undefined || (before === undefined && kind !== 'write')) return
    const { header, closing } = this.#bytes
    const more = before?.length ? lines : Buffer.concat([header, lines])
    const old = before ?? Buffer.alloc(0)
    if (kind === 'replaceByLonger') return replace(path, Buffer.concat([old, more]))
    if (kind === 'writeOverEnd') return writeAt(target, endOf(old, closing), Buffer.concat([more, closing]))
    if (before === undefined) return fs.appendFile(toSystem(target), more)
    writeAt(target, textEnd(old), more)
  }

  async move(kind: MovingKind, path: string, other: string): Promise<void> {
    if (kind === 'compress') return this.#compress(path)
    const before = await read(path)
    if (before === undefined) return
    const from = toSystem(path)
    if (kind === 'swap') return swap(path, other)
    if (kind === 'remove') return fs.rm(from)
    if (kind === 'truncate') return fs.truncate(from)
    if (kind === 'rotate') return fs.rename(from, this.#makeName(path, ''))
    if (kind === 'leave') return fs.rename(from, toSystem(join(dirname(path), `.${this.#nextName++}`)))
    if (kind === 'stow') return fs.rename(from, toSystem(join(dirname(path), 'old', `${this.#nextName++}.log`)))
    if (kind === 'link') return this.#link(path)
    if (kind === 'copyUp') return this.#copyUp(path, before)
    if (kind === 'reserve') return fs.appendFile(from, Buffer.alloc(RESERVED_BYTES))
    if (kind === 'cutReserve') return fs.truncate(from, textEnd(before))
    await this.#rewrite(kind, path, before)
  }

  async #rewrite(kind: MovingKind, path: string, before: Buffer): Promise<void> {
    const from = toSystem(path)
    if (kind === 'writeAgain') {
      await fs.rename(from, this.#makeName(path, ''))
      return fs.writeFile(from, before)
    }
    if (kind.startsWith('copy')) {
      await fs.copyFile(from, this.#makeName(path, kind === 'copyAwayTruncate' ? '.old' : ''))
      return kind === 'copy' ? undefined : fs.truncate(from)
    }
    const lines = this.#split(before.subarray(0, textEnd(before)))
    if (kind === 'keepTail') return rewrite(path, Buffer.concat(lines.slice(-3)))
    if (kind === 'replaceByShorter') return replace(path, Buffer.concat(lines.slice(0, -1)))
    const { header } = this.#bytes
    const count = before.subarray(0, header.length).equals(header) ? this.#split(header).length : 0
    await replace(path, Buffer.concat(lines.toSpliced(count, 1)))
  }

  async #link(path: string): Promise<void> {
    const real = await fs.realpath(toSystem(path), { encoding: 'buffer' })
    await fs.link(real, this.#makeName(path, ''))
  }

  async #copyUp(path: string, before: Buffer): Promise<void> {
    const [real, fresh] = [
      await fs.realpath(toSystem(path), { encoding: 'buffer' }),
      toSystem(join(this.root, 'upper')),
    ]
    const { ino: shown, nlink } = await fs.stat(real, { bigint: true })
    if (nlink > 1n) return // the other name would show the same inode
    // The lower file stays, so that no other file gets its inode.
    await fs.link(real, toSystem(join(this.root, `lower${this.#nextName++}`)))
    await fs.writeFile(fresh, before)
    const end = showOtherInode(lstatSync(fresh, { bigint: true }).ino, shown)
    // As long as it is open here, no other file gets its inode either.
    const file = openSync(fresh, 'r')
    this.#ends.push(end, () => closeSync(file))
    await fs.rename(fresh, real)
  }

  async #retarget(path: string, lines: Buffer): Promise<void> {
    const target = join(this.root, 'pods', `${this.#nextName++}`)
    const link = join(dirname(path), '.link')
    await fs.writeFile(toSystem(target), Buffer.concat([this.#bytes.header, lines]))
    await fs.symlink(toSystem(target), toSystem(link))
    await fs.rename(toSystem(link), toSystem(path))
  }

  async #compress(path: string): Promise<void> {
    const newest = await this.newestOf(path)
    if (newest === undefined || newest.endsWith('.gz')) return
    await fs.writeFile(toSystem(`${newest}.gz`), gzipSync((await read(newest))!))
    await fs.rm(toSystem(newest))
  }

  #makeName(path: string, ending: string): Buffer {
    const name = `${path}.${this.#nextName++}${ending}`
    this.#made.set(path, [...(this.#made.get(path) ?? []), name])
    return toSystem(name)
  }

  #split(bytes: Buffer): Buffer[] {
    const { lineEnd } = this.#bytes
    const lines: Buffer[] = []
    for (let start = 0; start < bytes.length; start += lines.at(-1)!.length) {
      const end = bytes.indexOf(lineEnd, start)
      lines.push(bytes.subarray(start, end < 0 ? bytes.length : end + lineEnd.length))
    }
    return lines
  }
}

/** Undefined where there is no file. */
export async function read(path: string): Promise<Buffer | undefined> {
  return fs.readFile(toSystem(path)).catch(ignoreMissing)
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

/** Behind the last byte that is not NUL, or at the end if there are no more than the half of a unit. */
export function textEnd(bytes: Buffer): number {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  return bytes.length - end < 2 ? bytes.length : end
}

function endOf(bytes: Buffer, closing: Buffer): number {
  const end = textEnd(bytes)
  return bytes.subarray(0, end).subarray(-closing.length).equals(closing) ? end - closing.length : end
}

async function swap(path: string, other: string): Promise<void> {
  if ((await read(other)) === undefined) return
  const between = join(dirname(path), '.swap')
  await fs.rename(toSystem(path), toSystem(between))
  await fs.rename(toSystem(other), toSystem(path))
  await fs.rename(toSystem(between), toSystem(other))
}

async function replace(path: string, bytes: Buffer): Promise<void> {
  const fresh = join(dirname(path), '.fresh')
  await fs.writeFile(toSystem(fresh), bytes)
  await fs.rename(toSystem(fresh), toSystem(path))
}

async function rewrite(path: string, bytes: Buffer): Promise<void> {
  await fs.truncate(toSystem(path))
  writeAt(path, 0, bytes)
}

/** Of another program: not limited by the descriptors of this one. */
function writeAt(path: string, start: number, bytes: Buffer): void {
  const file = openSync(toSystem(path), 'r+')
  writeSync(file, bytes, 0, bytes.length, start)
  closeSync(file)
}
