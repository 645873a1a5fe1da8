import test from 'ava'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Machine } from '../../../src/demo/fleet-workplace.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { type EtcdServer, startEtcd } from '../../helpers/servers/etcd.ts'
import { type Config, makeFleet } from '../../helpers/fleet/fleet.ts'
import {
  pidOf,
  readMetric,
  readTroubles,
  startFleet,
  startLoad,
  withLongLives,
  endsWell,
} from '../../helpers/fleet/fleet-view.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { patience } from '../../helpers/time/patience.ts'
import { until } from '../../helpers/time/until.ts'

const users = { agent: 'agent', collector: 'collector', 'ca serve': 'signer' } as const

interface EtcdctlOptions {
  readonly ca: string
  /** It has the files of passwords. */
  readonly cwd: string
}

/** Runs etcdctl's lines in a shell. */
async function runEtcdctl({ endpoint }: EtcdServer, commands: string, { ca, cwd }: EtcdctlOptions): Promise<void> {
  const where = { ETCDCTL_API: '3', ETCDCTL_ENDPOINTS: endpoint, ETCDCTL_CACERT: ca }
  await promisify(execFile)('bash', ['-ec', commands], {
    cwd,
    env: { ...process.env, ...where, ETCDCTL_COMMAND_TIMEOUT: `${patience(5000)}ms` },
  })
}

async function readPageCommands(): Promise<string> {
  const page = await readFile(join(import.meta.dirname, '../../../docs/trust-commands.md'), 'utf8')
  return page
    .split('\n')
    .filter(line => line.startsWith('    etcdctl '))
    .join('\n')
}

test('a fleet delivers with an etcd that has TLS and the users of docs/trust-commands.md, and a reload fixes a changed password', async t => {
  const dir = await makeTempDir(t)
  const { ca, server: own } = await makeCertificates(dir)
  const server = await startEtcd(t, { tls: { ca, certificate: own.certificate, key: own.key } })
  const passwordFile = (user: string) => join(dir, `${user}.password`)
  for (const user of [...Object.values(users), 'root'])
    await writeFile(passwordFile(user), `${user.toUpperCase()}-PASSWORD\n`, { mode: 0o600 })
  await runEtcdctl(server, await readPageCommands(), { ca, cwd: dir })
  await t.throwsAsync(server.etcdctl('get', '/forwarder/trust'), { message: /user name is empty/ })
  const configure = (config: Config, { role }: Machine): Config => {
    const user = users[role]
    const login = { user: `forwarder-${user}`, passwordFile: passwordFile(user), ca }
    return { ...withLongLives(config), discovery: { etcd: { endpoints: server.endpoints, ...login } } }
  }
  const fleet = await makeFleet(t, { server, configure })
  await startFleet(fleet)
  const load = startLoad(t, fleet)
  const [one] = fleet.agents
  const acked = async () => (await readMetric(fleet, one, 'forwarder_events_acked_total')) ?? 0
  await until(async () => (await acked()) > 500, 'lines arrive')
  const isLive = (state: number) => async () => {
    const states = await Promise.all(fleet.agents.map(agent => readMetric(fleet, agent, 'forwarder_directory_is_live')))
    return states.every(seen => seen === state)
  }
  await until(isLive(1), 'all follow the directory')

  const changedAtMs = Date.now()
  const passwd = 'user passwd forwarder-agent --interactive=false'
  await runEtcdctl(server, `echo ANOTHER-PASSWORD | etcdctl --user root:ROOT-PASSWORD ${passwd}`, { ca, cwd: dir })
  await server.stop()
  await server.restart()
  await until(isLive(0), 'no agent can follow the directory', 40_000)
  const refused = async (agent: Machine) =>
    (await readTroubles(fleet, agent, changedAtMs)).filter(({ reason }) => /forwarder-agent/.test(String(reason)))
  for (const agent of fleet.agents)
    await until(async () => (await refused(agent)).length > 0, `${agent.name} says that it is refused`)
  const before = await acked()
  await until(async () => (await acked()) > before + 3000, 'it continues with the last known collectors')
  for (const agent of fleet.agents) {
    const said = (await refused(agent)).map(({ level, message, prefix }) => [level, message, prefix].join(': '))
    t.is(said.length, new Set(said).size, said.join('\n'))
    t.true(
      said.every(line => line.startsWith('error')),
      said.join('\n'),
    )
  }

  await writeFile(passwordFile('agent'), 'ANOTHER-PASSWORD\n')
  for (const agent of fleet.agents) process.kill(pidOf(agent), 'SIGHUP')
  await until(isLive(1), 'all follow the directory again')
  await endsWell(t, fleet, await load.stop())
})
