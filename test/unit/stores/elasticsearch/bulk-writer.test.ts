import test from 'ava'
import type { StoreEvent } from '../../../../src/flow/event-batch.ts'
import type { BulkOutcome } from '../../../../src/stores/elasticsearch/bulk/bulk-request.ts'
import { createBulkWriter } from '../../../../src/stores/elasticsearch/bulk/bulk-writer.ts'
import { RequestSize } from '../../../../src/stores/elasticsearch/bulk/request-size.ts'
import { makeEvents } from '../../../helpers/stores/store-events.ts'

const never = new AbortController().signal
const target = { nameFor: () => 'logs-1', name: 'logs-*' }
const rejected: BulkOutcome = { kind: 'rejected', complaint: { status: 400, type: 'parse_exception', reason: 'no' } }

function setUp(answer: (events: readonly StoreEvent[]) => BulkOutcome) {
  let calls = 0
  const request = (events: readonly StoreEvent[]) => {
    calls += 1
    return Promise.resolve(answer(events))
  }
  const write = createBulkWriter({ request, target, size: new RequestSize(10_000_000), random: () => 0.5 })
  return { write, calls: () => calls }
}

const allStored = (events: readonly StoreEvent[]): BulkOutcome => ({
  kind: 'verdicts',
  verdicts: events.map(() => ({ kind: 'stored' })),
  isPerEvent: true,
})

for (const culprits of [[0], [7], [499], [0, 250, 499], [3, 4, 5]]) {
  test(`after a 400 for a whole request the events ${culprits.join(', ')} are found to be at fault, and the rest is stored`, async t => {
    const bad = new Set(culprits.map(i => `e-${i}`))
    const { write, calls } = setUp(events => (events.some(event => bad.has(event.id)) ? rejected : allStored(events)))
    let left: readonly StoreEvent[] = makeEvents('e', 500)
    const kinds = new Map<string, string>()
    for (let round = 0; round < 5 && left.length > 0; round++) {
      const verdicts = await write(left, never)
      for (const [i, event] of left.entries()) kinds.set(event.id, verdicts[i]?.kind ?? '')
      left = left
        .filter(event => kinds.get(event.id) === 'held')
        .toReversed()
        .map(rotate)
    }
    for (const [id, kind] of kinds) if (!bad.has(id)) t.is(kind, 'stored', id)
    for (const id of bad) t.true(['refused', 'held'].includes(kinds.get(id) ?? ''), id)
    t.true(calls() < 200)
  })
}

/** Other neighbours at each try, as merged requests have them. */
function rotate(_: StoreEvent, i: number, all: StoreEvent[]): StoreEvent {
  return all[(i + 17) % all.length] as StoreEvent
}

test('if every event gets the same 400, all are held after few requests', async t => {
  const { write, calls } = setUp(() => rejected)
  const verdicts = await write(makeEvents('e', 5000), never)
  t.true(verdicts.every(verdict => verdict.kind === 'held'))
  t.true(calls() <= 4)
})

/** Rejects every request that has a document for the index of time 0. */
const rejectFirstIndex = (events: readonly StoreEvent[]) =>
  Promise.resolve(events.some(({ timeMs }) => timeMs === 0) ? rejected : allStored(events))

test('an event that gets a 400 alone is held even if an event for another index passed', async t => {
  const byTime = { nameFor: ({ timeMs }: StoreEvent) => `logs-${timeMs}`, name: 'logs-*' }
  const events = makeEvents('e', 4).map((event, i) => ({ ...event, timeMs: i % 2 }))
  const size = new RequestSize(10_000_000)
  const write = createBulkWriter({ request: rejectFirstIndex, target: byTime, size, random: () => 0.5 })
  const verdicts = await write(events, never)
  t.deepEqual(
    verdicts.map(({ kind }) => kind),
    ['held', 'stored', 'held', 'stored'],
  )
})

test('a single event that gets a 400 is held', async t => {
  const { write } = setUp(() => rejected)
  t.like((await write(makeEvents('e', 1), never))[0], { kind: 'held', mayBeDocument: true })
})

test('a bulk body that is too long is halved until it fits; a single document that is too long is refused', async t => {
  const { write } = setUp(events =>
    events.length > 3 || events.some(({ id }) => id === 'e-5') ? { kind: 'too_large' } : allStored(events),
  )
  const verdicts = await write(makeEvents('e', 20), never)
  t.deepEqual(
    verdicts.filter(({ kind }) => kind !== 'stored').map(({ kind }) => kind),
    ['refused'],
  )
  t.is(verdicts[5]?.kind, 'refused')
})

test('three connections in a row that are closed during long bodies halve the size of a request', t => {
  const size = new RequestSize(8_000_000)
  t.deepEqual([size.noteCut(4_000_000), size.noteCut(4_000_000), size.noteCut(4_000_000)], [false, false, true])
  t.is(size.bytes, 2_000_000)
  size.noteCut(2_000_000)
  size.noteAccepted()
  t.deepEqual([size.noteCut(2_000_000), size.noteCut(2_000_000)], [false, false])
  for (let i = 0; i < 9; i++) size.noteCut(1000)
  t.is(size.bytes, 2_000_000)
})
