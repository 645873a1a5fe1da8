import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { DeadLetter } from '../../../../src/delivery/contract.ts'
import { openDeadLetters, type DeadLettersOptions } from '../../../../src/delivery/letters/dead-letters.ts'
import { LETTERS_SCHEMA } from '../../../../src/delivery/letters/letters-schema.ts'
import { openDatabase } from '../../../../src/sqlite/database.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { ManualClock } from '../../../helpers/time/manual-clock.ts'
import { until } from '../../../helpers/time/until.ts'

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

async function open(t: ExecutionContext, options: Partial<DeadLettersOptions> = {}) {
  const clock = new ManualClock()
  const log = makeRecordingLog()
  const path = options.path ?? join(await makeTempDir(t), 'dead-letters.db')
  const letters = openDeadLetters({ log, clock, storeName: 'es', ...options, path })
  t.teardown(() => letters.close())
  return { letters, log, clock, path }
}

function readRows(t: ExecutionContext, path: string) {
  const database = openDatabase({ path, durability: 'disk', schema: LETTERS_SCHEMA })
  t.teardown(() => database.close())
  return database.prepare('SELECT * FROM letters ORDER BY event_id').all()
}

async function removeFile(path: string): Promise<void> {
  for (const end of ['', '-wal', '-shm']) await rm(path + end, { force: true })
}

test('dead letters are kept byte for byte and once each, also after the file is opened again', async t => {
  const first = await open(t)
  t.is(await first.letters.add([letter('a', { timeMs: 7 }), letter('b', { reason: 'x'.repeat(9999) })]), 2)
  t.is(await first.letters.add([letter('a', { timeMs: 7, peer: '10.0.0.1:10' })]), 1)
  const status = first.letters.status()
  await first.letters.close()
  const again = await open(t, { path: first.path })
  t.deepEqual(again.letters.status(), status)
  t.is(status.letters, 2)
  const rows = readRows(t, first.path)
  t.like(rows[0], { store: 'es', target: 'logs-1', event_id: 'a', received_ms: 5, time_ms: 7, sender: '10.0.0.1' })
  t.deepEqual(Buffer.from(rows[0]?.['payload'] as Uint8Array), letter('a').payload)
  t.is(String(rows[1]?.['reason']).length, 2000)
})

test('an equal id of another sender is another letter', async t => {
  const { letters, path } = await open(t)
  await letters.add([letter('a'), letter('a', { peer: '10.0.0.2:9 (web2)' })])
  t.deepEqual(
    readRows(t, path).map(({ sender }) => sender),
    ['10.0.0.1', 'web2'],
  )
})

test('a letter that is kept already is accepted, also where another one would not fit', async t => {
  const { letters, path } = await open(t, { maxBytes: 700 })
  t.is(await letters.add([letter('a'), letter('b'), letter('c')]), 1)
  t.is(await letters.add([letter('c', { peer: '10.0.0.2:9' })]), 1)
  t.is(await letters.add([letter('a', { reason: 'again' })]), 1)
  t.like(readRows(t, path), { 0: { event_id: 'a', reason: 'again' }, length: 2 })
})

test('dead letters beyond the limit are not accepted, which is logged once and without content', async t => {
  const { letters, log } = await open(t, { maxBytes: 2000 })
  t.is(await letters.add([letter('a')]), 1)
  log.lines.length = 0
  const large = letter('c', { payload: Buffer.alloc(1900) })
  t.is(await letters.add([letter('b'), large]), 1)
  t.is(await letters.add([large]), 0)
  t.is(letters.status().letters, 2)
  t.deepEqual(
    log.lines.map(({ level }) => level),
    ['error'],
  )
  t.notRegex(JSON.stringify(log.lines), /SECRET/)
})

test('one sender cannot fill the dead letters of the others', async t => {
  const { letters } = await open(t, { maxBytes: 100_000 })
  const fill = async (peer: string) => {
    let count = 0
    while ((await letters.add([letter(`${count}`, { peer, payload: Buffer.alloc(800) })])) === 1) count += 1
    return count
  }
  const counts = []
  for (let i = 0; i < 5; i++) counts.push(await fill(`10.0.0.${i}:1`))
  t.true(
    counts.every(count => count > 1),
    counts.join(),
  )
  t.is(await letters.add([letter('another', { peer: '10.0.0.0:2', payload: Buffer.alloc(800) })]), 0)
})

test('one agent cannot fill the part of the dead letters that its address or certificate has, nor can invented ones take more', async t => {
  const { letters } = await open(t, { maxBytes: 200_000 })
  const add = async (id: string, peer: string, agent?: string) =>
    await letters.add([letter(id, { peer, agent, payload: Buffer.alloc(800) })])
  const fill = async (peer: string, agentOf: (i: number) => string | undefined) => {
    let count = 0
    while ((await add(`${count}-${agentOf(count)}`, peer, agentOf(count))) === 1) count += 1
    return count
  }
  const [one, unknown, two] = [
    await fill('10.0.0.1:1 (fleet)', () => 'one'),
    await fill('10.0.0.1:2 (fleet)', () => undefined),
    await fill('10.0.0.2:1 (fleet)', () => 'two'),
  ]
  t.true(one > unknown && unknown > two && two > 5, [one, unknown, two].join())
  const invented = await fill('10.0.0.1:3 (fleet)', i => `invented-${i}`)
  t.true(invented > 5)
  t.true(letters.status().bytes < 101_000, 'all of them have the share of one sender')
  t.is(await add('other', '10.0.0.3:1'), 1)
})

