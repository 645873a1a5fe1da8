import test, { type ExecutionContext } from 'ava'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePorts, type RoleProcess, startRole } from '../../../src/demo/role-process.ts'
import { judge } from '../../../src/demo/verdict.ts'
import { searchElasticsearch } from '../../../src/stores/elasticsearch/search.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeAccessLog } from '../../helpers/files/access-log.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { startElasticsearch } from '../../helpers/servers/elasticsearch.ts'
import { patience } from '../../helpers/time/patience.ts'
import { forwarderCommand } from '../../helpers/process/roles.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { until } from '../../helpers/time/until.ts'

const BEFORE = 60_000
const UNDER_FAULTS = 150_000
const COLLECTORS = [0, 1, 2] as const

interface Scene {
  readonly logFile: string
  startCollector(index: number): Promise<RoleProcess>
  startAgent(): Promise<RoleProcess>
  /** Events that each collector has taken since it was started; NaN for one that does not run. */
  readShares(): Promise<number[]>
  readAgent(name: string): Promise<number>
}

async function makeScene(t: ExecutionContext, storeUrl: string): Promise<Scene> {
  const dir = await makeTempDir(t)
  const { ca, server, client } = await makeCertificates(dir)
  const ports = await findFreePorts(7)
  const listenPorts = ports.slice(0, 3)
  const logs = join(dir, 'logs')
  await mkdir(logs)
  const running = new Map<string, RoleProcess>()
  const start = async (name: string, config: object, metricsPort: number) => {
    const configPath = join(dir, `${name}.json`)
    await writeFile(configPath, JSON.stringify({ ...config, metrics: { listen: `127.0.0.1:${metricsPort}` } }))
    const role = name === 'agent' ? 'agent' : 'collector'
    const logPath = join(dir, `${name}.out`)
    const process = startRole({ role, configPath, logPath, metricsPort, command: forwarderCommand })
    t.teardown(() => process.kill())
    running.set(name, process)
    await process.ready()
    return process
  }
  return {
    logFile: join(logs, 'access.log'),
    startCollector: index =>
      start(
        `collector-${index}`,
        {
          listen: [`127.0.0.1:${listenPorts[index]}`],
          tls: { certificate: server.certificate, key: server.key, ca, clientAuth: 'required' },
          store: { type: 'elasticsearch', hosts: [storeUrl] },
          stateDir: join(dir, `collector-${index}`),
        },
        ports[3 + index]!,
      ),
    startAgent: () =>
      start(
        'agent',
        {
          network: {
            servers: listenPorts.map(port => `localhost:${port}`),
            balance: 'all',
            tls: { certificate: client.certificate, key: client.key, ca },
          },
          files: [{ paths: [join(logs, '*.log*')], fields: { service: 'shop' } }],
          spoolSize: 100,
          stateDir: join(dir, 'agent'),
        },
        ports[6]!,
      ),
    readShares: () =>
      Promise.all(
        COLLECTORS.map(async index => {
          const metrics = await running.get(`collector-${index}`)!.readMetrics()
          return metrics.get('forwarder_events_received_total') ?? NaN
        }),
      ),
    readAgent: async name => (await running.get('agent')!.readMetrics()).get(name) ?? 0,
  }
}

test('three collectors share the load evenly, and no line is lost or stored twice while one, then two, are killed and restarted', async t => {
  t.timeout(patience(600_000))
  const store = await startElasticsearch(t, { version: '8.19.21', yml: ['xpack.security.enabled: false'] })
  const scene = await makeScene(t, store.url)
  const collectors = await Promise.all(COLLECTORS.map(index => scene.startCollector(index)))
  const agent = await scene.startAgent()
  await until(async () => (await scene.readAgent('forwarder_connected')) === 3, 'the agent is connected to all three')

  await writeLines(scene.logFile, { from: 1, to: BEFORE, piece: 250 })
  await until(
    async () => (await scene.readAgent('forwarder_events_acked_total')) >= BEFORE,
    'the first part is acked',
    180_000,
  )
  const shares = await scene.readShares()
  t.log(`three collectors: ${shares.join(', ')} of ${BEFORE}`)
  const third = shares.reduce((sum, share) => sum + share, 0) / 3
  t.true(
    shares.every(share => Math.abs(share - third) <= third * 0.05),
    shares.join(),
  )

  const writing = writeLines(scene.logFile, { from: BEFORE + 1, to: BEFORE + UNDER_FAULTS, piece: 2500 })
  const progress = async (lines: number, what: string) => {
    const goal = (await scene.readAgent('forwarder_events_acked_total')) + lines
    await until(async () => (await scene.readAgent('forwarder_events_acked_total')) >= goal, what, 60_000)
    t.log(`${what}: ${(await scene.readShares()).join(', ')}`)
  }
  const killUnderLoad = async (index: number) => {
    await until(async () => (await scene.readAgent('forwarder_batches_in_flight')) >= 6, 'batches are on their way')
    await collectors[index]!.kill()
  }
  await killUnderLoad(0)
  await progress(10_000, 'two of three continue')
  await killUnderLoad(1)
  await progress(10_000, 'one of three continues')
  await Promise.all([0, 1].map(async index => void (collectors[index] = await scene.startCollector(index))))
  await until(async () => (await scene.readAgent('forwarder_connected')) === 3, 'all three are back', 60_000)
  await progress(10_000, 'all three again')
  await writing
  const all = BEFORE + UNDER_FAULTS
  await until(
    async () => (await scene.readAgent('forwarder_events_acked_total')) >= all,
    'all lines are acked',
    300_000,
  )
  t.log(`at the end: ${(await scene.readShares()).join(', ')}`)
  t.true((await scene.readAgent('forwarder_events_resent_total')) > 0, 'they were killed under load')
  t.log(`${await scene.readAgent('forwarder_events_resent_total')} events were sent again`)

  await addsUpIn(t, agent)
  t.is(await agent.stop(), 0)
  for (const collector of collectors) t.is(await collector.stop(), 0)
  await fetch(`${store.url}/forwarder-*/_refresh`, { method: 'POST' })
  const target = { kind: 'index', pattern: 'forwarder-%{+yyyy.MM.dd}' } as const
  const hits = searchElasticsearch({ hosts: [store.url], target, log: silentLog }, { text: '', fields: [], limit: 0 })
  t.deepEqual(await judge(hits, all), { stored: all, lost: 0, twice: 0 })
})

/** One piece every 25 ms: 250 lines are an easy pace, 2500 are more than can be stored. */
async function writeLines(
  path: string,
  { from, to, piece }: { readonly from: number; readonly to: number; readonly piece: number },
): Promise<void> {
  for (let at = from; at <= to; at += piece) {
    await appendFile(path, makeAccessLog(at, Math.min(at + piece, to + 1)))
    await sleep(25)
  }
}
