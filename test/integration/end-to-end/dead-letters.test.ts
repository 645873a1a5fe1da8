import test from 'ava'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findFreePorts, startRole } from '../../../src/demo/role-process.ts'
import { startElasticsearch } from '../../helpers/servers/elasticsearch.ts'
import { jsonFrame, windowOf } from '../../helpers/lumberjack/frames.ts'
import { connectRaw } from '../../helpers/peers/raw-client.ts'
import { forwarderCommand, ofProgram } from '../../helpers/process/roles.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

interface Health {
  readonly status: string
  readonly reasons: readonly string[]
}

/** As classic senders write it; our template has `host` as an object. */
const classic = JSON.stringify({ '@timestamp': '2026-02-03T04:05:06Z', message: 'a SECRET line', host: 'web1' })
const fitting = JSON.stringify({ '@timestamp': '2026-02-03T04:05:06Z', message: 'a line', host: { name: 'web1' } })

test(
  ofProgram('events that the index template refuses are logged as a warning and shown in health until one is stored'),
  async t => {
    const server = await startElasticsearch(t, { version: '8.19.21' })
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
    const collector = startRole({ role: 'collector', ...paths, metricsPort, command: forwarderCommand })
    t.teardown(() => collector.kill())
    await collector.ready()
    const askHealth = async () => (await (await fetch(`http://127.0.0.1:${metricsPort}/health`)).json()) as Health

    const client = await connectRaw(t, port)
    client.send(windowOf(2, ...Array.from({ length: 50 }, (_, i) => jsonFrame(i + 1, classic))))
    await client.hear(6)
    const sick = await askHealth()
    t.is(sick.status, 'unhealthy')
    t.regex(sick.reasons.join('\n'), /^forwarder-2026\.02\.03: the last 50 events all became dead letters/)
    const text = await readFile(paths.logPath, 'utf8')
    const warnings = text.split('\n').filter(line => line.includes('became dead letters'))
    t.is(warnings.length, 1)
    t.like(JSON.parse(warnings[0] ?? ''), {
      level: 'warn',
      target: 'forwarder-2026.02.03',
      type: 'document_parsing_exception',
      count: 50,
      path: join(dir, 'state/dead-letters.db'),
    })
    t.notRegex(text + sick.reasons.join('\n'), /SECRET|web1/)

    client.send(windowOf(2, jsonFrame(1, fitting)))
    await client.hear(12)
    t.deepEqual(await askHealth(), { status: 'healthy', reasons: [] })
    t.is(await collector.stop(), 0)
  },
)
