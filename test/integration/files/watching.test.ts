import test from 'ava'
import { appendFile, chmod, mkdir, open, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FilesStatus } from '../../../src/files/contract.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { startScript, startScriptWithin } from '../../helpers/process/child-script.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { addsUp } from '../../helpers/files/byte-account.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { watchDirectory } from '../../helpers/files/watched.ts'
import { until } from '../../helpers/time/until.ts'

const script = new URL('../../helpers/scripts/follow.ts', import.meta.url)

/** What the script prints of each batch. */
interface FollowedBatch {
  readonly texts: readonly string[]
  readonly byteCount: number
  readonly lineCount: number
  readonly rss: number
  readonly status: Pick<FilesStatus, 'bytes'>
}

/** With the timer at an hour only hints can be what woke it. */
const HINTS_ONLY = { pollMs: 3_600_000, log: silentLog }

test('new lines, files, rotations and directories are found by notifications of the kernel alone', async t => {
  const dir = await makeTempDir(t)
  await mkdir(join(dir, 'sub'))
  const path = join(dir, 'sub/a.log')
  await writeFile(path, 'one\n')
  const { source, texts } = watchDirectory(t, dir, { ...HINTS_ONLY, group: { paths: [join(dir, '**')] } })
  await until(() => texts.includes('one'), 'the first line is there')
  let polls = 0
  await until(async () => {
    polls = source.status().polls
    await sleep(300)
    return source.status().polls === polls
  }, 'the watch is set, and what came before it was looked at')
  await appendFile(path, 'two\n')
  await until(() => texts.includes('two'), 'the line of a followed file is there')
  t.is(source.status().polls, polls, 'a hint for a followed file took a look at everything')
  await writeFile(join(dir, 'sub/new.log'), 'three\n')
  await until(() => texts.includes('three'), 'the line of a new file is there')
  await rename(path, `${path}.1`)
  await writeFile(path, 'four\n')
  await until(() => texts.includes('four'), 'the line after a rotation is there')
  await mkdir(join(dir, 'later'))
  await writeFile(join(dir, 'later/b.log'), 'five\n')
  await until(() => texts.includes('five'), 'the line in a new directory is there')
  t.deepEqual(texts, ['one', 'two', 'three', 'four', 'five'])
  addsUp(t, source.status())
})

test('a file in a new directory is found by notifications alone, however soon it is written', async t => {
  const dir = await makeTempDir(t)
  const { source, texts } = watchDirectory(t, dir, {
    ...HINTS_ONLY,
    group: { paths: [join(dir, '*/*.log'), join(dir, 'none/yet/*.log')] },
  })
  await until(() => source.status().polls > 0, 'the first look is over')
  const expected: string[] = []
  for (const delayMs of [0, 0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 100]) {
    const name = `new-${expected.length}`
    await mkdir(join(dir, name))
    await sleep(delayMs)
    await writeFile(join(dir, name, 'a.log'), `${name}\n`)
    expected.push(name)
  }
  await mkdir(join(dir, 'none/yet'), { recursive: true })
  await writeFile(join(dir, 'none/yet/a.log'), 'in a directory that a pattern names\n')
  expected.push('in a directory that a pattern names')
  await until(() => texts.length === expected.length, 'all lines are there')
  t.deepEqual(texts.toSorted(), expected.toSorted())
  addsUp(t, source.status())
})

test('a write to a file that no pattern matches causes no look', async t => {
  const dir = await makeTempDir(t)
  await mkdir(join(dir, 'sub'))
  const { source, texts } = watchDirectory(t, dir, { ...HINTS_ONLY, group: { paths: [join(dir, '**/*.log')] } })
  await writeFile(join(dir, 'sub/a.log'), 'one\n')
  await until(() => texts.includes('one'), 'the first line is there')
  await sleep(300) // looks after new watches are over
  const { polls } = source.status()
  for (let i = 0; i < 20; i++) {
    await appendFile(join(dir, 'other.txt'), 'x\n')
    await writeFile(join(dir, `other-${i}.txt`), 'x\n')
    await sleep(20)
  }
  t.is(source.status().polls, polls)
  addsUp(t, source.status())
})

