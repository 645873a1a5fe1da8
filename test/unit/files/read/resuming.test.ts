import test, { type ExecutionContext } from 'ava'
import { appendFile, copyFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openRegistry } from '../../../../src/registry/registry.ts'
import type { TrackedBatch } from '../../../../src/registry/contract.ts'
import { follow, history, toText, type FollowOptions } from '../../../helpers/files/followed.ts'
import { MemoryRegistry, MemoryState } from '../../../helpers/files/memory-registry.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** A directory, and runs of the agent one after the other over the same state. */
async function makeRuns(t: ExecutionContext, options: FollowOptions = {}) {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const start = () => follow(t, dir, { ...options, state })
  return { dir, state, path: join(dir, 'a.log'), start }
}

function withoutDoubt({ doubtfulSinceMs: _since, ...batch }: TrackedBatch) {
  return batch
}

test('a restart continues at the last ack, with a new file id', async t => {
  const { path, start } = await makeRuns(t)
  await writeFile(path, 'one\n')
  const first = start()
  const [one] = await first.readLines()
  await first.source.close()
  await appendFile(path, 'two\n')
  const second = start()
  const lines = await second.readLines()
  t.deepEqual(
    lines.map(line => line.text),
    ['two'],
  )
  t.not(lines[0]!.id.slice(0, 16), one!.id.slice(0, 16))
  t.true(lines[0]!.id.endsWith('-4'))
})

test('lines that were not acked are sent again with the same batches, bytes, cuts, ids and times', async t => {
  const { path, dir, start } = await makeRuns(t, { limits: { batchLines: 3 }, groups: [{ maxLineBytes: 20 }] })
  await writeFile(path, `a\nb\r\n${'€'.repeat(40)}\nlast\nhalf`)
  await writeFile(join(dir, 'b.log'), 'x\ny\n')
  const first = start()
  const sent = await first.look()
  await first.source.close()
  await appendFile(path, ' and more\n')
  const second = start()
  second.pass(5000)
  const again = await second.look()
  t.deepEqual(again.slice(0, sent.length).map(withoutDoubt), sent.map(withoutDoubt))
  t.true(again.slice(0, sent.length).every(batch => batch.doubtfulSinceMs === batch.timeMs))
  const fresh = again.slice(sent.length)
  t.is(fresh.flatMap(batch => batch.runs.map(run => run.bytes.toString())).join(''), 'half and more\n')
  t.is(fresh[0]!.doubtfulSinceMs, undefined)
  t.true(fresh[0]!.sequence > sent.at(-1)!.sequence)
})

test('an unterminated line is sent again as it was', async t => {
  const { path, start } = await makeRuns(t)
  await writeFile(path, 'half')
  const first = start()
  await first.look()
  await rename(path, `${path}.1`)
  await first.look()
  first.pass(60_000)
  const sent = await first.look()
  t.is(sent[0]!.ranges[0]!.endsUnterminated, true)
  await first.source.close()
  await appendFile(`${path}.1`, ' a line\n')
  const again = await start().look()
  t.deepEqual(withoutDoubt(again[0]!).runs, sent[0]!.runs)
  t.is(again[1]!.runs[0]!.bytes.toString(), ' a line\n')
  t.is(again[1]!.ranges[0]!.startsInsideLine, true)
})

test('a range whose bytes changed is unconfirmed, and its current lines have new ids', async t => {
  const { path, dir, start } = await makeRuns(t)
  await writeFile(path, 'one\n')
  await writeFile(join(dir, 'b.log'), 'kept\n')
  const first = start()
  const sent = await first.look()
  await first.source.close()
  await writeFile(path, 'two\n')
  const second = start()
  const lines = await second.readLines()
  t.deepEqual(lines.map(line => line.text).sort(), ['kept', 'two'])
  const oldIds = new Set(sent.flatMap(batch => batch.runs.map(run => run.origin.fileId)))
  t.false(oldIds.has(lines.find(line => line.text === 'two')!.id.slice(0, 16)))
  t.true(oldIds.has(lines.find(line => line.text === 'kept')!.id.slice(0, 16)))
  t.is(second.source.status().bytes.unconfirmed, 4)
  await second.source.close()
  t.deepEqual(await start().readLines(), [])
})

