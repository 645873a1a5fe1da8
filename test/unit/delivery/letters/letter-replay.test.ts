import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { openLetters } from '../../../../src/cli/dead-letters/letters-database.ts'
import { openDeadLetters } from '../../../../src/delivery/letters/dead-letters.ts'
import { LetterReplay } from '../../../../src/delivery/letters/letter-replay.ts'
import { LETTERS_SCHEMA } from '../../../../src/delivery/letters/letters-schema.ts'
import { openDatabase } from '../../../../src/sqlite/database.ts'
import { Indexer } from '../../../../src/delivery/indexer.ts'
import type { StoreEvent } from '../../../../src/flow/event-batch.ts'
import type { Verdict } from '../../../../src/stores/contract.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { makeScriptedStore } from '../../../helpers/stores/scripted-store.ts'
import { makeBatch, makeEvents } from '../../../helpers/stores/store-events.ts'
import { until } from '../../../helpers/time/until.ts'

const never = new AbortController().signal
const everything = { where: 'true', values: [], isAll: true }
const refuse: Verdict = { kind: 'refused', target: 'logs-1', type: 'bad_mapping', reason: 'no' }

/** A store as a server is: an id is stored once. `judge` decides what is refused. */
function makeServer(judge: (event: StoreEvent) => Verdict | undefined) {
  const stored = new Map<string, number>()
  const store = makeScriptedStore({
    targetOf: () => 'logs-1',
    answer: event => {
      const verdict = judge(event)
      if (verdict !== undefined) return verdict
      const before = stored.get(event.id) ?? 0
      stored.set(event.id, Math.max(before, 1))
      return { kind: before === 0 ? 'stored' : 'existed', target: 'logs-1' }
    },
  })
  return { stored, store }
}

function openRun(path: string, store: ReturnType<typeof makeScriptedStore>) {
  const deadLetters = openDeadLetters({ path, log: silentLog })
  const indexer = new Indexer({ store, deadLetters, log: silentLog })
  const replay = new LetterReplay({ deadLetters, sinkOf: () => indexer, log: silentLog })
  const close = async () => {
    await replay.close()
    await deadLetters.close()
  }
  return { deadLetters, indexer, close }
}

function markAll(t: ExecutionContext, path: string, token = Date.now()): number {
  const letters = openLetters(path, 'change')
  t.teardown(() => letters?.close())
  return letters?.mark(everything, token) ?? 0
}

test('letters that are marked while the collector runs are delivered again with their ids, bytes and times, and removed', async t => {
  const path = join(await makeTempDir(t), 'dead-letters.db')
  let isFixed = false
  const events = makeEvents('a', 1200, 1_700_000_000_000)
  const seen = new Map<string, StoreEvent>()
  const { stored, store } = makeServer(event => {
    if (!isFixed) return refuse
    seen.set(event.id, event)
    return undefined
  })
  const { deadLetters, indexer, close } = openRun(path, store)
  t.teardown(close)
  await indexer.deliver(makeBatch(events, { peer: '10.0.0.1:5 (web1)' }), never)
  t.is(deadLetters.status().letters, 1200)
  isFixed = true
  t.is(markAll(t, path), 1200)
  await until(() => deadLetters.status().letters === 0, 'all letters are replayed')
  t.is(stored.size, 1200)
  for (const { id, timeMs, bytes, start, end } of events) {
    const again = seen.get(id)
    t.is(again?.timeMs, timeMs)
    t.true(again?.bytes.subarray(again.start, again.end).equals(bytes.subarray(start, end)))
  }
})

test('a letter that is refused again stays with its new reason, and the others are removed', async t => {
  const path = join(await makeTempDir(t), 'dead-letters.db')
  let reason = 'first'
  const { store } = makeServer(({ id }) => (reason === 'first' || id === 'a-1' ? { ...refuse, reason } : undefined))
  const { deadLetters, indexer, close } = openRun(path, store)
  t.teardown(close)
  await indexer.deliver(makeBatch(makeEvents('a', 3)), never)
  reason = 'second'
  markAll(t, path)
  await until(() => deadLetters.status().letters === 1, 'two of three are replayed')
  const letters = openLetters(path, 'read')
  t.teardown(() => letters?.close())
  await until(() => letters?.count({ ...everything, where: 'last_replay_ms IS NOT NULL' }) === 1, 'one is refused')
  t.like([...(letters?.read(everything, 'oldest', 9) ?? [])], [{ id: 'a-1', reason: 'second' }])
})

