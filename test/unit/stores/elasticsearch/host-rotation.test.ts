import test from 'ava'
import { assert, integer, property } from 'fast-check'
import { HostRotation } from '../../../../src/stores/elasticsearch/http/host-rotation.ts'
import { createElasticsearchStore } from '../../../../src/stores/elasticsearch/store.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { makeElasticsearchIndexer } from '../../../helpers/servers/elasticsearch-indexer.ts'
import { within } from '../../../../src/flow/backoff.ts'
import { until } from '../../../helpers/time/until.ts'
import { type SmallElasticsearch, startSmallElasticsearch } from '../../../helpers/servers/small-elasticsearch.ts'
import { patience } from '../../../helpers/time/patience.ts'
import { makeBatch, makeEvents } from '../../../helpers/stores/store-events.ts'

const REST_MS = 30_000

function setUp(names: readonly string[]) {
  const bases = names.map(name => new URL(`http://${name}`))
  const clock = { nowMs: 0 }
  const probes: string[] = []
  const answering = new Set(names)
  const probe = (base: URL) => {
    probes.push(base.host)
    return Promise.resolve(answering.has(base.host))
  }
  const hosts = new HostRotation(bases, { restMs: REST_MS, probe, now: () => clock.nowMs })
  const take = () => {
    const use = hosts.take()
    if (use === undefined) throw new Error('there is a host')
    return { name: use.base.host, end: use.end }
  }
  return { hosts, bases, clock, probes, answering, take }
}

test('hosts take turns', t => {
  const { take } = setUp(['a', 'b', 'c'])
  const names = Array.from({ length: 6 }, () => {
    const use = take()
    use.end('answered')
    return use.name
  })
  t.deepEqual(names.toSorted(), ['a', 'a', 'b', 'b', 'c', 'c'])
})

test('a host that failed is not asked for a while, unless all have failed', t => {
  const { hosts, bases, clock, take } = setUp(['a', 'b'])
  const [first, second] = [take(), take()]
  t.deepEqual([first.name, second.name].toSorted(), ['a', 'b'])
  first.end('failed')
  second.end('answered')
  for (let i = 0; i < 5; i++) t.is(take().name, second.name)
  clock.nowMs = 500
  take().end('failed')
  t.is(take().name, first.name, 'the one that has rested longest')
  t.is(hosts.take(new Set(bases)), undefined)
})

test('a host that rested gets one request, and more only with its answer', async t => {
  const { clock, take } = setUp(['a', 'b'])
  const uses = [take(), take()]
  uses.find(({ name }) => name === 'a')?.end('failed')
  clock.nowMs = REST_MS + 1
  t.is(take().name, 'b', 'while it is probed')
  await Promise.resolve()
  const names = Array.from({ length: 4 }, () => take())
  t.is(names.filter(({ name }) => name === 'a').length, 1)
  names.find(({ name }) => name === 'a')?.end('answered')
  t.is(take().name, 'a')
})

test('a host that hangs gets no request while its probes have no answer', async t => {
  const { clock, answering, probes, take } = setUp(['a', 'b'])
  answering.delete('a')
  const uses = [take(), take()]
  uses.find(({ name }) => name === 'a')?.end('failed')
  for (let round = 0; round < 10; round++) {
    clock.nowMs += REST_MS + 1
    const use = take()
    t.is(use.name, 'b')
    use.end('answered')
    await Promise.resolve()
  }
  t.deepEqual(new Set(probes), new Set(['a']))
})

test('a host rests twice as long each time that its request after a rest fails', async t => {
  const { clock, take } = setUp(['a', 'b'])
  const rests: number[] = []
  for (let round = 0; round < 7; round++) {
    const startMs = clock.nowMs
    let use = take()
    while (use.name === 'b') {
      use.end('answered')
      clock.nowMs += 1000
      await Promise.resolve()
      use = take()
    }
    use.end('failed')
    rests.push(Math.round((clock.nowMs - startMs) / REST_MS))
  }
  t.deepEqual(rests.slice(1), [1, 2, 4, 8, 16, 20])
})

interface UnderWay {
  readonly name: string
  readonly untilMs: number
  readonly end: () => void
}

/** The longest time without an answer when `limit` requests are always under way and the first host never answers. */
function measureSilence(hostCount: number, limit: number, answerMs: number): number {
  const { clock, take } = setUp(Array.from({ length: hostCount }, (_, i) => `h${i}`))
  const start = (): UnderWay => {
    const { name, end } = take()
    return name === 'h0'
      ? { name, untilMs: clock.nowMs + 60_000, end: () => end('failed') }
      : { name, untilMs: clock.nowMs + answerMs, end: () => end('answered') }
  }
  let underWay: readonly UnderWay[] = []
  let [longestMs, heardAtMs] = [0, 0]
  for (; clock.nowMs < 130_000; clock.nowMs += answerMs) {
    const over = underWay.filter(({ untilMs }) => untilMs <= clock.nowMs)
    for (const { end } of over) end()
    if (over.some(({ name }) => name !== 'h0')) heardAtMs = clock.nowMs
    longestMs = Math.max(longestMs, clock.nowMs - heardAtMs)
    const left = underWay.filter(request => !over.includes(request))
    underWay = [...left, ...Array.from({ length: limit - left.length }, start)]
  }
  return longestMs
}