test('a range whose file was deleted is unconfirmed and delays no other', async t => {
  const { path, state, start } = await makeRuns(t)
  await writeFile(path, 'one\n')
  const first = start()
  await first.look()
  await first.source.close()
  await rm(path)
  const second = start()
  t.deepEqual(await second.look(), [])
  t.deepEqual(await second.look(), [])
  t.is(second.source.status().bytes.unconfirmed, 4)
  t.is(state.journal.size, 0)
})

for (const newName of ['a.log.1', 'outside']) {
  test(`a file renamed to ${newName} between two runs is read to its end`, async t => {
    const { dir, path, start } = await makeRuns(t, { groups: [{ exclude: ['outside'] }] })
    await writeFile(path, 'one\n')
    const first = start()
    await first.readLines()
    await first.source.close()
    await appendFile(path, 'two\n')
    await rename(path, join(dir, newName))
    await writeFile(path, 'three\n')
    t.deepEqual((await start().readTexts()).sort(), ['three', 'two'])
  })
}

for (const after of ['', 'new\n', 'new and longer than it was before\n']) {
  test(`a copy-truncate between two runs, then ${after.length} bytes, loses and repeats nothing`, async t => {
    const { path, start } = await makeRuns(t)
    await writeFile(path, toText(history))
    const first = start()
    await first.readLines()
    await first.source.close()
    await appendFile(path, 'three\n')
    await copyFile(path, `${path}.1`)
    await truncate(path)
    await appendFile(path, after)
    const second = start()
    t.deepEqual((await second.readTexts()).sort(), [...(after === '' ? [] : [after.trim()]), 'three'])
    t.is(second.source.status().copies, 1)
  })
}

test('a file that was replaced by its copy between two runs continues at the last ack', async t => {
  const { dir, path, start } = await makeRuns(t, { groups: [{ exclude: ['new'] }] })
  await writeFile(path, toText(history))
  const first = start()
  await first.readLines()
  await first.source.close()
  await writeFile(join(dir, 'new'), toText([...history, 'next']))
  await rename(join(dir, 'new'), path)
  const second = start()
  t.deepEqual(await second.readTexts(), ['next'])
  t.is(second.source.status().bytes.copied, toText(history).length)
})

test('an unacked range is sent again from the copy of its file', async t => {
  const { path, start } = await makeRuns(t)
  await writeFile(path, toText(history))
  const first = start()
  const sent = await first.look()
  await first.source.close()
  await copyFile(path, `${path}.1`)
  await truncate(path)
  const second = start()
  const again = await second.look()
  t.deepEqual(
    again.map(batch => batch.runs),
    sent.map(batch => batch.runs),
  )
  t.is(second.source.status().bytes.unconfirmed, 0)
})

test('a log that was rewritten with its earlier first line is read from its beginning', async t => {
  const { path, start } = await makeRuns(t)
  await writeFile(path, 'service started\n')
  const first = start()
  await first.readLines()
  await appendFile(path, 'stopped\n')
  await first.readLines()
  await first.source.close()
  await writeFile(path, 'service started\n')
  t.deepEqual(await start().readTexts(), ['service started'])
})

test('a log that lost its newest bytes continues at the newest matching mark', async t => {
  const { path, start } = await makeRuns(t, { limits: { batchLines: 1 } })
  const lines = Array.from({ length: 60 }, (_, i) => `line ${i} ${Math.sqrt(i)}\n`)
  await writeFile(path, lines.join(''))
  const first = start()
  await first.readLines()
  await first.source.close()
  await truncate(path, lines.slice(0, 59).join('').length)
  await appendFile(path, 'next\n')
  await truncate(path, lines.slice(0, 59).join('').length)
  const second = start()
  t.deepEqual(await second.readTexts(), [])
  await appendFile(path, 'next\n')
  t.deepEqual(await second.readTexts(), ['next'])
})

