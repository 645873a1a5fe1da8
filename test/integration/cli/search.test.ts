import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import test, { type ExecutionContext } from 'ava'
import { openEmbeddedStore } from '../../../src/stores/embedded/store.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { runProgram } from '../../helpers/process/command-line.ts'
import { writeConfig } from '../../helpers/process/config-text.ts'
import { eventOf, makeEvents } from '../../helpers/stores/store-events.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

const program = join(import.meta.dirname, '../../../bin/forwarder')

/** A store with a writer, as a running collector has it. */
async function makeStore(t: ExecutionContext) {
  const path = join(await makeTempDir(t), 'events.db')
  const store = await openEmbeddedStore({ path, log: silentLog })
  t.teardown(() => store.close())
  const write = async (id: string, message: string, agoMs = 0) => {
    const timeMs = Date.now() - agoMs
    const document = {
      '@timestamp': new Date(timeMs).toISOString(),
      message,
      host: { name: id === 'a' ? 'web1' : 'web2' },
    }
    const verdicts = await store.write([eventOf(id, JSON.stringify(document), timeMs)], new AbortController().signal)
    t.deepEqual(verdicts, [{ kind: 'stored' }])
  }
  await write('a', 'disk is full', 7_200_000)
  await write('b', 'disk is empty')
  return { path, store, write }
}

test('search finds words, newest first, while the store is being written', async t => {
  const { path } = await makeStore(t)
  const { code, out } = await runProgram(['search', 'disk', '--store', path])
  t.is(code, 0)
  t.regex(out, /^\S+Z {2}web2 {2}disk is empty\n\S+Z {2}web1 {2}disk is full\n$/u)
})

test("search finds the store by the collector's configuration, and respects time, field and limit", async t => {
  const { path } = await makeStore(t)
  const config = await writeConfig(t, JSON.stringify({ listen: '127.0.0.1', store: { type: 'embedded', path } }))
  const find = async (...args: string[]) => {
    const { out } = await runProgram(['search', '--config', config, '--json', ...args])
    return out
      .trimEnd()
      .split('\n')
      .map(line => (JSON.parse(line) as { readonly _id: string })._id)
  }
  t.deepEqual(await find(), ['b', 'a'])
  t.deepEqual(await find('--since', '1h'), ['b'])
  t.deepEqual(await find('--field', 'host.name=web1'), ['a'])
  t.deepEqual(await find('--limit', '1'), ['b'])
})

test('a search without hits reports that on standard error and exits with 0', async t => {
  const { path } = await makeStore(t)
  t.deepEqual(await runProgram(['search', 'zebra', '--store', path]), { code: 0, out: '', err: 'no events match\n' })
})

test('a search with --follow shows the existing events, oldest first, then new ones, and ends in order', async t => {
  const { path, write } = await makeStore(t)
  const child = spawn(program, ['search', 'disk', '--store', path, '--follow', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => void child.kill('SIGKILL'))
  let out = ''
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  await until(() => out.split('\n').length === 3, 'the earlier events are shown')
  await write('c', 'a disk more')
  await until(() => out.includes('a disk more'), 'the new event is shown')
  child.kill('SIGINT')
  t.is(await ended, 0)
  t.deepEqual(
    out
      .trimEnd()
      .split('\n')
      .map(line => (JSON.parse(line) as { readonly _id: string })._id),
    ['a', 'b', 'c'],
  )
})

test('a long search ends in order and without an error when its reader closes the pipe', async t => {
  const { path, store } = await makeStore(t)
  await store.write(makeEvents('many', 5000), new AbortController().signal)
  const script = '("$0" search --store "$1" --limit 0; echo "exit $?" >&2) | head -n 1'
  const child = spawn('sh', ['-c', script, program, path], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  t.is(out.split('\n').length, 2)
  t.is(err, 'exit 0\n')
})
