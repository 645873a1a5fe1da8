import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import fc from 'fast-check'
import type { Hit } from '../../../../src/stores/contract.ts'
import { followEmbedded } from '../../../../src/stores/embedded/follow.ts'
import { countEmbedded, searchEmbedded } from '../../../../src/stores/embedded/search.ts'
import { event, everything, findAll, findIds, never, openFreshStore } from '../../../helpers/stores/embedded-stores.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

test('a search gives the newest hits first, at most its limit, and none before its earliest time', async t => {
  const { store, path } = await openFreshStore(t)
  await store.write(
    [event('b', 'x', { timeMs: 20 }), event('a', 'x', { timeMs: 10 }), event('c', 'x', { timeMs: 30 })],
    never,
  )
  await store.write([event('late', 'x', { timeMs: 15 })], never)
  t.deepEqual(await findIds(path, {}), ['c', 'b', 'late', 'a'])
  t.deepEqual(await findIds(path, { limit: 2 }), ['c', 'b'])
  t.deepEqual(await findIds(path, { sinceMs: 15 }), ['c', 'b', 'late'])
  t.deepEqual(await findIds(path, { sinceMs: 15, text: 'x' }), ['c', 'b', 'late'])
  t.deepEqual((await findAll(path, { limit: 1 }))[0], { id: 'c', timeMs: 30, document: { message: 'x' } })
})

const messages = {
  login: 'User Müller logged in from 192.168.0.17',
  error: 'ERROR connection reset by peer: user_id=42 path=/api/v1/items',
  symbols: '---> <!> 100%',
}

for (const [text, expected] of [
  ['', ['login', 'error', 'symbols']],
  ['*', ['login', 'error', 'symbols']],
  ['user', ['login', 'error']],
  ['user logged', ['login']],
  ['logged user', ['login']],
  ['USER', ['login', 'error']],
  ['muller', ['login']],
  ['Müller', ['login']],
  ['"logged in"', ['login']],
  ['"in logged"', []],
  ['"logged in', ['login']],
  ['log', []],
  ['log*', ['login']],
  ['"connection re"*', ['error']],
  ['192.168.0.17', ['login']],
  ['192.168.0', ['login']],
  ['168.192', []],
  ['user_id=42', ['error']],
  ['/api/v1/items', ['error']],
  ['--->', ['symbols']],
  ['<!> 100%', ['symbols']],
  ['<?>', []],
  ['user OR nothing', []],
  ['NOT user', []],
  ['message:user', []],
  ['NEAR(user logged)', []],
  ['user AND', []],
] as const) {
  test(`a search for the text ${JSON.stringify(text)} finds ${expected.join(', ') || 'nothing'}`, async t => {
    const { store, path } = await openFreshStore(t)
    await store.write(
      Object.entries(messages).map(([id, message]) => event(id, message)),
      never,
    )
    t.deepEqual((await findIds(path, { text })).sort(), [...expected].sort())
  })
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      "'",
      '*',
      '(',
      ')',
      '^',
      ':',
      '-',
      '+',
      '{',
      '}',
      ' ',
      'a',
      'AND',
      'NOT',
      'OR',
      'NEAR',
      '\0',
      '\\',
      ',',
    ),
  }),
)

test('no search text is an error, and a message is found by its words with any characters in between', async t => {
  const { store, path } = await openFreshStore(t)
  await store.write([event('a', 'alpha beta gamma')], never)
  await fc.assert(
    fc.asyncProperty(nasty, async text => {
      await findAll(path, { text })
      const words = await findIds(path, {
        text: `beta ${text.replaceAll(/[\p{L}\p{N}\p{M}\p{Co}\p{Cn}\p{S}\p{P}\p{C}]/gu, ' ')} alpha`,
      })
      t.deepEqual(words, ['a'])
    }),
    { numRuns: 300 },
  )
})

for (const [field, expected] of [
  [
    ['host.name', 'web1'],
    ['a', 'b'],
  ],
  [['host.name', 'web'], []],
  [['status', '200'], ['a']],
  [['status', '404'], ['b']],
  [['ratio', '0.5'], ['a']],
  [['ok', 'true'], ['a']],
  [['nothing', 'null'], ['a']],
  [['tags', 'blue'], ['b']],
  [
    ['log.level', 'warn'],
    ['a', 'b'],
  ],
  [['host', 'web1'], []],
  [['host.name.first', 'web1'], []],
  [['no.such', ''], []],
  [['a"b\\', 'quoted'], ['b']],
  [['__proto__.x', '1'], []],
  [['toString.name', 'toString'], []],
] as const) {
  test(`a search for the field ${field.join('=')} finds ${expected.join(', ') || 'nothing'}`, async t => {
    const { store, path } = await openFreshStore(t)
    const host = { name: 'web1' }
    const a = { host, status: 200, ratio: 0.5, ok: true, nothing: null, 'log.level': 'warn' }
    const b = { host, status: '404', tags: ['red', 'blue'], log: { level: 'warn' }, 'a"b\\': 'quoted' }
    await store.write([event('a', 'x', { fields: a }), event('b', 'x', { fields: b })], never)
    t.deepEqual((await findIds(path, { fields: [field] })).sort(), [...expected])
  })
}

