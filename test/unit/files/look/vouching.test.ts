import test, { type ExecutionContext } from 'ava'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stampOf } from '../../../../src/files/look/directory-stamps.ts'
import { Vouching, type FullLook } from '../../../../src/files/look/vouching.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'

/** One directory, whose watch is set, after a look that found nothing new. */
async function start(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const log = makeRecordingLog()
  const world = { nowMs: 0, areWatched: true, dir }
  const vouching = new Vouching({
    areWatched: () => world.areWatched,
    isFound: path => path === '/a.log',
    limits: { pollMs: 1000 },
    log,
    clock: () => world.nowMs,
  })
  const look = async (change: Partial<FullLook> = {}) => {
    const stamps = new Map([[dir, stampOf(await stat(dir, { bigint: true }))]])
    vouching.beginLook()({ stamps, changed: [], isSettled: true, cpuMs: 1, ...change })
  }
  await look()
  return { world, vouching, look, log }
}

test('while watches vouch for the files, a look at everything comes after ten steps of the timer', async t => {
  const { world, vouching, look } = await start(t)
  world.nowMs = 9999
  t.true(await vouching.isEnough())
  world.nowMs = 10_000
  t.false(await vouching.isEnough())
  await look()
  t.true(await vouching.isEnough())
})

test('while watches vouch for the files, looks at everything take at most a two hundredth of a core, or one in a minute', async t => {
  const { world, vouching, look } = await start(t)
  await look({ cpuMs: 100 })
  world.nowMs = 19_899
  t.true(await vouching.isEnough())
  world.nowMs = 19_900
  t.false(await vouching.isEnough())
  await look({ cpuMs: 5000 })
  world.nowMs += 60_000
  t.false(await vouching.isEnough())
})

const doubts: Readonly<Record<string, Partial<FullLook>>> = {
  'files whose changes need not be reported': { stamps: undefined },
  'files that wait for another look': { isSettled: false },
}

for (const [name, change] of Object.entries(doubts)) {
  test(`watches do not vouch for ${name}`, async t => {
    const { vouching, look } = await start(t)
    await look(change)
    t.false(await vouching.isEnough())
  })
}

test('watches vouch for nothing before the first look, and during one', async t => {
  const { vouching } = await start(t)
  vouching.beginLook()
  t.false(await vouching.isEnough())
})

test('a watch that is not set vouches for nothing', async t => {
  const { world, vouching } = await start(t)
  world.areWatched = false
  t.false(await vouching.isEnough())
})

test('after a report of a followed file the next step of the timer is a look at everything', async t => {
  const { vouching, look } = await start(t)
  vouching.noteReport('/a.log')
  t.false(await vouching.isEnough())
  await look()
  t.true(await vouching.isEnough())
})

test('a report during a look is followed by another look', async t => {
  const { vouching } = await start(t)
  const note = vouching.beginLook()
  vouching.noteReport('/a.log')
  note({ stamps: new Map(), changed: [], isSettled: true, cpuMs: 1 })
  t.false(await vouching.isEnough())
})

const changes: Readonly<Record<string, (dir: string) => Promise<void>>> = {
  'a name came': dir => writeFile(join(dir, 'new'), ''),
  'it went': dir => rm(dir, { recursive: true }),
  'another one has its name': async dir => {
    await rename(dir, `${dir}-before`)
    await mkdir(dir)
    await rm(`${dir}-before`, { recursive: true })
  },
}

for (const [name, change] of Object.entries(changes)) {
  test(`a directory asks for a look at everything if ${name}, whatever watches report`, async t => {
    const { world, vouching } = await start(t)
    t.true(await vouching.isEnough())
    await change(world.dir)
    t.false(await vouching.isEnough())
  })
}

test('a change that no watch reported ends the vouching for good, with one line in the log', async t => {
  const { vouching, look, log } = await start(t)
  await look({ changed: ['/a.log', '/b.log'] })
  vouching.noteReport('/a.log')
  for (let step = 0; step < 3; step++) {
    t.false(await vouching.isEnough())
    await look()
  }
  await look({ changed: ['/a.log'] })
  t.false(await vouching.isEnough())
  t.deepEqual(
    log.lines.map(({ level, fields }) => ({ level, path: fields['path'] })),
    [{ level: 'info', path: '/b.log' }],
  )
})

test('a change whose report comes soon after the look is one that a watch reported', async t => {
  const { vouching, look } = await start(t)
  await look({ changed: ['/a.log'] })
  vouching.noteReport('/a.log')
  t.false(await vouching.isEnough())
  await look()
  t.true(await vouching.isEnough())
})

test('a report of a file that is not followed causes no look', async t => {
  const { vouching } = await start(t)
  vouching.noteReport('/other.txt')
  t.true(await vouching.isEnough())
})

test('a change that a look finds while watches did not vouch leaves them trusted', async t => {
  const { vouching, look } = await start(t)
  await look({ isSettled: false })
  await look({ changed: ['/a.log'] })
  t.true(await vouching.isEnough())
  vouching.noteReport('/a.log')
  await look({ changed: ['/a.log'] })
  t.true(await vouching.isEnough())
})