test('letters that another program removes make room, without the functions of this program', async t => {
  const { letters, path } = await open(t, { maxBytes: 10_000 })
  let count = 0
  while ((await letters.add([letter(`a-${count}`)])) === 1) count += 1
  const database = openDatabase({ path, durability: 'disk', schema: LETTERS_SCHEMA })
  database.exec('DELETE FROM letters')
  database.close()
  await until(() => letters.status().letters === 0, 'the count is that of the file')
  t.is(letters.status().bytes, 0)
  t.is(await letters.add([letter('b')]), 1)
})

for (const [how, take] of [
  ['deleted', removeFile],
  ['moved elsewhere', (path: string) => rename(path, `${path}.old`)],
  ['deleted except for its write-ahead log', (path: string) => rm(path)],
  ['left without its write-ahead log', (path: string) => rm(`${path}-wal`)],
  // Other programs would no longer see the locks of this one.
  ['left without its -shm', (path: string) => rm(`${path}-shm`)],
] as const) {
  test(`a letter is in the file of that name after the earlier file was ${how}`, async t => {
    const { letters, log, path } = await open(t)
    await letters.add([letter('a')])
    await take(path)
    t.is(await letters.add([letter('b')]), 1)
    await letters.close()
    t.true((await stat(path)).size > 0)
    t.true(readRows(t, path).some(row => row['event_id'] === 'b'))
    t.true(log.lines.some(({ message }) => message.includes('was removed or replaced')))
  })
}

test('a file that was deleted is noticed without a letter', async t => {
  const { letters, path } = await open(t)
  await letters.add([letter('a')])
  await removeFile(path)
  await until(() => letters.status().letters === 0, 'the file is known to be gone')
  t.pass()
})

test('letters of the first edition are kept, with their senders', async t => {
  const path = join(await makeTempDir(t), 'dead-letters.db')
  const old = openDatabase({
    path,
    durability: 'disk',
    schema: { ...LETTERS_SCHEMA, migrations: LETTERS_SCHEMA.migrations.slice(0, 1) },
  })
  for (const [key, peer] of ['10.0.0.1:9', '[::1]:7', '[::1]:7 (web1)'].entries())
    old.exec(`INSERT INTO letters VALUES (${key + 1}, 'es', 'logs-1', 'a-${key}', 't', 'r', x'7b7d', 5, 6, '${peer}')`)
  old.close()
  const { letters } = await open(t, { path })
  t.is(letters.status().letters, 3)
  t.is(letters.status().bytes, 3 * 203)
  t.deepEqual(
    readRows(t, path).map(({ sender }) => sender),
    ['10.0.0.1', '[::1]', 'web1'],
  )
})

test('the log names the agent of dead letters beside their sender, where several share one', async t => {
  const { letters, log } = await open(t)
  await letters.add([letter('a', { agent: 'abc' }), letter('b', { target: 'logs-2' })])
  t.deepEqual(
    log.lines.map(({ fields }) => [fields['sender'], fields['agent']]),
    [
      ['10.0.0.1', 'abc'],
      ['10.0.0.1', undefined],
    ],
  )
})

test('letters of many calls that wait are written in few transactions', async t => {
  const { letters, path } = await open(t)
  await letters.add([letter('first')])
  const before = (await stat(`${path}-wal`)).size
  const calls = Array.from({ length: 500 }, (_, i) => letters.add([letter(`a-${i}`)]))
  t.true((await Promise.all(calls)).every(kept => kept === 1))
  t.is(letters.status().letters, 501)
  // 500 transactions of a few pages each would make it at least 4 MiB long.
  t.true((await stat(`${path}-wal`)).size - before < 1_000_000)
})

test('the first dead letters of a target and type are a warning at once, with a sender, later ones every ten minutes with their number', async t => {
  const { letters, log, clock, path } = await open(t)
  await letters.add([letter('a'), letter('b'), letter('c', { type: 'other_fault' }), letter('d', { target: 'logs-2' })])
  const sender = '10.0.0.1'
  t.deepEqual(
    log.lines.map(({ level, fields }) => [level, fields]),
    [
      ['warn', { target: 'logs-1', type: 'bad_document', sender, count: 2, path }],
      ['warn', { target: 'logs-1', type: 'other_fault', sender, count: 1, path }],
      ['warn', { target: 'logs-2', type: 'bad_document', sender, count: 1, path }],
    ],
  )
  await clock.pass(599_999)
  await letters.add([letter('e')])
  t.is(log.lines.length, 3)
  await clock.pass(1)
  await letters.add([letter('f')])
  t.like(log.lines[3], { level: 'warn', fields: { target: 'logs-1', type: 'bad_document', count: 4 } })
  t.is(log.lines.length, 4)
  t.notRegex(JSON.stringify(log.lines), /SECRET/)
})

test('a dead letter without a target is reported by its type', async t => {
  const { letters, log, path } = await open(t)
  await letters.add([letter('a', { target: '', type: 'not_json' })])
  t.deepEqual(log.lines[0]?.fields, { type: 'not_json', sender: '10.0.0.1', count: 1, path })
})

test('an unlimited number of targets causes a bounded number of warnings', async t => {
  const { letters, log, clock } = await open(t)
  const many = (prefix: string, target: string) =>
    letters.add(Array.from({ length: 500 }, (_, i) => letter(`${prefix}-${i}`, { target: `${target}-${i}` })))
  await many('a', 'logs')
  t.is(log.lines.length, 101)
  t.deepEqual(Object.keys(log.lines[100]?.fields ?? {}), ['count', 'path'])
  await clock.pass(600_000)
  await many('b', 'new')
  t.is(log.lines.length, 202)
  t.like(log.lines[101]?.fields, { target: 'new-0', count: 1 })
})
