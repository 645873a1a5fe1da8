import test, { type ExecutionContext } from 'ava'
import { appendFileSync, closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { appendFile, link, mkdir, open, rename, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FileGroup, FilesSource } from '../../../src/files/contract.ts'
import { addsUp } from '../../helpers/files/byte-account.ts'
import { mountOverlay } from '../../helpers/files/overlay-mount.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { watchDirectory } from '../../helpers/files/watched.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { until } from '../../helpers/time/until.ts'

/** A directory that changed less than 3 s ago may change again and keep its time. */
const SETTLING_MS = 3500
/** Vouched for, there is a look at everything every 500 ms. */
const POLL_MS = 50

interface Settings {
  readonly pollMs?: number
  readonly group?: Partial<FileGroup>
}

function start(t: ExecutionContext, dir: string, { pollMs = POLL_MS, group = {} }: Settings = {}) {
  const log = makeRecordingLog()
  return { ...watchDirectory(t, dir, { group, pollMs, log }), log }
}

/** Looks at everything in 40 steps of the timer or more: on a slow machine there are fewer steps, and so fewer looks. */
async function countLooks(source: FilesSource): Promise<number> {
  const from = source.status().polls
  await sleep(40 * POLL_MS)
  return source.status().polls - from
}

/** The timer has looked at directories alone for a while. */
async function untilVouched(source: FilesSource): Promise<void> {
  await sleep(SETTLING_MS)
  await until(async () => (await countLooks(source)) <= 6, 'watches vouch for the files')
}

test('while nothing changes, one step of the timer in ten looks at everything, and a line of a file of any age comes at once', async t => {
  const dir = await makeTempDir(t)
  await mkdir(join(dir, 'sub'))
  for (let i = 0; i < 20; i++) await writeFile(join(dir, 'sub', `${i}.log`), `first of ${i}\n`)
  const { source, texts } = start(t, dir, { group: { paths: [join(dir, '**/*.log')] } })
  await until(() => texts.length === 20, 'the first lines are there')
  await untilVouched(source)
  for (let i = 0; i < 20; i++) await appendFile(join(dir, 'sub', `${i}.log`), `second of ${i}\n`)
  await until(() => texts.length === 40, 'the second lines are there')
  await rename(join(dir, 'sub/1.log'), join(dir, 'sub/1.old'))
  await writeFile(join(dir, 'sub/1.log'), 'third\n')
  await appendFile(join(dir, 'sub/1.old'), 'fourth\n')
  await until(() => texts.length === 42, 'the lines of a rotation are there')
  await truncate(join(dir, 'sub/2.log'))
  await appendFile(join(dir, 'sub/2.log'), 'fifth\n')
  await until(() => texts.length === 43, 'the line behind a truncation is there')
  addsUp(t, source.status())
})

type Prepare = (dir: string, outside: string) => Promise<void>

const unvouched: Readonly<Record<string, Prepare>> = {
  'has two names': (dir, outside) => link(join(dir, 'a.log'), join(outside, 'b')),
  'is behind a symbolic link': async (dir, outside) => {
    await writeFile(join(outside, 'target'), 'x\n')
    await symlink(join(outside, 'target'), join(dir, 'link.log'))
  },
  'ends with NULs, over which a line may be written through a memory map': async dir => {
    await appendFile(join(dir, 'a.log'), Buffer.alloc(100))
  },
  'was renamed a moment ago': async dir => {
    await rename(join(dir, 'a.log'), join(dir, 'a.old'))
  },
}

for (const [name, prepare] of Object.entries(unvouched)) {
  test(`each step of the timer looks at everything while a file ${name}`, async t => {
    const [dir, outside] = [await makeTempDir(t), await makeTempDir(t)]
    await writeFile(join(dir, 'a.log'), 'one\n')
    const { source, texts } = start(t, dir, { group: { paths: [join(dir, '*.log')] } })
    await until(() => texts.includes('one'), 'the line is there')
    await prepare(dir, outside)
    await sleep(SETTLING_MS)
    await until(async () => (await countLooks(source)) >= 15, 'there are looks')
    addsUp(t, source.status())
  })
}

test('a line that is written by a name elsewhere, which no watch reports, comes with the next look at everything, and from then on each step looks', async t => {
  const [dir, outside] = [await makeTempDir(t), await makeTempDir(t)]
  await writeFile(join(dir, 'a.log'), 'one\n')
  const { source, texts, log } = start(t, dir)
  await untilVouched(source)
  await link(join(dir, 'a.log'), join(outside, 'b'))
  await appendFile(join(outside, 'b'), 'two\n')
  await until(() => texts.includes('two'), 'the line is there')
  await until(() => log.lines.some(({ message }) => message.startsWith('the system does not report')), 'it is logged')
  await until(async () => (await countLooks(source)) >= 15, 'there are looks')
  addsUp(t, source.status())
})

test('a line that is written in a layer of an overlay, which no watch reports, comes with the next look at everything', async t => {
  const overlay = await mountOverlay(t, image => writeFile(join(image, 'a.log'), 'one\n'))
  await appendFile(join(overlay.outside, 'a.log'), 'two\n') // copied up
  const upper = join(overlay.outside, '../layers/upper')
  const { source, texts } = start(t, upper)
  await until(() => texts.length === 2, 'the first lines are there')
  await sleep(SETTLING_MS)
  for (let i = 0; i < 3; i++) {
    await appendFile(join(overlay.outside, 'a.log'), `more ${i}\n`)
    await until(() => texts.length === 3 + i, 'the line is there')
    await sleep(1000)
  }
  addsUp(t, source.status())
})

test('lines that are written while the queue of the watches is full come without the timer', async t => {
  const dir = await makeTempDir(t)
  const names = ['a', 'b', 'last'].map(name => join(dir, name))
  for (const path of names) await writeFile(path, 'first\n')
  const { source, texts } = start(t, dir, { pollMs: 3_600_000 })
  await until(() => texts.length === 3 && source.status().polls > 1, 'the watch is set')
  await sleep(500)
  const [a, b] = names.slice(0, 2).map(path => openSync(path, 'a')) as [number, number]
  // Nothing is read from the queue meanwhile. Two equal reports in a row are one.
  for (let i = 0; i < 10_000; i++) {
    writeSync(a, '\n')
    writeSync(b, '\n')
  }
  appendFileSync(names[2]!, 'not reported\n')
  writeFileSync(join(dir, 'new'), 'not reported either\n')
  for (const fd of [a, b]) closeSync(fd)
  await until(() => texts.includes('not reported') && texts.includes('not reported either'), 'the lines are there')
  await until(() => texts.length === 20_005, 'all lines are there')
  addsUp(t, source.status())
})

test('a file that was open is closed soon after its dead time', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a.log'), 'one\n')
  const { source, texts } = start(t, dir, { group: { deadTimeMs: 5000 } })
  await until(() => texts.includes('one'), 'the line is there')
  t.is(source.status().openFiles, 1)
  await until(() => source.status().openFiles === 0, 'it is closed')
  await untilVouched(source)
  const file = await open(join(dir, 'a.log'), 'a')
  await file.write('two\n')
  await until(() => texts.includes('two'), 'it is opened again')
  await file.close()
  addsUp(t, source.status())
})