test('one host that hangs never leaves the others without requests, for any number of hosts and requests', t => {
  assert(
    property(
      integer({ min: 2, max: 5 }),
      integer({ min: 2, max: 16 }),
      integer({ min: 40, max: 500 }),
      (hostCount, limit, answerMs) => measureSilence(hostCount, limit, answerMs) <= 2 * answerMs,
    ),
    { numRuns: 20 },
  )
  t.pass()
})

const hang = () => new Promise<boolean>(() => {})

function countLines(server: SmallElasticsearch, wanted: string): number {
  return server.lines().filter(line => line === wanted).length
}

test('a server that hangs holds up half of the requests once, and then gets probes only', async t => {
  const [hung, good] = [await startSmallElasticsearch(t, hang), await startSmallElasticsearch(t)]
  const hosts = [hung.url, good.url]
  const options = { requestTimeoutMs: patience(300), hostRestMs: 20, installsTemplate: false }
  const store = await createElasticsearchStore({ hosts, target, log: silentLog, ...options })
  t.teardown(() => store.close())
  const send = async () => {
    while (countLines(hung, 'GET /') < 2)
      await store.write(makeEvents(`${Math.random()}`, 1), new AbortController().signal)
  }
  await Promise.all([send(), send(), send(), send()])
  t.true(countLines(hung, 'POST /_bulk') <= 2, `${countLines(hung, 'POST /_bulk')}`)
  t.true(countLines(good, 'POST /_bulk') > 20)
})

test('requests to a host that hangs count as stalled while others answer, later where answers take long', t => {
  for (const answerMs of [10, 3000]) {
    const { hosts, clock, take } = setUp(['a', 'b'])
    const uses = [take(), take()]
    uses.find(({ name }) => name === 'b')?.end('answered')
    const answer = () => {
      const use = take()
      t.is(use.name, 'b')
      clock.nowMs += answerMs
      use.end('answered')
    }
    while (hosts.stalledRequests() === 0 && clock.nowMs < 60_000) {
      clock.nowMs += 1001
      answer()
    }
    t.is(hosts.stalledRequests(), 1)
    t.true(answerMs === 10 ? clock.nowMs < 4000 : clock.nowMs > 12_000, `${clock.nowMs}`)
    uses.find(({ name }) => name === 'a')?.end('failed')
    t.is(hosts.stalledRequests(), 0)
  }
})

test('no request counts as stalled where no host answers', t => {
  const { hosts, clock, take } = setUp(['a', 'b'])
  take()
  clock.nowMs = 10_000
  t.is(hosts.stalledRequests(), 1)
  take()
  clock.nowMs = 20_000
  t.is(hosts.stalledRequests(), 0)
})

test('with one request at a time, a host that hangs holds up only the events that were sent to it', async t => {
  const [hung, good] = [await startSmallElasticsearch(t, hang), await startSmallElasticsearch(t)]
  const hosts = [hung.url, good.url]
  const limits = { requestsInFlight: 1 }
  const indexer = await makeElasticsearchIndexer(t, { hosts, target, installsTemplate: false }, { limits })
  const giveUp = new AbortController()
  const deliver = async (id: string) => {
    const batch = makeBatch(makeEvents(id, 1), { peer: `${id}:1` })
    await indexer.deliver(batch, giveUp.signal).catch(() => {}) // those of the host that hangs are given up below
  }
  const first = Array.from({ length: 3 }, (_, i) => deliver(`first-${i}`))
  await until(() => countLines(hung, 'POST /_bulk') === 1, 'a request is sent to the host that hangs')
  await Promise.all(Array.from({ length: 20 }, (_, i) => deliver(`other-${i}`)))
  t.is(countLines(hung, 'POST /_bulk'), 1)
  t.true(indexer.status().eventsInFlight >= 1)
  giveUp.abort()
  await Promise.all(first)
})

for (const hangsAt of ['GET', 'PUT', ''])
  test(`a host that hangs at ${hangsAt || 'everything'} does not hold up the preparation of a server`, async t => {
    const hung = await startSmallElasticsearch(t, ({ line }) => line.startsWith(hangsAt) && hang())
    const good = await startSmallElasticsearch(t)
    for (const hosts of [
      [hung.url, good.url],
      [good.url, hung.url],
    ]) {
      good.templates.clear()
      const store = await createElasticsearchStore({ hosts, target, log: silentLog })
      t.teardown(() => store.close())
      const obstacle = await within(patience(10_000), store.greet?.() ?? Promise.resolve('it greets'))
      t.is(obstacle, undefined)
      t.is(good.templates.size, 1)
    }
  })

const target = { kind: 'index', pattern: 'a' } as const
const wrong = [
  [{ hosts: [] }, /at least one host/],
  [{ hosts: ['localhost:9200'] }, /write an address such as/],
  [{ hosts: ['http://user:pw@es:9200'] }, /^(?!.*pw).*has a user in its address/],
  [{ hosts: ['http://es'], tls: { caFingerprint: 'abc' } }, /64 hexadecimal digits/],
] as const

for (const [options, message] of wrong) {
  test(`invalid options of a store are refused at once: ${message.source}`, async t => {
    await t.throwsAsync(createElasticsearchStore({ target, log: silentLog, ...options }), { code: 'options', message })
  })
}
