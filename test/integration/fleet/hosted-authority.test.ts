import { readFile, writeFile } from 'node:fs/promises'
import test from 'ava'
import { makeFleet } from '../../helpers/fleet/fleet.ts'
import { allAddUp } from '../../helpers/fleet/fleet-view.ts'
import { ofProgram } from '../../helpers/process/roles.ts'
import { until } from '../../helpers/time/until.ts'

test(
  ofProgram('a collector that hosts the authority signs its own certificate and those of all other machines'),
  async t => {
    const fleet = await makeFleet(t)
    const [host] = fleet.collectors
    if (host === undefined) throw new Error('a fleet has collectors')
    const [config, authority] = await Promise.all([readConfig(host.configPath), readConfig(fleet.authority.configPath)])
    await writeFile(host.configPath, JSON.stringify({ ...config, ca: authority['ca'] }))

    await fleet.write(1, 101)
    for (const kind of ['etcd', 'collectors', 'agents'] as const) await fleet.start(kind)
    for (const verdict of await fleet.judgeAll(100)) t.deepEqual(verdict, { stored: 100, lost: 0, twice: 0 })
    const read = async (metric: string) => (await fleet.process(host).readMetrics()).get(metric) ?? 0
    t.is(await read('forwarder_ca_active'), 1)
    await until(async () => (await read('forwarder_ca_issued_total')) >= 5, 'both collectors and all agents have one')
    await until(async () => (await read('forwarder_registered')) === 1, 'the host is in the directory')
    await allAddUp(t, fleet)
    await fleet.stopAll()
  },
)

async function readConfig(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
}
