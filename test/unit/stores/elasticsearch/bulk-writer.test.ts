import test from 'ava'
import type { StoreEvent } from '../../../../src/flow/event-batch.ts'
import type { EventAnswer } from '../../../../src/stores/elasticsearch/bulk/bulk-answer.ts'
import { createBulkWriter } from '../../../../src/stores/elasticsearch/bulk/bulk-writer.ts'
import { RequestSize } from '../../../../src/stores/elasticsearch/bulk/request-size.ts'
import { makeEvents } from '../../../helpers/stores/store-events.ts'

const never = new AbortController().signal
const target = { nameFor: () => 'logs-1', name: 'logs-*' }
const shared = (events: readonly StoreEvent[], status: number): readonly EventAnswer[] =>
  events.map(() => ({ status, type: 'parse_exception', reason: 'no', sharedBy: events.length }))
const rejected = (events: readonly StoreEvent[]) => shared(events, 400)

function setUp(answer: (events: readonly StoreEvent[]) => readonly EventAnswer[]) {
  let calls = 0
  const request = (events: readonly StoreEvent[]) => {
    calls += 1
    return Promise.resolve(answer(events))
  }
  const write = createBulkWriter({
    request,
    target,
    size: new RequestSize(10_000_000),
    random: () => 0.5,
  })
  return { write, calls: () => calls }
}

const allStored = (events: readonly StoreEvent[]): readonly EventAnswer[] =>
  events.map(() => ({ status: 201, type: '', reason: '' }))

for (const culprits of [[0], [7], [499], [0, 250, 499], [3, 4, 5]]) {
  test(`after a 400 for a whole request the events ${culprits.join(', ')} are found to be at fault, and the rest is stored`, async t => {
    const bad = new Set(culprits.map(i => `e-${i}`))
    const { write, calls } = setUp(events =>
      events.some(event => bad.has(event.id)) ? rejected(events) : allStored(events),
    )
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
  const { write, calls } = setUp(rejected)
  const verdicts = await write(makeEvents('e', 5000), never)
  t.true(verdicts.every(verdict => verdict.kind === 'held'))
  t.true(calls() <= 4)
})

/** Rejects every request that has a document for the index of time 0. */
const rejectFirstIndex = (events: readonly StoreEvent[]) =>
  Promise.resolve(events.some(({ timeMs }) => timeMs === 0) ? rejected(events) : allStored(events))

test('an event that gets a 400 alone is held even if an event for another index passed', async t => {
  const byTime = { nameFor: ({ timeMs }: StoreEvent) => `logs-${timeMs}`, name: 'logs-*' }
  const events = makeEvents('e', 4).map((event, i) => ({ ...event, timeMs: i % 2 }))
  const size = new RequestSize(10_000_000)
  const write = createBulkWriter({
    request: rejectFirstIndex,
    target: byTime,
    size,
    random: () => 0.5,
  })
  const verdicts = await write(events, never)
  t.deepEqual(
    verdicts.map(({ kind }) => kind),
    ['held', 'stored', 'held', 'stored'],
  )
})

test('a single event that gets a 400 is held', async t => {
  const { write } = setUp(rejected)
  t.like((await write(makeEvents('e', 1), never))[0], { kind: 'held', mayBeDocument: true })
})

test('a bulk body that is too long is halved until it fits; a single document that is too long is refused', async t => {
  const { write } = setUp(events =>
    events.length > 3 || events.some(({ id }) => id === 'e-5') ? shared(events, 413) : allStored(events),
  )
  const verdicts = await write(makeEvents('e', 20), never)
  t.deepEqual(
    verdicts.filter(({ kind }) => kind !== 'stored').map(({ kind }) => kind),
    ['refused'],
  )
  t.is(verdicts[5]?.kind, 'refused')
})

const rejectOdd = (sent: readonly StoreEvent[]) =>
  Promise.resolve(sent.some(({ id }) => id.startsWith('odd')) ? rejected(sent) : allStored(sent))

test('an event that was not sent alone is held, even if an event of another request passed', async t => {
  const events = makeEvents('e', 40).map((event, i) => ({ ...event, id: `${i < 20 ? 'good' : 'odd'}-${i}` }))
  const write = createBulkWriter({
    request: rejectOdd,
    target,
    size: new RequestSize(4000),
    random: () => 0.5,
  })
  const kinds = Map.groupBy(await write(events, never), ({ kind }) => kind)
  t.is(kinds.get('stored')?.length, 20)
  t.true((kinds.get('held')?.length ?? 0) > 0)
  t.true((kinds.get('refused')?.length ?? 0) > 0)
})
