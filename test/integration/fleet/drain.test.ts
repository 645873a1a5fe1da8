import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEtcd } from '../../helpers/servers/etcd.ts'
import { type Config, makeFleet } from '../../helpers/fleet/fleet.ts'
import {
  isAlive,
  pidOf,
  readMetric,
  readTroubles,
  readSeries,
  runForwarder,
  type SaidLine,
  startFleet,
  startLoad,
  withLongLives,
  endsWell,
} from '../../helpers/fleet/fleet-view.ts'
import { isBusy, patience } from '../../helpers/time/patience.ts'
import { until } from '../../helpers/time/until.ts'

const RECEIVED = 'forwarder_events_received_total'

/** A collector that is drained finishes what is in hand, also on a busy machine. */
function configure(config: Config): Config {
  return { ...withLongLives(config), shutdownTimeout: `${patience(15_000)}ms` }
}

/** An agent on a busy machine may hear too late that the collector left: then its last windows go to the other one. */
function isTooLate({ message }: SaidLine): boolean {
  return isBusy() && message === 'Read error looking for ack'
}

test('a collector that is drained under load leaves the directory, then closes its connections, and gets its share after its return', async t => {
  const server = await startEtcd(t)
  const fleet = await makeFleet(t, { server, configure })
  await startFleet(fleet)
  const load = startLoad(t, fleet)
  const [staying, leaving] = fleet.collectors
  const received = async () =>
    await Promise.all([staying, leaving].map(async machine => (await readMetric(fleet, machine, RECEIVED)) ?? 0))
  await until(async () => (await received()).every(count => count > 500), 'both collectors are in use')
  const registered = async () => await server.etcdctl('get', '--prefix', '--keys-only', '/forwarder/collectors/')
  t.regex(await registered(), /collector-1\n[^]*collector-2\n/)

  const pid = pidOf(leaving)
  const drainedAtMs = Date.now()
  // An etcd that does not answer holds the collector at its first step: no later step can have happened before it.
  server.pause()
  const draining = runForwarder('collector', 'drain', '--config', leaving.configPath)
  await until(
    async () => (await fleet.readLog(leaving)).includes('finishing the windows in hand'),
    'it is asked to drain',
  )
  const before = await received()
  await until(async () => (await received())[1]! > before[1]!, 'agents are served still')
  t.is(await readMetric(fleet, leaving, 'forwarder_connections'), 3, 'all of them are connected')
  server.resume()
  const resumedAtMs = Date.now()
  t.regex(await draining, /^drained: the collector \(process \d+\) has finished/)
  t.notRegex(await registered(), /collector-2/)
  await until(() => !isAlive(pid), 'the process has ended')
  t.is(await fleet.process(leaving).stop(), 0)

  const after = await received()
  await until(async () => (await received())[0]! > after[0]! + 1000, 'the other one continues')
  // An agent on a busy machine may have noticed that etcd did not answer.
  const isOfPause = ({ prefix, time }: SaidLine) => prefix !== undefined && Date.parse(time) < resumedAtMs + 1000
  for (const agent of fleet.agents)
    t.deepEqual(
      (await readTroubles(fleet, agent, drainedAtMs)).filter(line => !isOfPause(line) && !isTooLate(line)),
      [],
    )

  const shares = async (agent: (typeof fleet.agents)[0]) => [
    ...(await readSeries(agent, 'forwarder_server_events_acked_total')).values(),
  ]
  await fleet.startMachine(leaving).ready()
  await until(async () => (await registered()).includes('collector-2'), 'it is in the directory again')
  await sleep(7000) // a newcomer's weight grows for five seconds
  await until(async () => {
    const [first, second] = [await received(), await sleep(4000).then(received)]
    const gains = second.map((count, index) => count - first[index]!)
    return Math.min(...gains) / Math.max(...gains) > 0.8
  }, 'each of both gets its share')
  for (const agent of fleet.agents) t.is((await shares(agent)).length, 2)

  await endsWell(t, fleet, await load.stop())
})
