import { statSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { openDatabase } from '../../../../src/sqlite/database.ts'
import { packDocuments } from '../../../../src/stores/embedded/packed-documents.ts'
import { measureBytes, type Retention } from '../../../../src/stores/embedded/retention.ts'
import { EVENTS_SCHEMA } from '../../../../src/stores/embedded/schema.ts'
import { EventWriter } from '../../../../src/stores/embedded/event-writer.ts'
import { event, findIds } from '../../../helpers/stores/embedded-stores.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const hour = 3_600_000

async function makeWriter(t: ExecutionContext, retention: Retention) {
  const path = join(await makeTempDir(t), 'events.db')
  const database = openDatabase({ path, durability: 'process', schema: EVENTS_SCHEMA })
  t.teardown(() => database.close())
  return { path, database, writer: new EventWriter(database, retention) }
}

function makeBatch(first: number, count: number) {
  return packDocuments(
    Array.from({ length: count }, (_, i) => event(`id-${first + i}`, `line number ${first + i} ${'word '.repeat(20)}`)),
  )
}

test('an event is deleted at the maximum age since it was stored, with any timestamp', async t => {
  const { path, writer } = await makeWriter(t, { maxAgeMs: hour })
  writer.write([packDocuments([event('old', 'x', { timeMs: 0 })])], 0)
  writer.write([packDocuments([event('new', 'x', { timeMs: 0 })])], 0.5 * hour)
  t.is(writer.trim(0.9 * hour, 100), 0)
  t.is(writer.trim(1.51 * hour, 100), 1)
  t.deepEqual(await findIds(path, {}), ['new'])
  t.is(writer.trim(2.6 * hour, 100), 1)
  t.deepEqual(await findIds(path, { text: 'x' }), [])
})

test('retention by age deletes at most its rows per step, and continues', async t => {
  const { writer } = await makeWriter(t, { maxAgeMs: hour })
  writer.write([makeBatch(0, 250)], 0)
  writer.write([], 0.1 * hour)
  t.deepEqual(
    [1, 2, 3, 4].map(() => writer.trim(2 * hour, 100)),
    [100, 100, 50, 0],
  )
})

test('a store stays near its maximum size, keeps the newest events, and its file stops growing', async t => {
  const maxBytes = 4_000_000
  const { path, database, writer } = await makeWriter(t, { maxBytes })
  const sizes: number[] = []
  for (let first = 0; first < 60_000; first += 500) {
    writer.write([makeBatch(first, 500)], first)
    sizes.push(measureBytes(database))
  }
  const largest = Math.max(...sizes)
  t.true(largest > maxBytes * 0.9 && largest < maxBytes * 1.3, `${largest}`)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  t.true(statSync(path).size < maxBytes * 1.5, `${statSync(path).size}`)
  const ids = await findIds(path, { text: '"line number" word' })
  const numbers = ids.map(id => Number(id.slice(3))).sort((a, b) => a - b)
  t.is(numbers.at(-1), 59_999)
  t.deepEqual(
    numbers,
    Array.from(numbers, (_, i) => 60_000 - numbers.length + i),
    'the newest, without a gap',
  )
  t.true(numbers.length > 2000)
})

test('an event that retention deleted is stored again when it is sent again', async t => {
  const { path, writer } = await makeWriter(t, { maxAgeMs: hour })
  writer.write([packDocuments([event('a', 'x')])], 0)
  writer.trim(0.5 * hour, 100)
  writer.trim(2 * hour, 100)
  t.deepEqual([...(writer.write([packDocuments([event('a', 'x')])], 2 * hour).written[0]?.outcomes ?? [])], [0])
  t.deepEqual(await findIds(path, {}), ['a'])
})

test('a store without limits deletes nothing', async t => {
  const { writer } = await makeWriter(t, {})
  writer.write([makeBatch(0, 10)], 0)
  t.is(writer.trim(1e15, 100), 0)
})
