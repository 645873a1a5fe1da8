import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { countEmbedded } from '../../../../src/stores/embedded/search.ts'
import { event, findAll, findIds, never, openFreshStore, rawEvent } from '../../../helpers/stores/embedded-stores.ts'
import { LARGE_BYTES, LARGE_DOCUMENTS } from '../../../helpers/stores/large-documents.ts'
import { patience } from '../../../helpers/time/patience.ts'

/** The words of 128 KiB, each of them another one, and a few pages. */
const MAX_INDEX_BYTES = 600_000

for (const [shape, make] of Object.entries(LARGE_DOCUMENTS)) {
  test.serial(`an event of 16 MB of ${shape} is stored unchanged and found, and the next one with it`, async t => {
    const { store, path } = await openFreshStore(t)
    await store.write([event('first', 'x')], never)
    const { bytes: before } = store.status()
    const text = make(LARGE_BYTES)
    const written = store.write([rawEvent('large', text)], never)
    await sleep(1) // it is on its way
    t.deepEqual(await store.write([event('next', 'x')], never), [{ kind: 'stored' }])
    t.deepEqual(await written, [{ kind: 'stored' }])
    t.deepEqual(await findIds(path, { text: 'found' }), ['large'])
    const [found] = await findAll(path, { text: 'found' })
    t.true(JSON.stringify(found?.document).length > 0.1 * LARGE_BYTES || shape === 'messages again and again')
    // The next event waits until the pages of the document are written, and those of an index of this size at most.
    t.true(store.status().bytes - before < 1.01 * Buffer.byteLength(text) + MAX_INDEX_BYTES)
  })
}

test.serial('a small event waits for one transaction of a large one at most, however many large ones wait', async t => {
  const { store } = await openFreshStore(t)
  const large = Array.from({ length: 6 }, (_, i) => store.write([event(`large-${i}`, 'x'.repeat(2_000_000))], never))
  for (let i = 0; i < 3; i++) {
    const { commits } = store.status()
    await store.write([event(`small-${i}`, 'x')], never)
    t.true(store.status().commits - commits <= 2, `small event ${i}`)
  }
  t.true(store.status().waiting > 0, 'large ones still wait')
  await Promise.all(large)
})

test.serial('words after the first 128 KiB of a message are not indexed, and the document has them', async t => {
  const { store, path } = await openFreshStore(t)
  const message = `early ${'word '.repeat(30_000)} late`
  await store.write([event('small', 'late'), event('large', message)], never)
  t.deepEqual(await findIds(path, { text: 'early' }), ['large'])
  t.deepEqual(await findIds(path, { text: 'late' }), ['small'])
  const [found] = await findAll(path, { text: 'early' })
  t.is(found?.document['message'], message)
})

for (const [what, text] of [
  ['cut off', `{"a":"${'x'.repeat(100_000)}`],
  ['a list', `[${'1,'.repeat(50_000)}1]`],
  ['two objects', `{"a":"${'x'.repeat(100_000)}"}{}`],
] as const) {
  test.serial(`a large document that is ${what} is refused, and the other events are stored`, async t => {
    const { store, path } = await openFreshStore(t)
    const verdicts = await store.write([event('a', 'one'), rawEvent('b', text), event('c', 'three')], never)
    t.deepEqual(
      verdicts.map(({ kind }) => kind),
      ['stored', 'refused', 'stored'],
    )
    t.is(countEmbedded(path).rows, 2)
  })
}

test.serial('a call with many bytes is several transactions, so that others wait for a part of it only', async t => {
  const { store, path } = await openFreshStore(t)
  const events = Array.from({ length: 80 }, (_, i) => event(`${i}`, 'word '.repeat(20_000)))
  const verdicts = await store.write(events, never)
  t.true(verdicts.every(({ kind }) => kind === 'stored'))
  t.is(store.status().commits, 8)
  t.is(store.status().stored, 80)
  t.is(countEmbedded(path).rows, 80)
})

test.serial('calls that wait share transactions of 1 MiB at most', async t => {
  const { store } = await openFreshStore(t)
  const calls = Array.from({ length: 12 }, (_, i) => [event(`${i}`, 'word '.repeat(60_000))])
  await Promise.all(calls.map(call => store.write(call, never)))
  t.is(store.status().commits, 5) // the first one alone, then three at a time
})

test.serial('a store that is in the middle of a transaction closes as soon as that is given up', async t => {
  const { store } = await openFreshStore(t)
  await store.write([event('first', 'x')], never)
  const events = Array.from({ length: 3000 }, (_, i) => event(`${i}`, `${i} `.repeat(100)))
  const giveUp = new AbortController()
  const written = Promise.all([0, 1, 2, 3].map(() => store.write(events, giveUp.signal)))
  await sleep(1)
  giveUp.abort()
  const startedMs = performance.now()
  await store.close(giveUp.signal)
  t.true(performance.now() - startedMs < patience(5000))
  t.true((await written).flat().every(({ kind }) => kind === 'retry'))
})