test('a hit matches all fields and all words of a search', async t => {
  const { store, path } = await openFreshStore(t)
  await store.write(
    [
      event('a', 'get x', { fields: { host: 'h', status: 1 } }),
      event('b', 'get y', { fields: { host: 'h', status: 1 } }),
      event('c', 'get x', { fields: { host: 'h', status: 2 } }),
    ],
    never,
  )
  t.deepEqual(
    await findIds(path, {
      text: 'x',
      fields: [
        ['host', 'h'],
        ['status', '1'],
      ],
    }),
    ['a'],
  )
})

function timeOf(i: number): number {
  return i % 3 === 0 ? 1000 : i
}

test('each hit is returned once and in order, over several pages, with equal times, and if hits are rare', async t => {
  const { store, path } = await openFreshStore(t)
  const events = Array.from({ length: 24_000 }, (_, i) =>
    event(`${i}`, i % 5000 === 0 ? 'rare line' : 'common line', { timeMs: timeOf(i) }),
  )
  for (let start = 0; start < events.length; start += 4000) await store.write(events.slice(start, start + 4000), never)
  const order = events.map((_, i) => i).sort((a, b) => timeOf(b) - timeOf(a) || b - a)
  t.deepEqual((await findIds(path, {})).map(Number), order)
  t.deepEqual(
    (await findIds(path, { text: 'line common' })).map(Number),
    order.filter(i => i % 5000 !== 0),
  )
  t.deepEqual(
    (await findIds(path, { text: 'rare' })).map(Number),
    order.filter(i => i % 5000 === 0),
  )
  t.deepEqual(
    (await findIds(path, { text: 'line', sinceMs: 20_000 })).map(Number),
    order.filter(i => timeOf(i) >= 20_000),
  )
})

test('a search continues while events are stored and deleted', async t => {
  const { store, path } = await openFreshStore(t)
  await store.write(
    Array.from({ length: 3000 }, (_, i) => event(`${i}`, 'x', { timeMs: i })),
    never,
  )
  const ids: string[] = []
  for await (const hit of searchEmbedded(path, everything)) {
    ids.push(hit.id)
    if (ids.length % 500 === 1) await store.write([event(`new ${ids.length}`, 'x', { timeMs: 5000 })], never)
  }
  t.deepEqual(
    ids,
    Array.from({ length: 3000 }, (_, i) => `${2999 - i}`),
  )
})

test('following gives the events stored from now on, in the order of storing, and ends with its signal', async t => {
  const { store, path } = await openFreshStore(t)
  await store.write([event('before', 'x')], never)
  const end = new AbortController()
  const found: Hit[] = []
  const following = (async () => {
    for await (const hit of followEmbedded(path, { ...everything, text: 'x' }, end.signal)) {
      found.push(hit)
      if (found.length === 702) end.abort()
    }
  })()
  await store.write([event('late', 'x', { timeMs: 1 }), event('other', 'y'), event('new', 'x')], never)
  await store.write(
    Array.from({ length: 700 }, (_, i) => event(`${i}`, 'x')),
    never,
  )
  await following
  t.deepEqual(
    found.map(hit => hit.id),
    ['late', 'new', ...Array.from({ length: 700 }, (_, i) => `${i}`)],
  )
})

test('following ends at once when its signal fires while it waits', async t => {
  const { path } = await openFreshStore(t)
  const end = new AbortController()
  const next = followEmbedded(path, everything, end.signal).next()
  await sleep(1)
  end.abort()
  t.true((await next).done)
})

test('a count has rows, distinct ids and times', async t => {
  const { store, path } = await openFreshStore(t)
  t.like(countEmbedded(path), { rows: 0, distinctIds: 0, newestMs: undefined, oldestMs: undefined })
  await store.write(
    [event('a', 'x', { timeMs: 5 }), event('b', 'x', { timeMs: 7 }), event('a', 'x', { timeMs: 9 })],
    never,
  )
  t.like(countEmbedded(path), { rows: 2, distinctIds: 2, oldestMs: 5, newestMs: 7 })
})

test('the error for a missing store names its path and what creates it', async t => {
  const path = join(await makeTempDir(t), 'none.db')
  const expected = { code: 'state_missing', message: /none\.db.*"type": "embedded"/ }
  await t.throwsAsync(searchEmbedded(path, everything).next(), expected)
  t.throws(() => countEmbedded(path), expected)
  t.throws(() => followEmbedded(path, everything, never), expected)
})
