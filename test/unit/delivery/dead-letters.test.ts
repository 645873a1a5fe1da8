import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { DeadLetter } from '../../../src/delivery/contract.ts'
import { openDeadLetters } from '../../../src/delivery/dead-letters.ts'
import { openDatabase } from '../../../src/sqlite/database.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { ManualClock } from '../../helpers/time/manual-clock.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const letter = (id: string, more: Partial<DeadLetter> = {}): DeadLetter => ({
  id,
  target: 'logs-1',
  type: 'bad_document',
  reason: 'it quotes SECRET',
  payload: Buffer.from([0x7b, 0x00, 0xff, 0x7d]),
  receivedAtMs: 5,
  peer: '10.0.0.1:9',
  ...more,
})

test('dead letters are kept byte for byte and once each, also after the file is opened again', async t => {
  const stateDir = await makeTempDir(t)
  const first = openDeadLetters({ stateDir, storeName: 'es', log: silentLog })
  t.true(first.add([letter('a'), letter('b', { reason: 'x'.repeat(9999) })]))
  t.true(first.add([letter('a')]))
  const status = first.status()
  first.close()
  const again = openDeadLetters({ stateDir, storeName: 'es', log: silentLog })
  t.deepEqual(again.status(), status)
  t.is(status.letters, 2)
  again.close()
  const schema = { name: 'dead letters', applicationId: 0x66_77_64_6c, migrations: [''] }
  const database = openDatabase({ path: join(stateDir, 'dead-letters.db'), durability: 'disk', schema })
  t.teardown(() => database.close())
  const rows = database.prepare('SELECT * FROM letters ORDER BY event_id').all()
  t.like(rows[0], { store: 'es', target: 'logs-1', event_id: 'a', received_ms: 5, peer: '10.0.0.1:9' })
  t.deepEqual(Buffer.from(rows[0]?.['payload'] as Uint8Array), letter('a').payload)
  t.is(String(rows[1]?.['reason']).length, 2000)
})

test('dead letters beyond the limit are not accepted, which is logged once and without content', async t => {
  const log = makeRecordingLog()
  const letters = openDeadLetters({ stateDir: await makeTempDir(t), maxBytes: 1000, log })
  t.teardown(() => letters.close())
  t.true(letters.add([letter('a')]))
  log.lines.length = 0
  const before = letters.status()
  const large = letter('c', { payload: Buffer.alloc(900) })
  t.false(letters.add([letter('b'), large]))
  t.false(letters.add([large]))
  t.deepEqual(letters.status(), before)
  t.deepEqual(
    log.lines.map(line => line.level),
    ['error'],
  )
  t.notRegex(JSON.stringify(log.lines), /SECRET/)
  t.true(letters.add([letter('b')]))
})

async function openRecorded(t: ExecutionContext) {
  const clock = new ManualClock()
  const log = makeRecordingLog()
  const stateDir = await makeTempDir(t)
  const letters = openDeadLetters({ stateDir, log, clock })
  t.teardown(() => letters.close())
  return { letters, log, clock, path: join(stateDir, 'dead-letters.db') }
}

test('the first dead letters of a target and type are a warning at once, later ones every ten minutes with their number', async t => {
  const { letters, log, clock, path } = await openRecorded(t)
  letters.add([letter('a'), letter('b'), letter('c', { type: 'other_fault' }), letter('d', { target: 'logs-2' })])
  t.deepEqual(
    log.lines.map(({ level, fields }) => [level, fields]),
    [
      ['warn', { target: 'logs-1', type: 'bad_document', count: 2, path }],
      ['warn', { target: 'logs-1', type: 'other_fault', count: 1, path }],
      ['warn', { target: 'logs-2', type: 'bad_document', count: 1, path }],
    ],
  )
  await clock.pass(599_999)
  letters.add([letter('e')])
  t.is(log.lines.length, 3)
  await clock.pass(1)
  letters.add([letter('f')])
  t.like(log.lines[3], { level: 'warn', fields: { target: 'logs-1', type: 'bad_document', count: 4 } })
  t.is(log.lines.length, 4)
  t.notRegex(JSON.stringify(log.lines), /SECRET/)
})

test('a dead letter without a target is reported by its type', async t => {
  const { letters, log, path } = await openRecorded(t)
  letters.add([letter('a', { target: '', type: 'not_json' })])
  t.deepEqual(log.lines[0]?.fields, { type: 'not_json', count: 1, path })
})

test('an unlimited number of targets causes a bounded number of warnings', async t => {
  const { letters, log, clock } = await openRecorded(t)
  for (let i = 0; i < 500; i++) letters.add([letter(`a-${i}`, { target: `logs-${i}` })])
  t.is(log.lines.length, 101)
  t.deepEqual(Object.keys(log.lines[100]?.fields ?? {}), ['count', 'path'])
  await clock.pass(600_000)
  for (let i = 0; i < 500; i++) letters.add([letter(`b-${i}`, { target: `new-${i}` })])
  t.is(log.lines.length, 202)
  t.like(log.lines[101]?.fields, { target: 'new-0', count: 1 })
  t.like(log.lines[201]?.fields, { count: 401 })
})
