import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { judge } from '../../../src/demo/verdict.ts'
import type { Machine } from '../../../src/demo/fleet-workplace.ts'
import { searchElasticsearch } from '../../../src/stores/elasticsearch/search.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { startElasticsearch } from '../../helpers/servers/elasticsearch.ts'
import { startEtcd } from '../../helpers/servers/etcd.ts'
import { type Config, kinds, makeFleet } from '../../helpers/fleet/fleet.ts'
import { allAddUp, readMetric, startLoad, withLongLives } from '../../helpers/fleet/fleet-view.ts'
import { startRelay } from '../../helpers/peers/relay.ts'
import { until } from '../../helpers/time/until.ts'

/** More than agents and collectors hold together while the store is not known. */
const FIRST_LINES = 20_000
const KEY = '/forwarder/elasticsearch/hosts'

function configure(config: Config): Config {
  if ('files' in config) return { ...config, spoolSize: 500 }
  return withLongLives('store' in config ? { ...config, store: { type: 'elasticsearch' } } : config)
}

test('a fleet waits for an Elasticsearch whose hosts are in etcd, and follows them under load', async t => {
  const store = await startElasticsearch(t, { version: '8.19.21', yml: ['xpack.security.enabled: false'] })
  const [first, second] = [await startRelay(t, store.httpPort), await startRelay(t, store.httpPort)]
  const server = await startEtcd(t)
  const fleet = await makeFleet(t, { server, configure })
  const [one, ...others] = fleet.agents
  await fleet.write(1, FIRST_LINES + 1)
  for (const kind of kinds) await fleet.start(kind)

  const sum = async (machines: readonly Machine[], metric: string) => {
    const values = await Promise.all(machines.map(async machine => (await readMetric(fleet, machine, metric)) ?? 0))
    return values.reduce((total, value) => total + value, 0)
  }
  const acked = () => sum(fleet.agents, 'forwarder_events_acked_total')
  for (const agent of [one, ...others])
    await until(async () => (await sum([agent], 'forwarder_connected')) === 2, `${agent.name} is connected`, 40_000)
  await until(async () => (await sum(fleet.collectors, 'forwarder_events_received_total')) > 1000, 'lines are sent')
  const read = () => sum(fleet.agents, 'forwarder_lines_read_total')
  const isHeld = async () => (await read()) === (await sleep(2000).then(read))
  await until(isHeld, 'agents read no further', 60_000)
  t.true((await read()) < 3 * FIRST_LINES, `agents are held: they have read ${await read()} lines`)
  t.is(await acked(), 0)
  for (const collector of fleet.collectors)
    t.regex(await fleet.readLog(collector), /the list of hosts of the store is empty.*the store takes nothing now/)

  await server.etcdctl('put', KEY, `http://127.0.0.1:${first.port}`)
  const load = startLoad(t, fleet, FIRST_LINES)
  await until(async () => (await acked()) > 10_000, 'lines are stored', 60_000)
  t.true(first.connections() >= 2, 'by both collectors, by the first way')
  t.is(second.connections(), 0)
  await server.etcdctl('put', KEY, JSON.stringify([`http://127.0.0.1:${second.port}`]))
  await until(() => second.connections() >= 2, 'both take the second way')
  first.cut()
  const then = await acked()
  await until(async () => (await acked()) > then + 5000, 'lines are stored by the second way alone', 60_000)

  const written = await load.stop()
  const isStored = async () => (await countDocuments(store.url)) >= 3 * written
  await until(isStored, 'everything is stored', 60_000).catch(async (cause: unknown) => {
    const counts = `${await countDocuments(store.url)} of ${3 * written}, ${await acked()} acked`
    throw new Error(`${String(cause)}: ${counts}\n${await fleet.lastWords()}`, { cause })
  })
  await allAddUp(t, fleet)
  const codes = await fleet.stopAll()
  const target = { kind: 'index', pattern: 'forwarder-%{+yyyy.MM.dd}' } as const
  for (const { name } of fleet.agents) {
    const own = { text: '', fields: [['service', name]] as const, limit: 0 }
    const hits = searchElasticsearch({ hosts: [store.url], target, log: silentLog }, own)
    t.deepEqual(await judge(hits, written), { stored: written, lost: 0, twice: 0 }, name)
  }
  t.deepEqual(codes, Array(6).fill(0), await fleet.lastWords())
})

async function countDocuments(url: string): Promise<number> {
  await fetch(`${url}/forwarder-*/_refresh`, { method: 'POST' })
  const response = await fetch(`${url}/forwarder-*/_count`)
  return ((await response.json()) as { count: number }).count
}
