import test from 'ava'
import { appendFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileGroup } from '../../../src/files/contract.ts'
import { addsUp } from '../../helpers/files/byte-account.ts'
import { follow, makeGroup, takeReady, toLines } from '../../helpers/files/followed.ts'
import { MemoryRegistry, MemoryState } from '../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const named = (dir: string, name: string, change: Partial<FileGroup> = {}) =>
  makeGroup(dir, { paths: [join(dir, name)], ...change })

test('files of a new group are read from their beginning, and files of unchanged groups continue undisturbed', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a'), 'a1\n')
  await writeFile(join(dir, 'b'), 'b1\n')
  const { source, readTexts, readLines, registry } = follow(t, dir, { groups: [{ paths: [join(dir, 'a')] }] })
  const [first] = await readLines()
  await source.reconfigure([named(dir, 'a'), named(dir, 'b')], {})
  await appendFile(join(dir, 'a'), 'a2\n')
  const lines = await readLines()
  t.deepEqual(lines.map(({ text }) => text).toSorted(), ['a2', 'b1'])
  t.is(lines.find(({ text }) => text === 'a2')?.id.slice(0, 16), first?.id.slice(0, 16))
  t.deepEqual(await readTexts(), [])
  t.is(registry.status().files, 2)
})

test('a file that no group names after a reload is closed, its batches in flight are committed, and nothing of it is lost', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a'), 'a1\na2')
  await writeFile(join(dir, 'b'), 'b1\n')
  const state = new MemoryState()
  const { source, look, ackAll, readTexts } = follow(t, dir, { state })
  await look()
  await source.reconfigure([named(dir, 'b')], {})
  t.deepEqual(
    source.status().files.map(file => file.path),
    [join(dir, 'b')],
  )
  t.is(source.status().openFiles, 1)
  t.is(source.status().bytes.inFlight, 6)
  ackAll()
  t.is(state.files.get(1)?.offset, 3)
  await appendFile(join(dir, 'a'), ' goes on\na3\n')
  t.deepEqual(await readTexts(), [])
  const { bytes } = source.status()
  t.deepEqual(bytes.lost, { truncated: 0, deleted: 0, unreadable: 0 })
  addsUp(t, { bytes })
})

test('a file that is followed again continues at its position, under the same ids', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a'), 'a1\na2')
  const { source, readLines } = follow(t, dir)
  const [first] = await readLines()
  await source.reconfigure([named(dir, 'other')], {})
  await appendFile(join(dir, 'a'), ' ends\na3\n')
  await source.reconfigure([named(dir, 'a', { startPosition: 'end' })], {})
  const lines = await readLines()
  t.deepEqual(
    lines.map(({ text }) => text),
    ['a2 ends', 'a3'],
  )
  t.is(lines[0]?.id, `${first?.id.slice(0, 16)}-3`)
  const { bytes } = source.status()
  addsUp(t, { bytes })
})

test('changes of a file while no group names it are found when a group names it again', async t => {
  const dir = await makeTempDir(t)
  for (const name of ['moved', 'cut', 'away']) await writeFile(join(dir, name), `${name} 1\n`)
  const groups = [makeGroup(dir, { exclude: ['gone', 'moved.1'] })]
  const { source, readTexts } = follow(t, dir)
  await readTexts()
  await source.reconfigure([named(dir, 'other')], {})
  for (const name of ['moved', 'away']) await appendFile(join(dir, name), `${name} 2\n`)
  await rename(join(dir, 'moved'), join(dir, 'moved.1'))
  await rm(join(dir, 'away'))
  await truncate(join(dir, 'cut'))
  await appendFile(join(dir, 'cut'), 'again\n')
  t.deepEqual(await readTexts(), [])
  await source.reconfigure(groups, {})
  t.deepEqual((await readTexts()).toSorted(), ['again', 'moved 2'])
  const { bytes } = source.status()
  addsUp(t, { bytes })
})

test('the start position "end" applies to files that exist when their group is new, not to later or already followed ones', async t => {
  const dir = await makeTempDir(t)
  for (const name of ['old', 'a', 'b']) await writeFile(join(dir, name), `${name} 1\n`)
  const { source, readTexts } = follow(t, dir, { groups: [{ paths: [join(dir, 'old')] }] })
  await readTexts()
  const later = join(dir, 'old.later')
  await writeFile(later, 'old 2\n')
  // The second group takes over a path, the third one is new.
  await source.reconfigure(
    [named(dir, 'old*', { startPosition: 'end', fields: { v: 2 } }), named(dir, '[ab]', { startPosition: 'end' })],
    {},
  )
  await appendFile(join(dir, 'a'), 'a 2\n')
  t.deepEqual((await readTexts()).toSorted(), ['a 2', 'old 2'])
  await writeFile(join(dir, 'b.new'), 'x\n')
  await rename(join(dir, 'b.new'), join(dir, 'b'))
  t.deepEqual(await readTexts(), ['x'])
  t.is(source.status().bytes.skipped, 8)
})

