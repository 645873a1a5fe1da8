import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { DeadLetter } from '../../../../src/delivery/contract.ts'
import { openDeadLetters } from '../../../../src/delivery/letters/dead-letters.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { runInside } from '../../../helpers/process/command-line.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { ManualClock } from '../../../helpers/time/manual-clock.ts'

const letter = (id: string, more: Partial<DeadLetter> = {}): DeadLetter => ({
  id,
  target: 'logs-1',
  type: 'bad_mapping',
  reason: `the host of ${id} is text`,
  payload: Buffer.from(`{"message":"line ${id}"}`),
  receivedAtMs: 5,
  peer: '10.0.0.1:9 (web1)',
  ...more,
})

const DAY_MS = 86_400_000

/** Six letters: three kinds, two days. */
async function makeLetters(t: ExecutionContext): Promise<string> {
  const stateDir = await makeTempDir(t)
  const clock = new ManualClock(Date.UTC(2026, 10, 20))
  const letters = openDeadLetters({ path: join(stateDir, 'dead-letters.db'), log: silentLog, clock })
  await letters.add([letter('a'), letter('b'), letter('c', { target: 'logs-2' })])
  await clock.pass(DAY_MS)
  await letters.add([
    letter('d', { peer: '10.0.0.2:9', reason: 'ÜBER the host of d' }),
    letter('e', { type: 'immense_term', reason: '\u001B[31mred' }),
    letter('f', { target: '', type: 'not_json', payload: Buffer.from([0xff, 0xfe]) }),
  ])
  await letters.close()
  return stateDir
}

async function run(stateDir: string, ...args: string[]) {
  return await runInside(['dead-letters', ...args, '--state-dir', stateDir])
}

async function exportIds(stateDir: string, ...filter: string[]): Promise<string> {
  const { code, out, err } = await run(stateDir, 'export', ...filter)
  return code === 0 ? out.replaceAll(/.*"id":"(\w+)".*\n/g, '$1') : err
}

test('a command that shows no letter prints that there is none, or none that matches', async t => {
  const stateDir = await makeLetters(t)
  t.like(await run(stateDir, 'show', '--key', '99'), {
    code: 0,
    out: '',
    err: 'no dead letters that match the options\n',
  })
  await run(stateDir, 'drop', '--all')
  t.like(await run(stateDir, 'show'), { code: 0, out: '', err: 'no dead letters\n' })
})

test('the list counts the letters by target, type and sender', async t => {
  const { code, out } = await run(await makeLetters(t), 'list')
  t.is(code, 0)
  const lines = out.split('\n').map(line => line.split(/ {2,}/))
  t.deepEqual(lines[0]?.slice(0, 5), ['LETTERS', 'BYTES', 'TARGET', 'TYPE', 'SENDER'])
  t.deepEqual(lines[1], ['2', '40', 'logs-1', 'bad_mapping', 'web1', '2026-11-20 00:00', '2026-11-20 00:00', '0'])
  t.is(lines.filter(([first]) => first === '1').length, 4)
})

for (const [filter, ids] of [
  [[], 'abcdef'],
  [['--reason', 'HOST OF'], 'abcdf'],
  [['--reason', 'immense'], 'e'],
  [['--reason', 'Über THE'], 'd'],
  [['--target', 'logs-2'], 'c'],
  [['--target', 'logs-*'], 'abcde'],
  [['--target', ''], 'f'],
  [['--sender', 'web1', '--target', 'logs-1'], 'abe'],
  [['--sender', '10.0.0.?'], ''],
  [['--sender', '10.0.0.2'], 'd'],
  [['--since', '2026-11-20T12:00:00Z'], 'def'],
  [['--until', '2026-11-20T12:00:00Z', '--reason', 'bad'], 'abc'],
  [['--key', '2', '--key', '4'], 'bd'],
] as const) {
  test(`letters are chosen by ${filter.length === 0 ? 'nothing, so all' : filter.join(' ')}`, async t => {
    t.is(await exportIds(await makeLetters(t), ...filter), ids)
  })
}