test('a swap of the data of a mounted volume logs nothing', async t => {
  const dir = await makeTempDir(t)
  const log = makeRecordingLog()
  const { source, texts } = watchDirectory(t, dir, {
    ...HINTS_ONLY,
    pollMs: 20,
    log,
    group: { paths: [join(dir, '**'), join(dir, '.*')] },
  })
  const swap = async (count: number) => {
    const version = `..2026_11_28_${count}`
    await mkdir(join(dir, version))
    await writeFile(join(dir, version, 'a.log'), `version ${count}\n`)
    await symlink(version, join(dir, '..data_tmp'))
    await rename(join(dir, '..data_tmp'), join(dir, '..data'))
    if (count > 0) await rm(join(dir, `..2026_11_28_${count - 1}`), { recursive: true })
  }
  await swap(0)
  await symlink('..data/a.log', join(dir, 'a.log'))
  await until(() => texts.includes('version 0'), 'the line of the first version is there')
  for (let count = 1; count < 12; count++) {
    await swap(count)
    await until(() => texts.includes(`version ${count}`), 'the line of the new version is there')
  }
  t.deepEqual(
    log.lines.filter(line => line.level !== 'info' && line.level !== 'debug'),
    [],
  )
  addsUp(t, source.status())
})

test('a directory that was replaced is watched again once the timer has found it', async t => {
  const dir = await makeTempDir(t)
  await mkdir(join(dir, 'logs'))
  await writeFile(join(dir, 'logs/a.log'), 'one\n')
  const { source, texts } = watchDirectory(t, dir, {
    ...HINTS_ONLY,
    pollMs: 100,
    group: { paths: [join(dir, 'logs/*.log')] },
  })
  await until(() => texts.includes('one'), 'the first line is there')
  await rm(join(dir, 'logs'), { recursive: true })
  await mkdir(join(dir, 'logs'))
  await writeFile(join(dir, 'logs/a.log'), 'two\n')
  await until(() => texts.includes('two'), 'the line in the new directory is there')
  t.deepEqual(texts, ['one', 'two'])
  addsUp(t, source.status())
})

test('a file without read permission is read once permission is granted', async t => {
  const dir = await makeTempDir(t)
  await chmod(dir, 0o755)
  const path = join(dir, 'a.log')
  await writeFile(path, 'secret\n', { mode: 0o600 })
  const child = startScript(t, script, [dir, 'as-nobody'])
  const batches = createInterface(child.stdout)[Symbol.asyncIterator]()
  await sleep(500)
  t.is(child.exitCode, null)
  await chmod(path, 0o644)
  const { value } = await batches.next()
  const { texts, status } = JSON.parse(String(value)) as FollowedBatch
  t.deepEqual(texts, ['secret'])
  addsUp(t, status)
})

test('with at most 1,024 descriptors, each line of 3,000 files arrives', async t => {
  const dir = await makeTempDir(t)
  const paths = Array.from({ length: 3000 }, (_, i) => join(dir, `${i}.log`))
  for (const path of paths) await writeFile(path, 'one\n')
  const appendAll = async (text: string) => {
    for (const path of paths) await appendFile(path, text)
  }
  const child = startScriptWithin(t, 1024, [script, dir])
  let lineCount = 0
  for await (const line of createInterface(child.stdout)) {
    const before = lineCount
    const batch = JSON.parse(line) as FollowedBatch
    addsUp(t, batch.status)
    lineCount += batch.lineCount
    if (before < 3000 && lineCount >= 3000) await appendAll('two\n')
    if (lineCount >= 6000) break
  }
  t.is(lineCount, 6000)
})

test('one line of 300 MB is read in bounded memory', async t => {
  const dir = await makeTempDir(t)
  const mebibyte = Buffer.alloc(1024 * 1024, 'x')
  const size = 300 * mebibyte.length + 1
  const file = await open(join(dir, 'a.log'), 'w')
  for (let i = 0; i < 300; i++) await file.write(mebibyte)
  await file.write('\n')
  await file.close()
  const child = startScript(t, script, [dir, 'measured'])
  let bytes = 0
  let most = 0
  for await (const line of createInterface(child.stdout)) {
    const { byteCount, rss, status } = JSON.parse(line) as FollowedBatch
    addsUp(t, status)
    bytes += byteCount
    most = Math.max(most, rss)
    if (bytes >= size) break
  }
  t.is(bytes, size)
  t.true(most < 200 * 1024 * 1024, `${Math.round(most / 1024 / 1024)} MB`)
})
