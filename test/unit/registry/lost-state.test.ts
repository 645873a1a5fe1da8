import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { loadRegistry, readRegistry } from '../../../src/registry/load-registry.ts'
import { openRegistry } from '../../../src/registry/registry.ts'
import { StateError } from '../../../src/sqlite/error.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { makeBatch, makeFile, makeRange } from '../../helpers/files/registry-records.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const base = { durability: 'process', log: silentLog } as const

/** A directory with a registry of some files and journal records; returns the database's bytes too. */
async function makeState(t: ExecutionContext) {
  const stateDir = await makeTempDir(t)
  const registry = await openRegistry({ ...base, stateDir, onLostState: 'stop' })
  const keys = Array.from({ length: 60 }, (_, i) => registry.add(makeFile(i, i * 10)))
  for (let sequence = 1; sequence <= 20; sequence++) {
    await registry.journal(makeBatch(sequence, [makeRange(keys[sequence] ?? 0, 0, sequence), makeRange(1, 0, 1)]))
  }
  await registry.close()
  const path = join(stateDir, 'registry.db')
  return { stateDir, path, bytes: readFileSync(path), content: readRegistry(path) }
}

test('a registry that is cut off at any length is a loss, and the file stays as it is', async t => {
  const { stateDir, path, bytes } = await makeState(t)
  const lengths = [0, 1, 15, 16, 99, 100, 101, 511, 512, 4095, 4096, 4097, bytes.length - 4096]
  for (let length = 6000; length < bytes.length - 4096; length += 2048) lengths.push(length)
  for (const length of lengths) {
    const damaged = bytes.subarray(0, length)
    writeFileSync(path, damaged)
    await t.throwsAsync(
      openRegistry({ ...base, stateDir, onLostState: 'stop' }),
      { code: 'state_lost' },
      `${length} bytes`,
    )
    t.deepEqual(readFileSync(path), damaged, `${length} bytes`)
  }
})

test('a registry that lost a part of its last page is a loss, unless only unused bytes are missing', async t => {
  const { stateDir, bytes, content } = await makeState(t)
  const path = join(stateDir, 'short.db')
  for (let length = bytes.length - 4095; length < bytes.length; length += 63) {
    writeFileSync(path, bytes.subarray(0, length))
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
    try {
      const { files, unconfirmed } = loadRegistry({ path, durability: 'process', mustExist: true, lostState: 'none' })
      t.deepEqual([files, unconfirmed], [content.files, content.unconfirmed], `${length} bytes`)
    } catch (error) {
      t.is(error instanceof StateError ? error.code : error, 'state_damaged', `${length} bytes`)
    }
  }
})

for (const [what, make] of [
  ['zeros', (bytes: Buffer) => Buffer.alloc(bytes.length)],
  ['garbage', (bytes: Buffer) => Buffer.alloc(bytes.length, 'no database at all ')],
  [
    'a header and then zeros',
    (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096)]),
  ],
  ['zeros in one page', (bytes: Buffer) => Buffer.from(bytes).fill(0, 8192, 12_288)],
  ['zeros in its last page', (bytes: Buffer) => Buffer.from(bytes).fill(0, bytes.length - 4096)],
] as const) {
  test(`a registry that has become ${what} is a loss`, async t => {
    const { stateDir, path, bytes } = await makeState(t)
    writeFileSync(path, make(bytes))
    await t.throwsAsync(openRegistry({ ...base, stateDir, onLostState: 'stop' }), { code: 'state_lost' })
  })
}

