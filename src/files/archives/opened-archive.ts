import { open } from 'node:fs/promises'
import type { Mark } from '../../registry/contract.ts'
import { toSystemPath } from '../look/file-name.ts'
import { HEAD_BYTES, hashBytes, lookAt, readFully, type FileLook } from '../look/identity.ts'
import type { ReadableFile } from '../look/readable-file.ts'
import { ArchiveHandle, type Measurement } from './content/archive-handle.ts'
import { kindOf, MAGIC_BYTES } from './content/archive-kind.ts'

/** The last bytes of a gzip member: the checksum and the length of its content. */
const TRAILER_BYTES = 8
/** The part of an archive that is decompressed at a time. */
const STEP_BYTES = 4 * 1024 * 1024

/** An archive that a look has found. Its size is that of the compressed file. */
export interface FoundArchive {
  readonly path: string
  readonly look: FileLook
}

/** The content of an archive by its own words, which are true where it has one member and is not damaged. */
export interface Stated {
  readonly size: number
  readonly digest: number | undefined
}

/** The first bytes of an archive's content. */
export class Head {
  readonly bytes: Buffer
  readonly #hashes = new Map<number, string>()

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  fits({ offset, hash }: Mark): boolean {
    return offset <= this.bytes.length && this.hash(offset) === hash
  }

  /** Of as many of its bytes; it is compared with many files. */
  hash(length = this.bytes.length): string {
    const known = this.#hashes.get(length) ?? hashBytes(this.bytes.subarray(0, length))
    this.#hashes.set(length, known)
    return known
  }
}

/** An archive that is open for a comparison, or to be read. */
export interface OpenedArchive {
  readonly found: FoundArchive
  readonly handle: ArchiveHandle
  readonly head: Head
  readonly stated: Stated
  /** The last bytes of the compressed file: with a checksum of the content, if its writer made one. */
  readonly trailer: Buffer
}

/** Undefined where the path leads to another file by now. Rejects with an ArchiveError where its first bytes cannot be decompressed. */
export async function openArchive(found: FoundArchive): Promise<OpenedArchive | undefined> {
  const file = await open(toSystemPath(found.path))
  const handle = new ArchiveHandle(file)
  try {
    const look = lookAt(await file.stat({ bigint: true }))
    if (look.place === found.look.place) {
      const head = await readFully(handle, 0, HEAD_BYTES)
      const isGzip = kindOf(await readFully(file, 0, MAGIC_BYTES)) === 'gzip'
      const trailer = await readTrailer(file, look)
      return {
        found: { path: found.path, look },
        handle,
        head: new Head(head),
        stated: stateOf(trailer, isGzip, look.size),
        trailer,
      }
    }
  } catch (error) {
    await handle.close()
    throw error
  }
  await handle.close()
  return undefined
}

/** True where a file that had been opened has other bytes now, and as many. */
export async function isRewritten(
  { found, trailer }: Pick<OpenedArchive, 'found' | 'trailer'>,
  path: string,
): Promise<boolean> {
  const file = await open(toSystemPath(path))
  try {
    return !(await readTrailer(file, found.look)).equals(trailer)
  } finally {
    await file.close()
  }
}

function readTrailer(file: ReadableFile, { size }: Pick<FileLook, 'size'>): Promise<Buffer> {
  return readFully(file, Math.max(0, size - TRAILER_BYTES), TRAILER_BYTES)
}

/** Of a zstd archive, the size on disk has to do. */
function stateOf(trailer: Buffer, isGzip: boolean, size: number): Stated {
  const isStated = isGzip && trailer.length === TRAILER_BYTES
  if (!isStated) return { size, digest: undefined }
  return { size: trailer.readUInt32LE(4), digest: trailer.readUInt32LE(0) }
}

/** Yields between two parts of the work. */
export async function* measure(
  { handle }: OpenedArchive,
  offsets: readonly number[],
): AsyncGenerator<void, Measurement> {
  for (;;) {
    const measurement = await handle.measure({ offsets, maxBytes: STEP_BYTES })
    if (measurement !== undefined) return measurement
    yield
  }
}

/** Decompresses up to a position, so that it is read without delay. Yields between two parts of the work. */
export async function* wind({ handle }: OpenedArchive, position: number): AsyncGenerator<void, void> {
  while (!(await handle.windTo(position, { keepFrom: position, maxBytes: STEP_BYTES }))) yield
}

/** As of a file with the archive's content. */
export async function lookInside({ handle }: OpenedArchive): Promise<FileLook> {
  return lookAt(await handle.stat({ bigint: true }))
}
