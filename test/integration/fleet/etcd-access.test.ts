import test, { type ExecutionContext } from 'ava'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Machine } from '../../../src/demo/fleet-workplace.ts'
import { openTestEtcd, recordWatch } from '../../helpers/servers/etcd-client.ts'
import { ROOT_PASSWORD, startEtcd } from '../../helpers/servers/etcd.ts'
import { type Config, type Fleet, editConfig, makeFleet } from '../../helpers/fleet/fleet.ts'
import {
  pidOf,
  readHealth,
  readMetric,
  readTroubles,
  runForwarder,
  startFleet,
  startLoad,
  withLongLives,
  endsWell,
} from '../../helpers/fleet/fleet-view.ts'
import { startTcpGate } from '../../helpers/peers/tcp-gate.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

const grants = [{ prefix: '/forwarder/', may: 'readwrite' as const }]

/** A password that etcd refuses is not a reason to give up one that works. */
async function expectRefusal(t: ExecutionContext, fleet: Fleet): Promise<void> {
  const { collectors, authority } = fleet
  const wrongAtMs = Date.now()
  for (const machine of [...collectors, authority]) process.kill(pidOf(machine), 'SIGHUP')
  for (const machine of [...collectors, authority])
    await until(
      async () => (await readMetric(fleet, machine, 'forwarder_config_is_current')) === 0,
      `${machine.name} refuses it`,
    )
  const { isHealthy, reasons } = await readHealth(collectors[0])
  t.true(isHealthy)
  t.regex(reasons, /cannot be used with the changed settings.*refuses the password of the user .*old/)
  t.is(await readMetric(fleet, collectors[0], 'forwarder_registered'), 1)
  const logged = await readTroubles(fleet, authority, wrongAtMs)
  t.deepEqual(
    [...new Set(logged.map(({ message }) => message))],
    ['cannot apply the changed configuration; continuing with the earlier one'],
  )
}

test('collectors and the authority move to other settings of etcd under load: no connection and no registration is lost', async t => {
  const passwordFile = join(await makeTempDir(t), 'password')
  await writeFile(passwordFile, 'old-pw', { mode: 0o600 })
  const server = await startEtcd(t, { auth: [{ name: 'old', password: 'old-pw', grants }] })
  const gate = await startTcpGate(t, server.port)
  const oldWay = { endpoints: [`http://127.0.0.1:${gate.port}`], user: 'old', passwordFile }
  const newWay = { endpoints: server.endpoints, user: 'fresh', passwordFile }
  const configure = (config: Config, machine: Machine): Config => ({
    ...withLongLives(config),
    // The agents have another user: this test is not about them.
    discovery: {
      etcd: machine.role === 'agent' ? { endpoints: server.endpoints, user: 'root', password: ROOT_PASSWORD } : oldWay,
    },
  })
  const fleet = await makeFleet(t, { server, configure })
  await startFleet(fleet)
  const load = startLoad(t, fleet)
  const { collectors, authority } = fleet
  const changing = [...collectors, authority]
  const read = async (machine: Machine, name: string) => (await readMetric(fleet, machine, name)) ?? 0
  const received = async () => await Promise.all(collectors.map(one => read(one, 'forwarder_events_received_total')))
  await until(async () => (await received()).every(count => count > 500), 'both collectors are in use')
  const connections = async () =>
    await Promise.all(collectors.map(one => read(one, 'forwarder_connections_accepted_total')))
  const connectedBefore = await connections()
  const observer = await openTestEtcd(t, { ...server, user: 'root', password: ROOT_PASSWORD })
  const directory = '/forwarder/collectors/'
  const watch = await recordWatch(observer, directory, (await observer.list(directory)).revision)

  await writeFile(passwordFile, 'wrong-pw')
  await expectRefusal(t, fleet)

  await server.etcdctl('user', 'add', 'fresh:fresh-pw')
  await server.etcdctl('user', 'grant-role', 'fresh', 'old')
  await writeFile(passwordFile, 'fresh-pw')
  const changedAtMs = Date.now()
  for (const machine of changing)
    await editConfig(machine, config => ({
      ...config,
      discovery: { etcd: newWay },
      ...(machine === authority && { ca: { ...(config['ca'] as Config), lifetime: '3d' } }),
    }))
  const isTaken = async (machine: Machine) => (await read(machine, 'forwarder_config_is_current')) === 1
  for (const machine of changing) await until(() => isTaken(machine), `${machine.name} uses it`)
  gate.close()
  await server.etcdctl('user', 'delete', 'old')
  await sleep(12_000) // longer than any lease that the old way could have kept
  t.deepEqual(watch.batches, [], 'a watcher of the directory got no change')
  watch.stop()
  for (const machine of collectors) t.is(await read(machine, 'forwarder_registered'), 1)
  t.deepEqual(await connections(), connectedBefore, 'no connection was made again')
  for (const machine of [...changing, ...fleet.agents]) t.deepEqual(await readTroubles(fleet, machine, changedAtMs), [])
  await until(async () => (await read(authority, 'forwarder_ca_active')) === 1, 'the authority answers')
  t.regex(await runForwarder('ca', 'list', '--dir', join(fleet.dir, 'ca')), /collector-1/)

  await endsWell(t, fleet, await load.stop())
})