test('a flipped bit in the registry is either found or harmless', async t => {
  const { stateDir, bytes, content } = await makeState(t)
  let found = 0
  let number = 0
  fc.assert(
    fc.property(fc.nat(bytes.length * 8 - 1), bit => {
      const path = join(stateDir, `flipped-${number++}.db`)
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      writeFileSync(path, flipped)
      try {
        const { files, unconfirmed } = loadRegistry({ path, durability: 'process', mustExist: true, lostState: 'none' })
        t.deepEqual([files, unconfirmed], [content.files, content.unconfirmed], `bit ${bit}`)
      } catch (error) {
        t.true(error instanceof StateError, `bit ${bit}: ${String(error)}`)
        found++
      } finally {
        for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
      }
    }),
    { numRuns: 300 },
  )
  t.true(found > 10)
})

test('a missing registry is a loss, and the message names the three choices', async t => {
  const { stateDir, path } = await makeState(t)
  rmSync(path)
  const error = await t.throwsAsync(openRegistry({ ...base, stateDir, onLostState: 'stop' }), {
    instanceOf: StateError,
  })
  t.is(error?.code, 'state_lost')
  t.regex(error?.message ?? '', /registry\.db.*missing.*\(1\).*copy.*\(2\).*"resend".*\(3\).*"end"/)
  await t.throwsAsync(openRegistry({ ...base, stateDir, onLostState: 'stop' }), { code: 'state_lost' }, 'again')
})

for (const onLostState of ['resend', 'end'] as const) {
  test(`with onLostState "${onLostState}" the damaged registry is kept aside, and the loss is remembered until it is settled`, async t => {
    const { stateDir, path } = await makeState(t)
    writeFileSync(path, 'broken')
    const log = makeRecordingLog()
    const first = await openRegistry({ ...base, log, stateDir, onLostState })
    t.is(first.lostState, onLostState)
    t.deepEqual(first.files, [])
    const kept = readdirSync(stateDir).find(name => name.startsWith('registry.db.damaged-'))
    t.is(readFileSync(join(stateDir, kept ?? ''), 'utf8'), 'broken')
    t.like(log.lines[0], { level: 'error', fields: { keptAs: join(stateDir, kept ?? ''), onLostState } })
    await first.close()

    const second = await openRegistry({ ...base, stateDir, onLostState: 'stop' })
    t.is(second.lostState, onLostState, 'a restart before it was settled')
    second.add(makeFile(1))
    second.settleLostState()
    await second.close()

    const third = await openRegistry({ ...base, stateDir, onLostState: 'stop' })
    t.is(third.lostState, 'none')
    t.is(third.files.length, 1)
    await third.close()
  })
}

test('a directory without marker and registry is a first start, even beside unrelated files', async t => {
  const stateDir = join(await makeTempDir(t), 'state')
  mkdirSync(stateDir)
  writeFileSync(join(stateDir, 'README'), 'hello')
  const registry = await openRegistry({ ...base, stateDir, onLostState: 'stop' })
  t.is(registry.lostState, 'none')
  await registry.close()
})

test('a registry whose marker was never written is used as it is', async t => {
  const { stateDir, content } = await makeState(t)
  rmSync(join(stateDir, 'initialized'))
  const registry = await openRegistry({ ...base, stateDir, onLostState: 'stop' })
  t.deepEqual(registry.files, content.files)
  t.true(readdirSync(stateDir).includes('initialized'))
  await registry.close()
})

test('a damaged registry is a loss even without the marker', async t => {
  const { stateDir, path } = await makeState(t)
  rmSync(join(stateDir, 'initialized'))
  writeFileSync(path, 'broken')
  await t.throwsAsync(openRegistry({ ...base, stateDir, onLostState: 'stop' }), { code: 'state_lost' })
})

test('a registry of a newer forwarder is refused with any onLostState, and the file stays', async t => {
  const { stateDir, path, bytes } = await makeState(t)
  const newer = Buffer.from(bytes)
  newer.writeUInt32BE(999, 60) // user_version
  writeFileSync(path, newer)
  for (const onLostState of ['stop', 'resend', 'end'] as const) {
    await t.throwsAsync(openRegistry({ ...base, stateDir, onLostState }), { code: 'state_newer' })
  }
  t.deepEqual(readFileSync(path), newer)
})
