import test from 'ava'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFilesSource } from '../../../src/files/source.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { follow, makeGroup, takeReady, toLines } from '../../helpers/files/followed.ts'
import { MemoryRegistry } from '../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

test('changed fields and line limits of a group apply from the next batch on; batches in flight stay unchanged', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a'), 'one\ntwo\nthree four\n')
  const { source, ackAll } = follow(t, dir, { groups: [{ fields: { v: 1 } }], limits: { batchLines: 1 } })
  const stop = new AbortController().signal
  const [first, rest] = [await source.next(stop), takeReady(source)]
  const before = [first!, ...(await rest)]
  t.is(before.length, 3)
  await appendFile(join(dir, 'a'), 'five five\n')
  await source.reconfigure([makeGroup(dir, { fields: { v: 2 }, maxLineBytes: 5 })], {})
  const after = await takeReady(source)
  const fieldsOf = (batches: typeof after) => batches.flatMap(batch => batch.runs.map(run => run.origin.fields['v']))
  t.deepEqual(fieldsOf(before), [1, 1, 1])
  t.deepEqual(fieldsOf(after), [2])
  t.deepEqual(
    after.flatMap(batch => batch.ranges.map(range => [range.fields['v'], range.maxLineBytes])),
    [[2, 5]],
  )
  t.deepEqual(
    after.flatMap(toLines).map(({ text }) => text),
    ['five ', 'five'],
  )
  t.is(after[0]?.runs[0]?.origin.fileId, before[0]?.runs[0]?.origin.fileId)
  ackAll()
})

test('bytes that were read and not yet cut are cut under the new groups, or given up with their file', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a'), '1\n2\n3\n')
  const { source, look } = follow(t, dir, { groups: [{ fields: { v: 1 } }], limits: { batchLines: 1 } })
  await source.poll()
  const never = new AbortController().signal
  await source.next(never)
  await source.reconfigure([makeGroup(dir, { fields: { v: 2 } })], { batchLines: 1 })
  const second = await source.next(never)
  t.deepEqual([second?.runs[0]?.bytes.toString(), second?.runs[0]?.origin.fields], ['2\n', { v: 2 }])
  await source.reconfigure([makeGroup(dir, { paths: [join(dir, 'other')] })], {})
  t.deepEqual(await look(), [])
  await source.reconfigure([makeGroup(dir)], {})
  const third = await source.next(never)
  t.deepEqual([third?.runs[0]?.bytes.toString(), third?.runs[0]?.offset], ['3\n', 4])
})

test('an unfinished line is cut when the longest line becomes shorter than it is', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a'), 'abcdefgh')
  const { source, readTexts } = follow(t, dir)
  t.deepEqual(await readTexts(), [])
  await source.reconfigure([makeGroup(dir, { maxLineBytes: 3 })], {})
  t.deepEqual(await readTexts(), ['abc', 'def'])
})

test('a reload with equal groups does not poll the files', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a'), '1\n')
  const { source, look, ackAll } = follow(t, dir, { groups: [{ fields: { a: [1, { b: 2 }] } }] })
  const [batch] = await look()
  const { polls } = source.status()
  await source.reconfigure([makeGroup(dir, { fields: { a: [1, { b: 2 }] } })], { batchLines: 1 })
  t.is(source.status().polls, polls)
  await appendFile(join(dir, 'a'), '2\n3\n')
  const after = await look()
  t.is(after.length, 2)
  t.is(after[0]?.runs[0]?.origin, batch?.runs[0]?.origin)
  ackAll()
})

test('changed batch limits apply from the next batch on', async t => {
  const dir = await makeTempDir(t)
  const { source, look } = follow(t, dir)
  await writeFile(join(dir, 'a'), '1\n2\n3\n4\n')
  await source.reconfigure([makeGroup(dir)], { batchLines: 2 })
  t.deepEqual(
    (await look()).map(batch => batch.lineCount),
    [2, 2],
  )
  await appendFile(join(dir, 'a'), '1\n2\n3\n4\n')
  await source.reconfigure([makeGroup(dir)], {})
  t.deepEqual(
    (await look()).map(batch => batch.lineCount),
    [4],
  )
})

test('a changed poll interval applies at once', async t => {
  const dir = await makeTempDir(t)
  const parts = { registry: new MemoryRegistry(), log: silentLog, clock: Date.now }
  const source = createFilesSource({ groups: [makeGroup(dir)], limits: { pollMs: 3_600_000 }, ...parts })
  t.teardown(() => source.close())
  await source.poll()
  await source.reconfigure([makeGroup(dir)], { pollMs: 10 })
  const { polls } = source.status()
  await until(() => source.status().polls > polls + 3, 'the timer had looked several times')
  t.pass()
})
