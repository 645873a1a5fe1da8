import { randomBytes } from 'node:crypto'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { crc32 } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { ArchiveHandle } from '../../../../src/files/archives/content/archive-handle.ts'
import { readFully } from '../../../../src/files/look/identity.ts'
import type { ReadableFile } from '../../../../src/files/look/readable-file.ts'
import { anyArchive, compress, type MadeArchive } from '../../../helpers/files/archive-bytes.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const TINY = { keptBytes: 16, blockBytes: 8 }

/** An archive in memory. */
function inMemory(bytes: Buffer): ReadableFile {
  return {
    read: async (buffer, offset, length, position) => ({
      bytesRead: bytes.copy(buffer, offset, position, position + length),
    }),
    stat: async () => {
      throw new Error('not needed')
    },
    close: async () => {},
  }
}

async function openArchive(t: ExecutionContext, path: string): Promise<ArchiveHandle> {
  const handle = new ArchiveHandle(await open(path))
  t.teardown(() => handle.close())
  return handle
}

async function measure(bytes: Buffer) {
  const handle = new ArchiveHandle(inMemory(bytes))
  const measurement = await handle.measure({ offsets: [], maxBytes: Infinity })
  await handle.close()
  return measurement!
}

async function describe(bytes: Buffer): Promise<unknown> {
  return measure(bytes).then(
    ({ end }) => end,
    (error: { code: unknown }) => error.code,
  )
}

test('any part of an archive can be read, in any order, through a tiny window, as of the file that was compressed', async t => {
  const reads = fc.array(fc.record({ at: fc.nat({ max: 4000 }), length: fc.nat({ max: 2000 }) }), { maxLength: 12 })
  const law = fc.asyncProperty(anyArchive, reads, async ({ bytes, content }, parts) => {
    const handle = new ArchiveHandle(inMemory(bytes), TINY)
    for (const { at, length } of parts) {
      t.deepEqual(await readFully(handle, at, length), content.subarray(at, at + length))
    }
    await handle.close()
  })
  await t.notThrowsAsync(() => fc.assert(law))
})

test('the size and the digests of an archive are those of the file that was compressed, in steps of any length', async t => {
  const law = fc.asyncProperty(
    anyArchive,
    fc.uniqueArray(fc.nat({ max: 4000 })),
    async ({ bytes, content }, offsets) => {
      const handle = new ArchiveHandle(inMemory(bytes))
      let measurement = await handle.measure({ offsets, maxBytes: 1 })
      while (measurement === undefined) measurement = await handle.measure({ offsets, maxBytes: 1 })
      const reached = offsets.filter(at => at <= content.length).toSorted((one, other) => one - other)
      const digests = new Map(reached.map(at => [at, crc32(content.subarray(0, at))]))
      t.deepEqual(
        { ...measurement, digests: new Map([...measurement.digests].toSorted(([one], [other]) => one - other)) },
        { size: content.length, digest: crc32(content), digests, end: 'clean' },
      )
      await handle.close()
    },
  )
  await t.notThrowsAsync(() => fc.assert(law))
})

test('a search far ahead of the position does not decompress what is before it again', async t => {
  const content = Buffer.alloc(1024 * 1024)
  let bytesRead = 0
  const archive = inMemory(compress(randomBytes(256 * 1024), 'gzip'))
  const handle = new ArchiveHandle(
    {
      ...archive,
      read: async (...args) => {
        const result = await archive.read(...args)
        bytesRead += result.bytesRead
        return result
      },
    },
    { keptBytes: 1024, blockBytes: 1024 },
  )
  for (let at = 10_000; at < 250_000; at += 5000) {
    await handle.read(content, 0, 100, at)
    await handle.read(content, 0, 2000, 0)
  }
  await handle.close()
  t.true(bytesRead < 3 * 256 * 1024, `${bytesRead}`)
})

/** Between two members, or in the first bytes of a zstd frame, which are not enough to know that it is one. */
function endsMember({ kind, members }: MadeArchive, length: number): boolean {
  const ends = members.map((_, i) => Buffer.concat(members.slice(0, i + 1)).length)
  return ends.some(end => length >= end && length < end + (kind === 'zstd' ? 4 : 1))
}

test('an archive that is cut off anywhere but between two members is not complete', async t => {
  const law = fc.asyncProperty(anyArchive, fc.nat(), async (made, at) => {
    const length = at % made.bytes.length
    const expected = endsMember(made, length) ? 'clean' : 'archive_cut_off'
    t.is(await describe(made.bytes.subarray(0, length)), expected)
  })
  await t.notThrowsAsync(() => fc.assert(law))
})