test('an export has each letter as a line, with bytes that are not UTF-8 in base64', async t => {
  const stateDir = await makeLetters(t)
  const lines = (await run(stateDir, 'export')).out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  t.like(lines[0], {
    key: 1,
    id: 'a',
    target: 'logs-1',
    type: 'bad_mapping',
    reason: 'the host of a is text',
    sender: 'web1',
    payload: '{"message":"line a"}',
    receivedAt: '1970-01-01T00:00:00.005Z',
    keptAt: '2026-11-20T00:00:00.000Z',
  })
  t.is(lines[5].payloadBase64, '//4=')
})

test('the newest letters are shown with reason and document, without control sequences', async t => {
  const { out, err } = await run(await makeLetters(t), 'show', '--limit', '2')
  t.regex(out, /^letter 6: not_json\n {2}target {4}- \(not an event\)\n/)
  t.regex(out, /letter 5: immense_term\n/)
  t.regex(out, /reason {4}red\n/)
  t.notRegex(out, /letter 4/)
  t.regex(err, /and 4 more letters/)
})

test('letters are dropped only if some are named, or all', async t => {
  const stateDir = await makeLetters(t)
  t.like(await run(stateDir, 'drop'), { code: 1, out: '' })
  t.like(await run(stateDir, 'drop', '--all', '--sender', 'web1'), { code: 1, out: '' })
  t.is(await exportIds(stateDir), 'abcdef')
  t.like(await run(stateDir, 'drop', '--sender', 'web1', '--target', 'logs-1'), { code: 0, out: '3 letters dropped\n' })
  t.is(await exportIds(stateDir), 'cdf')
  t.like(await run(stateDir, 'drop', '--all'), { code: 0, out: '3 letters dropped\n' })
  t.is((await run(stateDir, 'list')).out, 'no dead letters\n')
})

test('letters are marked for a replay while no collector runs; payloads that are not events are not', async t => {
  const stateDir = await makeLetters(t)
  const { code, out, err } = await run(stateDir, 'replay', '--all')
  t.is(code, 0)
  t.is(out, '5 letters marked; the collector is not running and sends them when it does\n')
  t.regex(err, /^1 letter cannot be replayed: the payload is not an event that the collector accepts \(not_json: 1\)/)
  const { groups } = JSON.parse((await run(stateDir, 'list', '--json')).out) as { groups: { marked: number }[] }
  t.is(
    groups.reduce((sum, { marked }) => sum + marked, 0),
    5,
  )
})

test('a replay reports the letters that cannot be replayed by type, with commands that export and remove just these', async t => {
  const stateDir = await makeLetters(t)
  const { code, out, err } = await run(stateDir, 'replay', '--reason', 'host of f', '--target', '')
  t.is(code, 2, 'nothing of what was chosen can be replayed')
  t.is(out, 'no letter is to be replayed\n')
  t.true(
    err.startsWith(
      '1 letter cannot be replayed: the payload is not an event that the collector accepts (not_json: 1)\n',
    ),
  )
  const commands = err.split('\n').flatMap(line => /^ {2}forwarder (.*)$/.exec(line)?.[1] ?? [])
  const args = commands.map(command => command.replace(/ > .*/, '').replaceAll("''", '').split(' '))
  t.deepEqual(
    args.map(words => words.slice(0, 4)),
    ['export', 'drop'].map(verb => ['dead-letters', verb, '--state-dir', stateDir]),
  )
  t.like(await runInside(args[1] ?? []), { code: 0, out: '1 letter dropped\n' })
  t.is(await exportIds(stateDir), 'abcde')
})

test('a collector without dead letters has none to list, show, export, drop or replay', async t => {
  const stateDir = await makeTempDir(t)
  for (const args of [['list'], ['show'], ['export'], ['drop', '--all'], ['replay', '--all']])
    t.is((await run(stateDir, ...args)).code, 0, args.join(' '))
})

test('a configuration names the file of the dead letters', async t => {
  const stateDir = await makeLetters(t)
  const config = join(await makeTempDir(t), 'collector.json')
  const path = join(stateDir, 'dead-letters.db')
  await writeFile(config, JSON.stringify({ listen: '127.0.0.1:0', stateDir: '/nowhere', deadLetters: { path } }))
  const { out } = await runInside(['dead-letters', 'list', '--config', config])
  t.regex(out, /logs-2/)
})
