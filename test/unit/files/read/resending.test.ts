import test, { type ExecutionContext } from 'ava'
import { renameSync } from 'node:fs'
import { appendFile, copyFile, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FilesSource } from '../../../../src/files/contract.ts'
import type { TrackedBatch } from '../../../../src/registry/contract.ts'
import { before, fail } from '../../../helpers/files/file-hooks.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, makeGroup, takeReady, toLines, type FollowOptions } from '../../../helpers/files/followed.ts'
import { MemoryRegistry, MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

interface Unanswered extends FollowOptions {
  /** The first line of a.log; it begins with `one`. */
  readonly first?: string
}

/** As much as a copy is recognised by. */
const LONG_LINE = `one ${Array.from({ length: 300 }, (_, i) => i).join(' ')}`

/** A run that sent a.log and b.log and got no answer; then a.log grew. `start` begins the next run. */
async function makeUnanswered(t: ExecutionContext, { first: one = 'one', ...options }: Unanswered = {}) {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  await mkdir(join(dir, 'sub'))
  await writeFile(path, `${one}\ntwo\n`)
  await writeFile(join(dir, 'b.log'), 'b\n')
  const state = new MemoryState()
  const paths = [join(dir, '*.log*'), join(dir, 'sub/*.log')]
  const start = () => follow(t, dir, { limits: { batchLines: 1 }, groups: [{ paths }], ...options, state })
  const first = start()
  const sent = await first.look()
  await first.source.close()
  await appendFile(path, 'new\n')
  return { dir, path, state, start, sent }
}

const idsOf = (batches: readonly TrackedBatch[]) => batches.flatMap(toLines).map(({ id, text }) => `${text} ${id}`)
const textsOf = (batches: readonly TrackedBatch[]) => batches.flatMap(toLines).map(({ text }) => text)
const ofFile = (batches: readonly TrackedBatch[], name: string) =>
  batches.filter(({ runs }) => runs.some(({ origin }) => origin.path.endsWith(name)))

function isSentAgain(t: ExecutionContext, batches: readonly TrackedBatch[], sent: readonly TrackedBatch[]): void {
  t.deepEqual(idsOf(ofFile(batches, 'a.log')), idsOf(ofFile(sent, 'a.log')))
}

/** Everything of a.log came as it was journaled, then its new line. */
async function isWhole(
  t: ExecutionContext,
  came: readonly TrackedBatch[],
  { sent, source }: { readonly sent: readonly TrackedBatch[]; readonly source: FilesSource },
): Promise<void> {
  const resent = came.filter(({ doubtfulSinceMs }) => doubtfulSinceMs !== undefined)
  isSentAgain(t, resent, sent)
  t.deepEqual(
    textsOf(came)
      .map(text => text.slice(0, 3))
      .toSorted(),
    ['b', 'new', 'one', 'two'],
  )
  t.true(textsOf(came).indexOf('new') > textsOf(came).indexOf('two'))
  t.is(source.status().bytes.unconfirmed, 0)
  addsUp(t, source.status())
}

for (const code of ['EACCES', 'EMFILE', 'EIO', 'ESTALE']) {
  test(`a file that cannot be opened (${code}) at two looks is sent again as it was, and holds up no other`, async t => {
    const { path, start, sent } = await makeUnanswered(t)
    const heal = fail(t, ['open', path], code)
    const { look, source } = start()
    const early = [...(await look()), ...(await look())]
    t.deepEqual(textsOf(early), ['b'])
    heal()
    await isWhole(t, [...early, ...(await look())], { sent, source })
  })
}

for (const newName of ['a.log.1', 'outside', 'sub/a.log']) {
  test(`a file renamed to ${newName} that cannot be opened at two looks is sent again as it was`, async t => {
    const { dir, path, start, sent } = await makeUnanswered(t)
    const newPath = join(dir, newName)
    await rename(path, newPath)
    const heal = fail(t, ['open', newPath], 'EACCES')
    const { look, source } = start()
    const early = [...(await look()), ...(await look())]
    t.deepEqual(textsOf(early), ['b'])
    heal()
    await isWhole(t, [...early, ...(await look())], { sent, source })
  })

  test(`a file renamed to ${newName} between the look and the reading is sent again as it was`, async t => {
    const { dir, path, start, sent } = await makeUnanswered(t)
    const { look, source } = start()
    await source.poll()
    await rename(path, join(dir, newName))
    await isWhole(t, [...(await takeReady(source)), ...(await look())], { sent, source })
  })
}

test('a file that was renamed while a look was under way, which found neither name, is sent again as it was', async t => {
  const { dir, path, start, sent } = await makeUnanswered(t)
  const { look, source } = start()
  before(t, ['stat', path], () => renameSync(path, join(dir, 'sub/a.log')))
  await isWhole(t, [...(await look()), ...(await look())], { sent, source })
})

test('a file whose directory cannot be listed at two looks is sent again as it was', async t => {
  const { dir, start, sent } = await makeUnanswered(t)
  const heal = fail(t, ['readdir', dir], 'EMFILE')
  const { look, source } = start()
  const early = [...(await look()), ...(await look()), ...(await look())]
  t.deepEqual(textsOf(early), [])
  heal()
  await isWhole(t, await look(), { sent, source })
})

test('a file that was found and left all patterns, and whose directory cannot be listed, is not counted as lost', async t => {
  const { dir, path, start, sent } = await makeUnanswered(t)
  const { look, source } = start()
  await source.poll()
  await rename(path, join(dir, 'outside'))
  const heal = fail(t, ['readdir', dir], 'EIO')
  const early = [...(await takeReady(source)), ...(await look()), ...(await look())]
  t.is(source.status().bytes.lost.deleted, 0)
  heal()
  await isWhole(t, [...early, ...(await look())], { sent, source })
})

for (const copyName of ['a.log.1', 'sub/copy.log']) {
  test(`an unacked range is sent again from the copy ${copyName}, which cannot be opened at two looks`, async t => {
    const { dir, path, start, sent } = await makeUnanswered(t, { first: LONG_LINE })
    const copy = join(dir, copyName)
    await copyFile(path, copy)
    await truncate(path)
    const heal = fail(t, ['open', copy], 'EACCES')
    const { look, pass, source } = start()
    const early = await look()
    pass(11_000)
    early.push(...(await look()))
    heal()
    await isWhole(t, [...early, ...(await look())], { sent, source })
  })
}

for (const names of [['a.log'], ['a.log', 'a.log.1']]) {
  test(`an unacked range is sent again from the copy a.log.1 if ${names.join(' and ')} cannot be opened at two looks`, async t => {
    const { dir, path, start, sent } = await makeUnanswered(t, { first: LONG_LINE })
    await copyFile(path, join(dir, 'a.log.1'))
    await truncate(path)
    await appendFile(path, 'next\n')
    const heals = names.map(name => fail(t, ['open', join(dir, name)], 'EMFILE'))
    const { look, pass, source } = start()
    const early = await look()
    pass(11_000)
    early.push(...(await look()))
    for (const heal of heals) heal()
    const came = [...early, ...(await look())].filter(batch => !textsOf([batch]).includes('next'))
    await isWhole(t, came, { sent, source })
  })
}

test('a file that was renamed into a directory that cannot be listed at two looks is sent again as it was', async t => {
  const { dir, path, start, sent } = await makeUnanswered(t)
  await rename(path, join(dir, 'sub/a.log'))
  const heal = fail(t, ['readdir', join(dir, 'sub')], 'ESTALE')
  const { look, source } = start()
  const early = [...(await look()), ...(await look())]
  t.deepEqual(textsOf(early), ['b'])
  heal()
  await isWhole(t, [...early, ...(await look())], { sent, source })
})

test('a file that cannot be opened when it is found is sent again as it was', async t => {
  const { path, start, sent } = await makeUnanswered(t)
  const { look, source } = start()
  const heal = fail(t, ['open', path], 'EIO')
  await source.poll()
  const early = [...(await takeReady(source)), ...(await look())]
  t.deepEqual(textsOf(early), ['b'])
  heal()
  await isWhole(t, [...early, ...(await look())], { sent, source })
})

test('a batch of two files waits as a whole for the one that cannot be opened, and later batches of both wait too', async t => {
  const { dir, state, path, start } = await makeUnanswered(t, { limits: {} })
  const second = start()
  const again = await second.look()
  t.is(again[0]!.runs.length, 2)
  await second.source.close()
  await appendFile(join(dir, 'b.log'), 'b new\n')
  await writeFile(join(dir, 'c.log'), 'c\n')
  t.deepEqual([...state.journal.keys()], [1, 2])
  const heal = fail(t, ['open', path], 'EACCES')
  const { look, source } = start()
  t.deepEqual(textsOf(await look()), ['c'])
  addsUp(t, source.status())
  heal()
  const batches = await look()
  t.deepEqual(idsOf(batches.slice(0, 2)), idsOf(again))
  t.deepEqual(
    batches.slice(0, 2).map(({ sequence }) => sequence),
    [1, 2],
  )
  t.deepEqual(textsOf(batches.slice(2)), ['b new'])
})

test('a file that cannot be opened for a minute is unconfirmed, logged once, and read as a new file once it can be opened', async t => {
  const { path, state, start, sent } = await makeUnanswered(t)
  const heal = fail(t, ['open', path], 'EACCES')
  const { look, pass, source, logLines } = start()
  t.deepEqual(textsOf(await look()), ['b'])
  pass(59_999)
  await look()
  t.is(source.status().bytes.unconfirmed, 0)
  pass(1)
  await look()
  t.is(source.status().bytes.unconfirmed, 8)
  const ranges = logLines.filter(({ message }) => message === 'a range of a file is unconfirmed')
  t.deepEqual(
    ranges.map(({ fields }) => fields),
    [
      { path, start: 0, end: 4, reason: 'unreadable' },
      { path, start: 4, end: 8, reason: 'gone' },
    ],
  )
  t.is(state.journal.size, 1)
  heal()
  const late = await look()
  t.deepEqual(textsOf(late), ['one', 'two', 'new'])
  t.deepEqual(
    idsOf(late).filter(id => idsOf(sent).includes(id)),
    [],
  )
  addsUp(t, source.status())
})

test('the ranges of a deleted file are unconfirmed after the second look, and hold up no other', async t => {
  const { path, state, start } = await makeUnanswered(t)
  await rm(path)
  const { look, ackAll, source, logLines } = start()
  t.deepEqual(textsOf(await look()), ['b'])
  t.is(source.status().bytes.unconfirmed, 0)
  t.deepEqual(await look(), [])
  t.is(source.status().bytes.unconfirmed, 8)
  t.is(logLines.filter(({ message }) => message === 'a range of a file is unconfirmed').length, 2)
  ackAll()
  t.is(state.journal.size, 0)
})

test('a file that is deleted between the look and the reading is sent again as it was', async t => {
  const { path, start, sent } = await makeUnanswered(t)
  const { look, source } = start()
  await source.poll()
  await rm(path)
  await isWhole(t, [...(await takeReady(source)), ...(await look())], { sent, source })
})

test('a run that stops while it waits for a file keeps the journal for the next run', async t => {
  const { path, state, start, sent } = await makeUnanswered(t)
  const heal = fail(t, ['open', path], 'EACCES')
  const { look, source } = start()
  await look()
  const stop = new AbortController()
  const next = source.next(stop.signal)
  stop.abort()
  t.is(await next, undefined)
  await source.close()
  heal()
  t.is(state.journal.size, 3)
  const later = start()
  await isWhole(t, await later.look(), { sent, source: later.source })
})

test('a file that no group names after a reload while it waits is sent again as journaled, and read no further', async t => {
  const { dir, path, start, sent } = await makeUnanswered(t)
  const { source, look } = start()
  const heal = fail(t, ['open', path], 'EACCES')
  await source.poll()
  await takeReady(source)
  await source.reconfigure([makeGroup(dir, { paths: [join(dir, 'b.log')] })], {})
  t.deepEqual(await look(), [])
  heal()
  const late = await look()
  isSentAgain(t, late, sent)
  t.deepEqual(textsOf(late), ['one', 'two'])
})

test('a journal that cannot be written delays neither a look nor the close', async t => {
  const { dir, state, path } = await makeUnanswered(t, { limits: {} })
  await writeFile(path, 'others\n')
  const registry = new MemoryRegistry(state)
  registry.journal = () => new Promise(() => {})
  const { source } = follow(t, dir, { registry })
  await source.poll()
  const [batch] = await takeReady(source)
  t.is(batch?.isPartOfRecord, true)
  t.deepEqual(textsOf([batch!]), ['b'])
  await source.poll()
  await source.close()
})
