import { once } from 'node:events'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { openDeadLetters } from '../../../../src/delivery/letters/dead-letters.ts'
import { LETTERS_SCHEMA } from '../../../../src/delivery/letters/letters-schema.ts'
import { openDatabase } from '../../../../src/sqlite/database.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { kill, startScript } from '../../../helpers/process/child-script.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { writeOldLetters } from '../../../helpers/stores/old-letters.ts'
import { ManualClock } from '../../../helpers/time/manual-clock.ts'
import { until } from '../../../helpers/time/until.ts'

const SCRIPT = new URL('../../../helpers/stores/convert-letters.ts', import.meta.url)

async function makeOldFile(t: ExecutionContext, count = 150, payloadBytes = 100_000) {
  const path = join(await makeTempDir(t), 'dead-letters.db')
  writeOldLetters(path, count, payloadBytes)
  return path
}

function checkLetters(t: ExecutionContext, path: string, count: number) {
  const database = openDatabase({ path, durability: 'disk', schema: LETTERS_SCHEMA })
  t.teardown(() => database.close())
  const rows = database.prepare('SELECT key, event_id, sender, payload FROM letters ORDER BY key').all()
  t.is(rows.length, count)
  for (const [i, { key, event_id: id, sender, payload }] of rows.entries()) {
    t.deepEqual([key, id, sender], [i + 1, `a-${i + 1}`, '10.0.0.1'])
    if (!Buffer.alloc(100_000, (i + 1) % 256).equals(payload as Uint8Array)) t.fail(`payload ${i}`)
  }
  t.like(database.prepare('SELECT * FROM shares').get(), { letters: count, bytes: count * (100_000 + 201) })
  database.exec(
    "DELETE FROM letters WHERE key = 1; INSERT INTO letters (store, target, event_id, type, reason, payload, received_ms, kept_ms, peer, sender, member) SELECT store, target, 'new', type, reason, x'00', 1, 1, peer, sender, 'm' FROM letters WHERE key = 2",
  )
  t.like(database.prepare("SELECT * FROM shares WHERE member = 'm'").get(), { letters: 1, bytes: 202 })
}

test('a large file of dead letters of an earlier version is converted while the main thread does other work, with log lines', async t => {
  const path = await makeOldFile(t)
  const [log, clock] = [makeRecordingLog(), new ManualClock()]
  const letters = openDeadLetters({ path, log, clock })
  t.teardown(() => letters.close())
  t.regex(letters.status().conversion ?? '', /^the dead letters of an earlier version are being converted \(0 %\)/)
  const kept = letters.add([
    {
      id: 'b',
      target: 'logs-1',
      type: 't',
      reason: 'r',
      payload: Buffer.from('{}'),
      receivedAtMs: 1,
      peer: '10.0.0.2:1',
    },
  ])
  let turns = 0
  for (; letters.status().conversion !== undefined; turns++) {
    await clock.pass(1000)
    await new Promise(resolve => void setImmediate(resolve))
  }
  t.true(turns > 10, `${turns}`)
  t.is(await kept, 1, 'a letter waits for the conversion, and is not lost')
  t.is(letters.status().letters, 151)
  const messages = log.lines.map(({ message }) => message).filter(message => message.includes('earlier version'))
  t.is(messages[0], 'converting the dead letters of an earlier version')
  t.is(messages.at(-1), 'converted the dead letters of an earlier version')
  t.true(messages.length > 2)
  t.true(messages.length <= 3 + turns / 5, 'at most one line each five seconds')
})

test('a process that is killed while it converts dead letters loses none, and none comes twice', async t => {
  const path = await makeOldFile(t)
  for (const steps of [1, 2, 3]) {
    const child = startScript(t, SCRIPT, [path, `${steps}`])
    const [said] = await once(child.stdout, 'data')
    t.is(String(said), 'stopped\n')
    await kill(child)
  }
  const letters = openDeadLetters({ path, log: makeRecordingLog() })
  t.teardown(() => letters.close())
  t.not(letters.status().conversion, undefined, 'it begins again')
  await until(() => letters.status().conversion === undefined, 'it is converted')
  await letters.close()
  checkLetters(t, path, 150)
})

test('a close that is given up ends a conversion, which begins again at the next start', async t => {
  const path = await makeOldFile(t, 600)
  const letters = openDeadLetters({ path, log: makeRecordingLog() })
  await until(() => !(letters.status().conversion ?? '').includes('(0 %)'), 'it is under way')
  await letters.close(AbortSignal.abort())
  const again = openDeadLetters({ path, log: makeRecordingLog() })
  t.not(again.status().conversion, undefined)
  await until(() => again.status().conversion === undefined, 'it is converted')
  t.is(again.status().letters, 600)
  await again.close()
})
