import test from 'ava'
import { array, assert, constantFrom, integer, property, tuple } from 'fast-check'
import { RequestSize } from '../../../../src/stores/elasticsearch/bulk/request-size.ts'
import { createElasticsearchStore } from '../../../../src/stores/elasticsearch/store.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { startSmallElasticsearch } from '../../../helpers/servers/small-elasticsearch.ts'
import { eventOf } from '../../../helpers/stores/store-events.ts'

const MIB = 1024 * 1024
const target = { kind: 'index', pattern: 'a' } as const

/** Sends requests of the limit to a server that takes at most `maxBytes`; the number of refusals. */
function send(size: RequestSize, count: number, maxBytes: number): number {
  let refused = 0
  for (let i = 0; i < count; i++) {
    if (size.bytes <= maxBytes) {
      size.noteAccepted(size.bytes)
    } else {
      size.noteTooLarge(size.bytes)
      refused++
    }
  }
  return refused
}

test('after a refusal requests grow again to their configured length', t => {
  const size = new RequestSize(8 * MIB)
  send(size, 5, MIB)
  t.is(size.bytes, MIB)
  send(size, 100, 100 * MIB)
  t.is(size.bytes, 8 * MIB)
})

test('three connections in a row that are closed during long bodies halve the size of a request', t => {
  const size = new RequestSize(8_000_000)
  const cut = (bytes: number) => {
    size.noteCut(bytes)
    return size.bytes
  }
  t.deepEqual([cut(4_000_000), cut(4_000_000), cut(4_000_000)], [8_000_000, 8_000_000, 2_000_000])
  cut(2_000_000)
  size.noteAccepted(2_000_000)
  t.deepEqual([cut(2_000_000), cut(2_000_000)], [2_000_000, 2_000_000])
  for (let i = 0; i < 9; i++) t.is(cut(1000), 2_000_000)
})

test('a server that keeps refusing long requests is asked ever more rarely', t => {
  const size = new RequestSize(8 * MIB)
  const refusals = [1000, 1000, 10_000, 100_000].map(count => send(size, count, 3 * MIB))
  t.true(refusals[0]! <= 8 && refusals[1]! <= 2 && refusals[2]! <= 4 && refusals[3]! <= 10, refusals.join())
  t.is(size.bytes, 2 * MIB)
})

test('requests that are much shorter than the limit do not count for a larger one', t => {
  const size = new RequestSize(8 * MIB)
  size.noteTooLarge(8 * MIB)
  for (let i = 0; i < 1000; i++) size.noteAccepted(MIB)
  t.is(size.bytes, 4 * MIB)
})

test('the limit stays between 64 KiB and the configured length, and what a server takes is found again after any outage', t => {
  const step = tuple(constantFrom('refuse', 'cut', 'accept'), integer({ min: 0, max: 8 * MIB }))
  assert(
    property(array(step, { maxLength: 200 }), steps => {
      const size = new RequestSize(8 * MIB)
      for (const [kind, bytes] of steps) {
        if (kind === 'refuse') size.noteTooLarge(bytes)
        else if (kind === 'cut') size.noteCut(bytes)
        else size.noteAccepted(bytes)
        if (size.bytes < 65_536 || size.bytes > 8 * MIB) return false
      }
      send(size, 7 * 20 * 2 ** 10, 8 * MIB)
      return size.bytes === 8 * MIB
    }),
    { numRuns: 30 },
  )
  t.pass()
})

test('a server that does not answer in time makes no request smaller', async t => {
  const server = await startSmallElasticsearch(t, () => new Promise<boolean>(() => {}))
  const options = { requestTimeoutMs: 30, hostRestMs: 1, installsTemplate: false }
  const store = await createElasticsearchStore({ hosts: [server.url], target, log: silentLog, ...options })
  t.teardown(() => store.close())
  const large = eventOf('a', JSON.stringify({ text: 'x'.repeat(2 * MIB) }))
  for (let i = 0; i < 5; i++) {
    t.like(await store.write([large], new AbortController().signal), [{ kind: 'retry', isDoubtful: true }])
  }
  t.is(store.batchLimits.bytes, 8 * MIB)
})

test('a server that closes the connection on long requests gets shorter ones', async t => {
  const server = await startSmallElasticsearch(t, ({ body }, response) => {
    if (body.length < MIB) return false
    response.destroy()
    return true
  })
  const options = { hostRestMs: 1, installsTemplate: false }
  const store = await createElasticsearchStore({ hosts: [server.url], target, log: silentLog, ...options })
  t.teardown(() => store.close())
  const events = Array.from({ length: 40 }, (_, i) => eventOf(`${i}`, JSON.stringify({ text: 'x'.repeat(50_000) })))
  for (let i = 0; i < 20; i++) await store.write(events, new AbortController().signal)
  t.is(server.documents.get('a')?.size, 40)
})