test('a letter that is refused again, and marked again before the others of its replay are stored, is not removed with them', async t => {
  const path = join(await makeTempDir(t), 'dead-letters.db')
  let others: Verdict = refuse
  let isFixed = false
  const { stored, store } = makeServer(({ id }) => (isFixed ? undefined : id === 'a-1' ? refuse : others))
  const { deadLetters, indexer, close } = openRun(path, store)
  t.teardown(close)
  await indexer.deliver(makeBatch(makeEvents('a', 2)), never)
  others = { kind: 'retry', reason: 'busy', isDoubtful: false }
  markAll(t, path, 1)
  const letters = openLetters(path, 'read')
  t.teardown(() => letters?.close())
  await until(() => letters?.readProgress(1).refused === 1, 'one of the two is refused again')
  t.is(markAll(t, path, 2), 1)
  isFixed = true
  await until(() => deadLetters.status().letters === 0, 'both letters are replayed')
  t.is(stored.size, 2)
})

test('a letter that is refused again for another target is one letter, and counts as refused', async t => {
  const path = join(await makeTempDir(t), 'dead-letters.db')
  let target = 'logs-1'
  const { store } = makeServer(({ id }) => (target === 'logs-1' || id === 'a-1' ? { ...refuse, target } : undefined))
  const { deadLetters, indexer, close } = openRun(path, store)
  t.teardown(close)
  await indexer.deliver(makeBatch(makeEvents('a', 3)), never)
  target = 'logs-2'
  t.is(markAll(t, path, 1), 3)
  await until(() => deadLetters.status().letters === 1, 'two of three are replayed')
  const letters = openLetters(path, 'read')
  t.teardown(() => letters?.close())
  t.deepEqual(letters?.readProgress(1), { waiting: 0, refused: 1 })
  t.like([...(letters?.read(everything, 'oldest', 9) ?? [])], [{ id: 'a-1', target: 'logs-2' }])
})

test('a stored event counts as replayed, also if another letter of it was refused before for another target', async t => {
  const path = join(await makeTempDir(t), 'dead-letters.db')
  let target: string | undefined = 'logs-1'
  const { store } = makeServer(() => (target === undefined ? undefined : { ...refuse, target }))
  const { deadLetters, indexer, close } = openRun(path, store)
  t.teardown(close)
  await indexer.deliver(makeBatch(makeEvents('a', 3)), never)
  target = 'logs-2'
  await indexer.deliver(makeBatch(makeEvents('a', 3)), never)
  t.is(deadLetters.status().letters, 6)
  target = undefined
  const letters = openLetters(path, 'change')
  t.teardown(() => letters?.close())
  t.is(letters?.mark({ ...everything, where: "target = 'logs-1'" }, 7), 3)
  await until(() => deadLetters.status().letters === 3, 'the letters of one target are replayed')
  t.deepEqual(letters?.readProgress(7), { waiting: 0, refused: 0 })
})

test('letters that are dropped or marked again while they are replayed count neither as replayed nor as refused', async t => {
  const path = join(await makeTempDir(t), 'dead-letters.db')
  const { store } = makeServer(() => refuse)
  const { indexer, close } = openRun(path, store)
  await indexer.deliver(makeBatch(makeEvents('a', 4)), never)
  await close()
  const run = openDeadLetters({ path, log: silentLog })
  t.teardown(() => run.close())
  const letters = openLetters(path, 'change')
  t.teardown(() => letters?.close())
  letters?.mark(everything, 1)
  const taken = await run.takeMarked([])
  t.is(taken.length, 4)
  letters?.drop({ ...everything, where: 'key = 1' })
  const again = { ...everything, where: 'key = 2' }
  const database = openDatabase({ path, durability: 'disk', schema: LETTERS_SCHEMA })
  database.exec('UPDATE letters SET replay_ms = NULL WHERE key = 2')
  database.close()
  letters?.mark(again, 2)
  t.deepEqual(await run.removeReplayed(taken), { replayed: 2, refused: 0 })
  t.deepEqual(letters?.readProgress(2), { waiting: 1, refused: 0 })
})

test('a replay that ends at any point and begins again stores each event once, and no letter is lost', async t => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.array(fc.nat(12), { maxLength: 4 }), async (count, ends) => {
      const path = join(await makeTempDir(t), 'dead-letters.db')
      let isFixed = false
      const { stored, store } = makeServer(() => (isFixed ? undefined : refuse))
      const first = openRun(path, store)
      for (let i = 0; i < count; i++)
        await first.indexer.deliver(makeBatch(makeEvents(`a${i}`, 1), { peer: `10.0.0.${i % 7}:1` }), never)
      isFixed = true
      await first.close()
      markAll(t, path)
      for (const end of ends) {
        const run = openRun(path, store)
        for (let turn = 0; turn < end; turn++) await new Promise(resolve => setImmediate(resolve))
        await run.close()
        const kept = run.deadLetters.status().letters
        t.true(stored.size + kept >= count, `${stored.size} stored, ${kept} letters`)
      }
      const last = openRun(path, store)
      await until(() => last.deadLetters.status().letters === 0, 'all letters are replayed')
      await last.close()
      t.is(stored.size, count)
    }),
    { numRuns: 5 },
  )
})