test('a file that another group matches first after a reload gets its fields and keeps its position', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a'), '1\n')
  const { source, look, ackAll } = follow(t, dir)
  await look()
  await source.reconfigure([named(dir, 'a', { fields: { first: true }, startPosition: 'end' }), makeGroup(dir)], {})
  await appendFile(join(dir, 'a'), '2\n')
  const [batch] = await look()
  t.deepEqual([batch?.runs[0]?.bytes.toString(), batch?.runs[0]?.origin.fields], ['2\n', { first: true }])
  ackAll()
})

test('a renamed file keeps the group that it was found in for as long as that group exists', async t => {
  const dir = await makeTempDir(t)
  const groups = [named(dir, 'a', { fields: { of: 'a' } }), named(dir, 'a.1', { fields: { of: 'a.1' } })]
  await writeFile(join(dir, 'a'), '1\n')
  const { source, look } = follow(t, dir, { groups })
  await look()
  await rename(join(dir, 'a'), join(dir, 'a.1'))
  await look()
  const fieldsOfNext = async () => {
    await appendFile(join(dir, 'a.1'), 'more\n')
    return (await look())[0]?.runs[0]?.origin.fields
  }
  await source.reconfigure([...structuredClone(groups), named(dir, 'new')], {})
  t.deepEqual(await fieldsOfNext(), { of: 'a' })
  await source.reconfigure([structuredClone(groups[1]!)], {})
  t.deepEqual(await fieldsOfNext(), { of: 'a.1' })
})

test('lines that an earlier run journaled are sent again as they were, even if no group names their file after a reload', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  await writeFile(join(dir, 'a'), '1\n2\n3\n4\n')
  const earlier = follow(t, dir, { state, groups: [{ fields: { v: 1 } }], limits: { batchLines: 1 } })
  const sent = (await earlier.look()).flatMap(toLines)
  await earlier.source.close()

  const next = follow(t, dir, { registry: new MemoryRegistry(state.copy()), groups: [{ fields: { v: 2 } }] })
  await next.source.poll()
  const resent = [await next.source.next(new AbortController().signal)]
  await next.source.reconfigure([named(dir, 'other')], {})
  resent.push(...(await takeReady(next.source)))
  t.deepEqual(
    resent.flatMap(batch => toLines(batch!)),
    sent,
  )
  for (const batch of resent) {
    t.deepEqual(batch?.runs[0]?.origin.fields, { v: 1 })
    void next.source.commit(batch!)
  }
  const { bytes } = next.source.status()
  t.is(bytes.unconfirmed, 0)
  addsUp(t, { bytes })
  await appendFile(join(dir, 'a'), '5\n')
  t.deepEqual(await next.readTexts(), [])
  await next.source.reconfigure([makeGroup(dir)], {})
  t.deepEqual(await next.readTexts(), ['5'])
})

test('a reload before the first look follows the rules of a start', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a'), '1\n')
  const { source, readTexts } = follow(t, dir)
  await source.reconfigure([makeGroup(dir, { startPosition: 'end' })], {})
  await appendFile(join(dir, 'a'), '2\n')
  t.deepEqual(await readTexts(), ['2'])
})

test('a reload with an unusable pattern, or of a closed source, changes nothing', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a'), '1\n2\n')
  const { source, look } = follow(t, dir)
  await t.throwsAsync(source.reconfigure([named(dir, 'x'.repeat(70_000))], { batchLines: 1 }))
  t.deepEqual(
    (await look()).map(batch => batch.lineCount),
    [2],
  )
  await source.close()
  await source.reconfigure([named(dir, 'b')], {})
  t.is(source.status().openFiles, 0)
})

test('reconfiguring, looking and reading at the same time lose nothing and send nothing twice', async t => {
  const dir = await makeTempDir(t)
  const { source, registry } = follow(t, dir, { limits: { batchLines: 2 } })
  const stop = new AbortController()
  const seen: string[] = []
  const reading = (async () => {
    for (let batch = await source.next(stop.signal); batch; batch = await source.next(stop.signal)) {
      await registry.journal(batch)
      seen.push(...toLines(batch).map(({ text }) => text))
      void source.commit(batch)
    }
  })()
  const changing = (async () => {
    for (let i = 0; i < 50; i++) {
      const groups = i % 3 === 0 ? [named(dir, 'a')] : [makeGroup(dir, { fields: { i } })]
      await Promise.all([source.reconfigure(groups, { batchLines: 1 + (i % 5) }), source.poll()])
    }
    await source.reconfigure([makeGroup(dir)], {})
  })()
  const written: string[] = []
  for (let i = 0; i < 200; i++) {
    const text = `${i % 2 === 0 ? 'a' : 'b'} ${i}`
    written.push(text)
    await appendFile(join(dir, text.slice(0, 1)), `${text}\n`)
  }
  await changing
  while (seen.length < written.length) await source.poll()
  stop.abort()
  await reading
  t.deepEqual(
    ['a', 'b'].map(name => seen.filter(text => text.startsWith(name))),
    ['a', 'b'].map(name => written.filter(text => text.startsWith(name))),
  )
  const { bytes } = source.status()
  addsUp(t, { bytes })
})
