import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { countEmbedded } from '../../../../src/stores/embedded/search.ts'
import { openEmbeddedStore } from '../../../../src/stores/embedded/store.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { event, findAll, never, openFreshStore, rawEvent } from '../../../helpers/stores/embedded-stores.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

test('an id is stored once: a later event with it existed, and the first document stays', async t => {
  const { store, path } = await openFreshStore(t)
  const first = await store.write([event('a', 'one'), event('b', 'two'), event('a', 'other')], never)
  t.deepEqual(
    first.map(verdict => verdict.kind),
    ['stored', 'stored', 'existed'],
  )
  const second = await store.write([event('b', 'changed'), event('c', 'three')], never)
  t.deepEqual(
    second.map(verdict => verdict.kind),
    ['existed', 'stored'],
  )
  const hits = await findAll(path, {})
  t.deepEqual(Object.fromEntries(hits.map(hit => [hit.id, hit.document['message']])), {
    a: 'one',
    b: 'two',
    c: 'three',
  })
  t.like(store.status(), { stored: 3, existed: 2, refused: 0, commits: 2 })
})

test('a store knows its ids after a restart', async t => {
  const { store, path } = await openFreshStore(t)
  await store.write([event('a', 'one')], never)
  await store.close()
  const { store: again } = await openFreshStore(t, { path })
  const verdicts = await again.write([event('a', 'one'), event('b', 'two')], never)
  t.deepEqual(
    verdicts.map(verdict => verdict.kind),
    ['existed', 'stored'],
  )
})

for (const [what, text] of [
  ['cut off', '{"message": '],
  ['empty', ''],
  ['a list', '["message"]'],
  ['a text', '"message"'],
  ['null', 'null'],
  ['two objects', '{} {}'],
] as const) {
  test(`a document that is ${what} is refused, and the other events are stored`, async t => {
    const { store, path } = await openFreshStore(t)
    const verdicts = await store.write([event('a', 'one'), rawEvent('b', text), event('c', 'three')], never)
    t.deepEqual(
      verdicts.map(verdict => verdict.kind),
      ['stored', 'refused', 'stored'],
    )
    t.like(verdicts[1], { type: 'document_parsing_exception' })
    t.is(countEmbedded(path).rows, 2)
  })
}

for (const [what, document] of [
  ['without a message', { host: { name: 'web1' } }],
  ['whose message is a number', { message: 5 }],
  ['whose message is an object', { message: { a: 1 } }],
  ['with NUL, quotes and other scripts', { message: 'a\0b "quoted" \u2603 \u{1f600} \u0e01' }],
  ['with a name that needs care', { __proto__: null, constructor: 1, 'a.b': { 'c"d': null } }],
] as const) {
  test(`a document ${what} is stored unchanged`, async t => {
    const { store, path } = await openFreshStore(t)
    const verdicts = await store.write([rawEvent('x', JSON.stringify(document))], never)
    t.deepEqual(verdicts, [{ kind: 'stored' }])
    t.is(JSON.stringify((await findAll(path, {}))[0]?.document), JSON.stringify(document))
  })
}

test("writing does not transfer the caller's buffer to the thread", async t => {
  const { store } = await openFreshStore(t)
  const one = event('a', 'one')
  const before = Buffer.from(one.bytes)
  await store.write([one], never)
  t.deepEqual(one.bytes, before)
})

test('batches that wait at the same time share a commit, and each gets its own verdicts', async t => {
  const { store } = await openFreshStore(t)
  const batches = Array.from({ length: 20 }, (_, i) => [event(`${i}`, 'x'), event('same', 'x'), event(`${i}b`, 'x')])
  const verdicts = await Promise.all(batches.map(batch => store.write(batch, never)))
  t.is(verdicts.flat().filter(verdict => verdict.kind === 'stored').length, 41)
  t.is(verdicts.flat().filter(verdict => verdict.kind === 'existed').length, 19)
  t.is(store.status().commits, 2)
})

test('events are not tried once the store is closed or they are given up', async t => {
  const { store } = await openFreshStore(t)
  t.like((await store.write([event('a', 'one')], AbortSignal.abort()))[0], { kind: 'retry', isDoubtful: false })
  await Promise.all([store.close(), store.close()])
  t.like((await store.write([event('a', 'one')], never))[0], { kind: 'retry', isDoubtful: false })
  t.deepEqual(await store.write([], never), [])
})

test('giving up gets the verdict at once that the event may have been stored', async t => {
  const { store, path } = await openFreshStore(t)
  const giveUp = new AbortController()
  const written = store.write([event('a', 'one')], giveUp.signal)
  giveUp.abort()
  t.like((await written)[0], { kind: 'retry', isDoubtful: true })
  await store.close()
  t.is(countEmbedded(path).rows, 1)
})

test('closing a store waits for the current transaction', async t => {
  const { store, path } = await openFreshStore(t)
  const written = store.write([event('a', 'one')], never)
  await store.close()
  t.deepEqual(await written, [{ kind: 'stored' }])
  t.is(countEmbedded(path).rows, 1)
})

test('only the owner may read the file of a store and its directory', async t => {
  const path = join(await makeTempDir(t), 'deep', 'store', 'events.db')
  await openFreshStore(t, { path })
  t.is(statSync(path).mode & 0o777, 0o600)
  t.is(statSync(join(path, '..')).mode & 0o777, 0o700)
})

test('a file that is not a store is refused at the start', async t => {
  const path = join(await makeTempDir(t), 'events.db')
  writeFileSync(path, 'something else entirely, and long enough to be read as a header of a database: '.repeat(20))
  await t.throwsAsync(openEmbeddedStore({ path, log: silentLog }), { code: 'state_damaged' })
})

test('events for a store with damaged pages are held, with the remedy', async t => {
  const { store, path } = await openFreshStore(t)
  await store.write(
    Array.from({ length: 5000 }, (_, i) => event(`${i}`, `line ${i}`)),
    never,
  )
  await store.close()
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0, 2 * 8192)) // all but the schema and the first table's root
  const { store: again } = await openFreshStore(t, { path })
  const verdicts = await again.write([event('x', 'one')], never)
  t.like(verdicts[0], { kind: 'held', target: path })
  t.regex(verdicts[0]?.kind === 'held' ? verdicts[0].remedy : '', /move the damaged file away/)
})

test('a store that is cut off is refused at the start', async t => {
  const { store, path } = await openFreshStore(t)
  await store.write([event('a', 'one')], never)
  await store.close()
  truncateSync(path, 3 * 8192)
  await t.throwsAsync(openEmbeddedStore({ path, log: silentLog }), { code: 'state_damaged' })
})