test('a gzip archive with a wrong bit is damaged, or has the content of whole members', async t => {
  const law = fc.asyncProperty(anyArchive, fc.nat(), async ({ kind, bytes, content }, bit) => {
    fc.pre(kind === 'gzip')
    const damaged = Buffer.from(bytes)
    const at = bit % (bytes.length * 8)
    damaged[at >> 3]! ^= 1 << (at & 7)
    const measurement = await measure(damaged).catch(() => undefined)
    if (measurement === undefined) return
    t.is(measurement.digest, crc32(content.subarray(0, measurement.size)))
    if (measurement.size < content.length) t.is(measurement.end, 'garbage')
  })
  await t.notThrowsAsync(() => fc.assert(law, { numRuns: 300 }))
})

const endsAs = test.macro<[Buffer, string]>({
  async exec(t, trailing, expected) {
    for (const kind of ['gzip', 'zstd'] as const) {
      t.is(await describe(Buffer.concat([compress('some lines', kind), trailing])), expected, kind)
    }
  },
  title: (name = '') => `an archive of either kind ${name}`,
})

test('that has NULs behind its end is whole', endsAs, Buffer.alloc(100_000), 'clean')
test('that has other bytes behind its end is whole, and they are noted', endsAs, Buffer.from('garbage'), 'garbage')
test(
  'that has NULs and then other bytes behind its end is whole, and they are noted',
  endsAs,
  Buffer.from('\0\0garbage'),
  'garbage',
)
test('with a member of gzip behind it is one archive', endsAs, compress('more', 'gzip'), 'clean')
test('with a frame behind it that zstd skips is whole', endsAs, Buffer.from('502a4d1804000000ffffffff', 'hex'), 'clean')

test('a file without the first bytes of an archive is damaged, and one with no byte at all is cut off', async t => {
  t.is(await describe(Buffer.from('plain text')), 'archive_damaged')
  t.is(await describe(Buffer.alloc(0)), 'archive_cut_off')
})

test('after an error an archive is read again from its first byte', async t => {
  const bytes = Buffer.concat([compress('one\n', 'gzip'), compress('two\n', 'gzip')])
  const growing = Buffer.alloc(bytes.length)
  const cut = bytes.length - 3
  bytes.copy(growing, 0, 0, cut)
  let length = cut
  const handle = new ArchiveHandle({
    ...inMemory(growing),
    read: async (buffer, offset, count, position) => ({
      bytesRead: growing.copy(buffer, offset, position, Math.min(length, position + count)),
    }),
  })
  await t.throwsAsync(() => readFully(handle, 0, 100), { code: 'archive_cut_off' })
  await t.throwsAsync(() => readFully(handle, 0, 100), { code: 'archive_cut_off' })
  bytes.copy(growing)
  length = bytes.length
  t.is((await readFully(handle, 0, 100)).toString(), 'one\ntwo\n')
  await handle.close()
})

test('an archive of 1 GiB of NULs is read with less than 32 MiB of heap and buffers', async t => {
  const path = join(await makeTempDir(t), 'zeros.gz')
  await writeZeros(path, 1024)
  const handle = await openArchive(t, path)
  const before = process.memoryUsage()
  for (let isWhole = false; !isWhole;) {
    isWhole = (await handle.measure({ offsets: [], maxBytes: 128 * 1024 * 1024 })) !== undefined
    t.true(await growsByLess(32 * 1024 * 1024, before))
  }
  t.is(Number((await handle.stat({ bigint: true })).size), 1024 * 1024 * 1024)
  t.deepEqual(await readFully(handle, 64 * 1024 * 1024, 2), Buffer.alloc(2))
  t.true(await growsByLess(32 * 1024 * 1024, before))
})

async function writeZeros(path: string, mebibytes: number): Promise<void> {
  const member = compress(Buffer.alloc(16 * 1024 * 1024), 'gzip')
  await writeFile(path, Buffer.concat(Array.from({ length: mebibytes / 16 }, () => member)))
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Buffers are freed some time after the collection that found them unused. */
async function growsByLess(limit: number, before: NodeJS.MemoryUsage): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    collectGarbage()
    const { heapUsed, external } = process.memoryUsage()
    if (heapUsed + external - before.heapUsed - before.external < limit) return true
    await setTimeout(10)
  }
  return false
}
