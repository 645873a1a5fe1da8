import test, { type ExecutionContext } from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Machine } from '../../../src/demo/fleet-workplace.ts'
import { type EtcdServer, startEtcd } from '../../helpers/servers/etcd.ts'
import { type Fleet, makeFleet } from '../../helpers/fleet/fleet.ts'
import { stopProcess } from '../../helpers/process/stop-process.ts'
import {
  isAlive,
  pidOf,
  readMetric,
  readSaid,
  readTroubles,
  startFleet,
  startLoad,
  withLongLives,
  endsWell,
} from '../../helpers/fleet/fleet-view.ts'
import { until } from '../../helpers/time/until.ts'

const AWAY_MS = 20_000
const RECEIVED = 'forwarder_events_received_total'

interface Scene {
  readonly server: EtcdServer
  readonly fleet: Fleet
  readonly received: (collector: Machine) => Promise<number>
  /** Waits until each agent does, or does not, hear of changes. */
  untilLive(agents: readonly Machine[], isLive: boolean): Promise<void>
  untilRegistered(): Promise<void>
  /** Ends the writing, judges, stops all. */
  conclude(): Promise<void>
}

async function makeScene(t: ExecutionContext): Promise<Scene> {
  const server = await startEtcd(t)
  const fleet = await makeFleet(t, { server, configure: withLongLives })
  await startFleet(fleet)
  const load = startLoad(t, fleet)
  const received = async (machine: Machine) => (await readMetric(fleet, machine, RECEIVED)) ?? 0
  for (const collector of fleet.collectors)
    await until(async () => (await received(collector)) > 500, `${collector.name} is in use`)
  const areRegistered = async () => {
    const keys = await server.etcdctl('get', '--prefix', '--keys-only', '/forwarder/collectors/')
    return fleet.collectors.every(({ name }) => keys.includes(name))
  }
  return {
    server,
    fleet,
    received,
    async untilLive(agents, isLive) {
      const isSo = async (agent: Machine) =>
        (await readMetric(fleet, agent, 'forwarder_directory_is_live')) === Number(isLive)
      for (const agent of agents)
        await until(() => isSo(agent), `${agent.name} ${isLive ? 'follows etcd' : 'knows that etcd is away'}`, 40_000)
    },
    untilRegistered: () => until(areRegistered, 'both collectors are registered', 40_000),
    async conclude() {
      await endsWell(t, fleet, await load.stop())
    },
  }
}

/** Each machine says that etcd went away, and does not say it again and again. */
async function checkWarnings(
  t: ExecutionContext,
  fleet: Fleet,
  { machines, sinceMs }: { readonly machines: readonly Machine[]; readonly sinceMs: number },
): Promise<void> {
  for (const machine of machines) {
    const all = await readTroubles(fleet, machine, sinceMs)
    const troubles = all.filter(({ prefix, key }) => prefix !== undefined || key !== undefined)
    t.true(troubles.length > 0, `${machine.name} says nothing`)
    const kinds = new Set(troubles.map(({ message, prefix, key, reason }) => [message, prefix, key, reason].join()))
    t.is(troubles.length, kinds.size, `${machine.name} repeats itself:\n${JSON.stringify(troubles, undefined, 1)}`)
  }
}

test.serial(
  'while etcd is down for 20 s after a kill, delivery continues, restarted collectors are found, and all are registered afterwards',
  async t => {
    const { server, fleet, ...scene } = await makeScene(t)
    const [one, two] = fleet.collectors
    const [steady, , late] = fleet.agents
    const awayAtMs = Date.now()
    await server.kill9()
    await scene.untilLive(fleet.agents, false)

    await fleet.process(two).kill()
    t.is(await fleet.process(late).stop(), 0)
    const before = await scene.received(one)
    await until(async () => (await scene.received(one)) > before + 1000, 'the other collector continues')
    fleet.startMachine(two)
    fleet.startMachine(late)
    await fleet.process(late).ready()
    const warning = (await readSaid(fleet, late)).findLast(({ message }) => message.includes('last known state'))
    t.truthy(warning, 'it reports that it continues with the last known state')
    await until(async () => ((await readMetric(fleet, late, 'forwarder_events_acked_total')) ?? 0) > 500, 'it delivers')
    await until(async () => (await scene.received(two)) > 500, 'the collector that is back is used again', 40_000)
    t.is(await readMetric(fleet, two, 'forwarder_registered'), 0)
    await sleep(Math.max(0, AWAY_MS - (Date.now() - awayAtMs)))
    t.is(await readMetric(fleet, steady, 'forwarder_directory_is_live'), 0)

    await server.restart()
    await scene.untilRegistered()
    await scene.untilLive(fleet.agents, true)
    await checkWarnings(t, fleet, { machines: [steady, one], sinceMs: awayAtMs })
    await scene.conclude()
  },
)

test.serial(
  'while etcd hangs for 20 s, delivery continues, and no collector is missing from the directory for long',
  async t => {
    const { server, fleet, ...scene } = await makeScene(t)
    const awayAtMs = Date.now()
    server.pause()
    await scene.untilLive(fleet.agents, false)
    const before = await Promise.all(fleet.collectors.map(scene.received))
    await sleep(Math.max(0, AWAY_MS - (Date.now() - awayAtMs)))
    const after = await Promise.all(fleet.collectors.map(scene.received))
    for (const [index, count] of after.entries())
      t.true(count > before[index]! + 500, `${before.join()} became ${after.join()}`)
    server.resume()
    await scene.untilRegistered()
    await scene.untilLive(fleet.agents, true)
    await checkWarnings(t, fleet, { machines: fleet.agents, sinceMs: awayAtMs })
    await scene.conclude()
  },
)

test.serial(
  'an agent that was stopped while etcd was restarted and compacted finds the current collectors',
  async t => {
    const { server, fleet, ...scene } = await makeScene(t)
    const [, sleeper] = fleet.agents
    const [, leaving] = fleet.collectors
    const pid = pidOf(sleeper)
    stopProcess(pid)
    t.teardown(() => isAlive(pid) && process.kill(pid, 'SIGCONT'))
    await server.kill9()
    await server.restart()
    await scene.untilRegistered()
    t.is(await fleet.process(leaving).stop(), 0)
    for (let round = 0; round < 20; round++) await server.etcdctl('put', '/forwarder/collectors/other', `${round}`)
    await server.etcdctl('del', '/forwarder/collectors/other')
    const status = JSON.parse(await server.etcdctl('endpoint', 'status', '-w', 'json')) as {
      Status: { header: { revision: number } }
    }[]
    const revision = status[0]!.Status.header.revision
    t.regex(await server.etcdctl('compact', String(revision)), /compacted revision/)
    await t.throwsAsync(server.etcdctl('get', '/forwarder/trust', '--rev', String(revision - 5)), {
      message: /compacted/,
    })

    process.kill(pid, 'SIGCONT')
    const knows = async (count: number) =>
      (await readMetric(fleet, sleeper, 'forwarder_directory_collectors')) === count
    await until(() => knows(1), 'it knows that one has left', 40_000)
    await scene.untilLive(fleet.agents, true)
    await fleet.startMachine(leaving).ready()
    await until(() => knows(2), 'it hears of the one that is back', 40_000)
    await until(async () => (await scene.received(leaving)) > 500, 'which is used')
    await scene.conclude()
  },
)
