import {
  constants,
  crc32,
  createInflateRaw,
  createZstdDecompress,
  type InflateRaw,
  type ZstdDecompress,
} from 'node:zlib'
import { ArchiveError, makeCutOffError, makeDamagedError } from './archive-error.ts'
import { kindOf, MAGIC_BYTES, type ArchiveKind } from './archive-kind.ts'
import type { CompressedBytes } from './compressed-bytes.ts'
import { passGzipHeader } from './gzip-header.ts'

type Engine = InflateRaw | ZstdDecompress

/** Bytes that are decompressed at a time. */
const CHUNK_BYTES = 64 * 1024
/** 16 MiB of memory: enough for all levels of `zstd` but the `--ultra` ones. */
const MAX_WINDOW_LOG = 24
const TRAILER_BYTES = 8

/** `garbage`: bytes lie behind the last compressed one that are not NULs. As `gunzip` does, they are left out. */
export type ArchiveEnd = 'clean' | 'garbage'

/**
 * The content of an archive, which may consist of several members. Throws an ArchiveError, in doubt before the last bytes
 * of a member that is damaged.
 */
export async function* decompress(source: CompressedBytes): AsyncGenerator<Buffer, ArchiveEnd> {
  for (let members = 0; ; members++) {
    const magic = await source.take(MAGIC_BYTES)
    const kind = kindOf(magic)
    source.seek(source.position - magic.length)
    if (kind === 'unknown' && (members === 0 || magic.length > 0)) throw makeCutOffError()
    if (kind === 'unknown') return 'clean'
    if (kind === 'text' && members === 0) throw makeDamagedError('it does not begin as a compressed file')
    if (kind === 'text') return (await endsWithNuls(source)) ? 'clean' : 'garbage'
    yield* readMember(source, kind)
  }
}

async function* readMember(source: CompressedBytes, kind: ArchiveKind): AsyncGenerator<Buffer, void> {
  if (kind === 'gzip') yield* readGzipMember(source)
  else yield* inflate(source, createZstdDecompress({ chunkSize: CHUNK_BYTES, params: ZSTD_LIMITS }))
}

const ZSTD_LIMITS = { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG }

async function* readGzipMember(source: CompressedBytes): AsyncGenerator<Buffer, void> {
  await passGzipHeader(source)
  let [checksum, length] = [0, 0]
  for await (const bytes of inflate(source, createInflateRaw({ chunkSize: CHUNK_BYTES }))) {
    checksum = crc32(bytes, checksum)
    length += bytes.length
    yield bytes
  }
  const trailer = await source.take(TRAILER_BYTES)
  if (trailer.length < TRAILER_BYTES) throw makeCutOffError()
  const isWhole = trailer.readUInt32LE(0) === checksum && trailer.readUInt32LE(4) === length % 2 ** 32
  if (!isWhole) throw makeDamagedError('its content does not fit its checksum')
}

async function* inflate(source: CompressedBytes, engine: Engine): AsyncGenerator<Buffer, void> {
  const start = source.position
  engine.on('error', () => {}) // the iterator throws it
  const feeding = feed(source, engine)
  try {
    for await (const bytes of engine) yield bytes as Buffer
  } catch (error) {
    throw toArchiveError(error)
  } finally {
    engine.destroy()
    await feeding
  }
  source.seek(start + engine.bytesWritten)
}

/** Ends with the engine, which takes no bytes while its own are not read. */
async function feed(source: CompressedBytes, engine: Engine): Promise<void> {
  try {
    while (!engine.destroyed && !engine.readableEnded) await write(await source.next(), engine)
  } catch (error) {
    engine.destroy(error as Error)
  }
}

/** Undefined is the end. A write to an engine that is destroyed may have no answer. */
function write(bytes: Buffer | undefined, engine: Engine): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      engine.off('close', done)
      resolve()
    }
    if (engine.destroyed) return resolve()
    engine.once('close', done)
    if (bytes === undefined) engine.end()
    else engine.write(bytes, done)
  })
}

function toArchiveError(error: unknown): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (error instanceof ArchiveError || !/^Z(?:STD)?_/.test(code)) return error
  return code === 'Z_BUF_ERROR' ? makeCutOffError() : makeDamagedError(message, error)
}

async function endsWithNuls(source: CompressedBytes): Promise<boolean> {
  for (let bytes = await source.next(); bytes !== undefined; bytes = await source.next()) {
    if (bytes.some(byte => byte !== 0)) return false
  }
  return true
}
