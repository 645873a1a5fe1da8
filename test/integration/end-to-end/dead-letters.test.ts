import test, { type ExecutionContext } from 'ava'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findFreePorts, startRole } from '../../../src/demo/role-process.ts'
import { startElasticsearch } from '../../helpers/servers/elasticsearch.ts'
import { call, countDocuments } from '../../helpers/servers/search-server.ts'
import { jsonFrame, windowOf } from '../../helpers/lumberjack/frames.ts'
import { connectRaw } from '../../helpers/peers/raw-client.ts'
import { runProgram } from '../../helpers/process/command-line.ts'
import { forwarderCommand, ofProgram } from '../../helpers/process/roles.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

interface Health {
  readonly status: string
  readonly reasons: readonly string[]
}

const TIME = new Date().toISOString()
const INDEX = `forwarder-${TIME.slice(0, 10).replaceAll('-', '.')}`
const WINDOW = 600
const ACK_BYTES = 6
/** `host` of our events is an object. */
const WRONG_MAPPING = { mappings: { properties: { host: { type: 'keyword' } } } }

function eventOf(id: string): string {
  const document = { '@timestamp': TIME, message: 'a SECRET line', host: { name: 'web1' } }
  return JSON.stringify({ '@metadata': { _id: id }, ...document })
}

/** An index with a wrong mapping, as another program made it, and a collector that writes to it. */
async function makePlace(t: ExecutionContext) {
  const server = await startElasticsearch(t, { version: '8.19.21' })
  await call(server, `PUT /${INDEX}`, WRONG_MAPPING)
  const dir = await makeTempDir(t)
  const [port = 0, metricsPort = 0] = await findFreePorts(2)
  const paths = { configPath: join(dir, 'collector.json'), logPath: join(dir, 'collector.out') }
  const config = {
    listen: [`127.0.0.1:${port}`],
    keepalive: '1m', // an ack 0 while the server creates the index would be taken for the answer
    store: { type: 'elasticsearch', hosts: [server.url] },
    stateDir: join(dir, 'state'),
    metrics: { listen: `127.0.0.1:${metricsPort}` },
  }
  await writeFile(paths.configPath, JSON.stringify(config))
  const start = async () => {
    const collector = startRole({ role: 'collector', ...paths, metricsPort, command: forwarderCommand })
    t.teardown(() => collector.kill())
    await collector.ready()
    return collector
  }
  const askHealth = async () => (await (await fetch(`http://127.0.0.1:${metricsPort}/health`)).json()) as Health
  const run = async (...args: readonly string[]) =>
    await runProgram(['dead-letters', ...args, '--config', paths.configPath])
  /** In windows that are one batch each, so that each has one ack. */
  const send = async (prefix: string, count: number) => {
    const client = await connectRaw(t, port)
    for (let from = 0; from < count; from += WINDOW) {
      const ids = Array.from({ length: Math.min(WINDOW, count - from) }, (_, i) => `${prefix}-${from + i}`)
      client.send(windowOf(2, ...ids.map((id, i) => jsonFrame(i + 1, eventOf(id)))))
      await client.hear((from / WINDOW + 1) * ACK_BYTES)
    }
  }
  return { server, dir, ...paths, start, askHealth, run, send }
}

test.serial(
  ofProgram('events that an index refuses are logged as a warning and shown in health until one is stored'),
  async t => {
    const { server, dir, logPath, start, askHealth, send } = await makePlace(t)
    const collector = await start()
    await send('a', 50)
    const sick = await askHealth()
    t.is(sick.status, 'unhealthy')
    t.true(sick.reasons.join('\n').startsWith(`${INDEX}: the last 50 events all became dead letters`))
    const text = await readFile(logPath, 'utf8')
    const warnings = text.split('\n').filter(line => line.includes('became dead letters'))
    t.is(warnings.length, 1)
    t.like(JSON.parse(warnings[0] ?? ''), {
      level: 'warn',
      target: INDEX,
      type: 'document_parsing_exception',
      sender: '127.0.0.1',
      count: 50,
      path: join(dir, 'state/dead-letters.db'),
    })
    t.notRegex(text + sick.reasons.join('\n'), /SECRET|web1/)

    await call(server, `DELETE /${INDEX}`)
    await send('b', 1)
    t.deepEqual(await askHealth(), { status: 'healthy', reasons: [] })
    t.is(await collector.stop(), 0)
  },
)

test.serial(
  ofProgram(
    'an operator lists, exports and replays what a wrong mapping refused while the collector runs, and each event is stored once',
  ),
  async t => {
    const { server, start, run, send } = await makePlace(t)
    const collector = await start()
    await send('a', 1200)
    const listed = await run('list')
    t.regex(listed.out, /^LETTERS .*\n1,200 +[\d,]+ +forwarder-[\d.]+ +document_parsing_exception +127\.0\.0\.1 /)
    t.is((await run('export', '--target', INDEX)).out.match(/\n/g)?.length, 1200)
    t.regex((await run('show', '--limit', '1')).out, /reason +.*failed to parse field \[host\].*\n +document +.*SECRET/)

    const early = await run('replay', '--target', INDEX)
    t.is(early.code, 2)
    t.regex(early.err, /1,200 letters refused again/)
    await call(server, `DELETE /${INDEX}`)
    t.like(await run('replay', '--target', INDEX), { code: 0, out: '1,200 letters replayed\n', err: '' })
    t.is(await countDocuments(server, INDEX), 1200)
    t.is((await run('list')).out, 'no dead letters\n')
    t.is(await collector.stop(), 0)
  },
)

test.serial(
  ofProgram('a replay in which the collector is killed continues at its next start, and each event is stored once'),
  async t => {
    const { server, start, run, send } = await makePlace(t)
    const killed = await start()
    await send('a', 9000)
    await call(server, `DELETE /${INDEX}`)
    const replay = run('replay', '--all', '--timeout', '1s')
    await until(async () => (await countIfThere(server)) > 0, 'some letters are replayed')
    await killed.kill()
    await replay
    t.not((await run('list')).out, 'no dead letters\n', 'the replay was over before the kill')
    const next = await start()
    await until(async () => (await run('list')).out === 'no dead letters\n', 'all letters are replayed')
    t.is(await countDocuments(server, INDEX), 9000)
    t.is(await next.stop(), 0)
  },
)

async function countIfThere(server: Parameters<typeof call>[0]): Promise<number> {
  return await countDocuments(server, INDEX).catch(() => 0) // the index is not there yet, or its shard is not
}