test('the start position "end" skips and counts the lines that exist at the first start, and no later ones', async t => {
  const { dir, path, start } = await makeRuns(t, { groups: [{ startPosition: 'end' }] })
  await writeFile(path, 'old\nha')
  const first = start()
  t.deepEqual(await first.readTexts(), [])
  t.is(first.source.status().bytes.skipped, 6)
  await appendFile(path, 'lf\nnew\n')
  await writeFile(join(dir, 'b.log'), 'b\n')
  t.deepEqual((await first.readTexts()).sort(), ['b', 'lf', 'new'])
  await first.source.close()
  await writeFile(join(dir, 'c.log'), 'c\n')
  t.deepEqual(await start().readTexts(), ['c'])
})

test('after the loss of a registry, files start as chosen in onLostState, not as their groups configure', async t => {
  const end = await makeRuns(t)
  await writeFile(end.path, 'old\n')
  end.state.lostState = 'end'
  t.deepEqual(await end.start().readTexts(), [])
  const { lostState } = new MemoryRegistry(end.state)
  t.is(lostState, 'none')
  const resend = await makeRuns(t, { groups: [{ startPosition: 'end' }] })
  await writeFile(resend.path, 'old\n')
  resend.state.lostState = 'resend'
  t.deepEqual(await resend.start().readTexts(), ['old'])
})

test('a deleted file is forgotten 5 s after it was read to its end', async t => {
  const { path, state, start } = await makeRuns(t)
  await writeFile(path, 'one\n')
  const { readTexts, pass, source } = start()
  await readTexts()
  await rm(path)
  await source.poll()
  pass(5000)
  await source.poll()
  t.is(state.files.size, 0)
})

test('a file that no group names at a start is sent again as journaled, and read no further', async t => {
  const { dir, path, state, start } = await makeRuns(t)
  await writeFile(path, 'one\n')
  const first = start()
  const sent = await first.look()
  await first.source.close()
  await appendFile(path, 'two\n')
  const second = follow(t, dir, { state, groups: [{ paths: [join(dir, 'other')] }] })
  t.deepEqual(
    (await second.look()).map(batch => batch.runs),
    sent.map(batch => batch.runs),
  )
})

test('with a registry on disk, acked lines stay acked, and the others are sent again unchanged', async t => {
  const dir = await makeTempDir(t)
  const stateDir = await makeTempDir(t)
  const open = () => openRegistry({ stateDir, durability: 'process', onLostState: 'stop', log: silentLog })
  await writeFile(join(dir, 'a.log'), 'one\ntwo\nthree\n')
  const registry = await open()
  const first = follow(t, dir, { registry, limits: { batchLines: 1 } })
  const sent = await first.look()
  await first.source.commit(sent[0]!)
  await first.source.close()
  await registry.close()
  const reopened = await open()
  t.teardown(() => reopened.close())
  const second = follow(t, dir, { registry: reopened })
  const again = await second.look()
  t.deepEqual(
    again.map(batch => batch.runs),
    sent.slice(1).map(batch => batch.runs),
  )
  second.ackAll()
  t.deepEqual(await second.readTexts(), [])
})

test('lines of a file without an ack survive a restart even if its copy lacks the last line that was read', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const path = join(dir, 'a.log')
  const first = follow(t, dir, { state })
  await writeFile(path, toText(history))
  await first.look()
  await copyFile(path, `${path}.1`)
  await appendFile(path, 'after the copy\n')
  await first.look()
  await truncate(path)
  await first.look()
  await first.source.close()
  const { readTexts } = follow(t, dir, { state })
  const came = new Set([...(await readTexts()), ...(await readTexts())])
  t.deepEqual(
    history.filter(line => !came.has(line)),
    [],
  )
})
