import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import type { StoreEvent } from '../../../../src/flow/event-batch.ts'
import { countEmbedded } from '../../../../src/stores/embedded/search.ts'
import { event, findAll, findIds, never, openFreshStore, rawEvent } from '../../../helpers/stores/embedded-stores.ts'
import { patience } from '../../../helpers/time/patience.ts'

/** As long as the longest line that a collector takes by default. */
const LARGE = 16_700_000

/** Documents of one size that cost very different work. */
const SHAPES: Readonly<Record<string, () => string>> = {
  'empty objects': () => `{"message":"found","a":[${fill('{},')}0]}`,
  'empty lists': () => `{"message":"found","a":[${fill('[],')}0]}`,
  'nested lists': () => `{"message":"found","a":[${fill('[[]],')}0]}`,
  numbers: () => `{"a":[${fill('1,')}0],"message":"found"}`,
  members: () => `{${Array.from({ length: 1_200_000 }, (_, i) => `"k${i}":1`).join()},"message":"found"}`,
  'messages again and again': () => `{${fill('"message":"x",')}"message":"found"}`,
  'one word': () => `{"message":"found ${fill('x')}"}`,
  'short words': () => `{"message":"found ${fill('a ')}"}`,
  'different words': () =>
    `{"message":"found ${Array.from({ length: 2_900_000 }, (_, i) => i.toString(36)).join(' ')}"}`,
  'escaped letters': () => `{"message":"found ${fill(String.raw`\u0061 `)}"}`,
  'quotes and backslashes': () => `{"message":"found ${fill(String.raw`\"\\`)}"}`,
  'letters of other scripts': () => `{"message":"found ${fill('й日 ', 4)}"}`,
}

function fill(piece: string, bytesPerUnit = 1): string {
  return piece.repeat(Math.floor(LARGE / piece.length / bytesPerUnit))
}

/** How long a small event takes that comes while `large` is written. */
async function measureDelay(t: ExecutionContext, large: StoreEvent) {
  const { store, path } = await openFreshStore(t)
  await store.write([event('first', 'x')], never)
  const written = store.write([large], never)
  const startedMs = performance.now()
  await sleep(1) // it is on its way
  t.deepEqual(await store.write([event('next', 'x')], never), [{ kind: 'stored' }])
  const delayMs = performance.now() - startedMs
  return { path, verdicts: await written, delayMs }
}

for (const [shape, make] of Object.entries(SHAPES)) {
  test.serial(`an event of 16 MB of ${shape} is stored unchanged and found, and the next one with it`, async t => {
    const text = make()
    const { path, verdicts, delayMs } = await measureDelay(t, rawEvent('large', text))
    t.deepEqual(verdicts, [{ kind: 'stored' }])
    t.log(`the next one took ${Math.round(delayMs)} ms`)
    t.deepEqual(await findIds(path, { text: 'found' }), ['large'])
    const [found] = await findAll(path, { text: 'found' })
    t.true(JSON.stringify(found?.document).length > 0.1 * LARGE || shape === 'messages again and again')
  })
}

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
