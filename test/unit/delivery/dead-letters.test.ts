import { join } from 'node:path'
import test from 'ava'
import type { DeadLetter } from '../../../src/delivery/contract.ts'
import { openDeadLetters } from '../../../src/delivery/dead-letters.ts'
import { openDatabase } from '../../../src/sqlite/database.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeRecordingLog } from '../../helpers/recording-log.ts'
import { makeTempDir } from '../../helpers/temp-dir.ts'

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

test('letters are there after the file is opened again, byte for byte, each once', async t => {
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

test('beyond its limit none of the letters is taken, which is said once, without their content', async t => {
  const log = makeRecordingLog()
  const letters = openDeadLetters({ stateDir: await makeTempDir(t), maxBytes: 1000, log })
  t.teardown(() => letters.close())
  t.true(letters.add([letter('a')]))
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
