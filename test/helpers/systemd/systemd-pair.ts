import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificates } from '../trust/certificates.ts'
import type { Scope } from '../process/scope.ts'
import { AGENT_METRICS, type MachineLines, makeLines } from './systemd-lines.ts'
import { startSystemd, type SystemdMachine } from './systemd.ts'
import { readDocumentedDropIn, readDocumentedSetting, readOfferedCredential } from './unit-texts.ts'

/** Pauses that suit a test, for what takes half a minute otherwise. */
const IMPATIENT = '[Service]\nRestartSec=100ms\n'

/** The agent's and the collector's unit on one machine, over mutual TLS with keys that only root can read. */
export interface SystemdPair extends SystemdMachine, MachineLines {
  /** Replaces the agent's configuration; `change` gives the members that differ. */
  configureAgent(change?: Readonly<Record<string, unknown>>): Promise<void>
  /** The same for the collector's. */
  configureCollector(change?: Readonly<Record<string, unknown>>): Promise<void>
}

/** Both are configured; neither runs. */
export async function startSystemdPair(scope: Scope): Promise<SystemdPair> {
  const machine = await startSystemd(scope)
  await putCertificates(machine)
  const network = { servers: ['localhost:5044'], tls: await readDocumentedSetting('tls') }
  const agentConfig = { network, files: [{ paths: ['/var/log/app/*.log'] }], metrics: AGENT_METRICS }
  const pair: SystemdPair = {
    ...machine,
    ...(await makeLines(machine, '/etc/forwarder/search.json')),
    configureAgent: async change =>
      await machine.put('/etc/forwarder/forwarder.json', JSON.stringify({ ...agentConfig, ...change })),
    configureCollector: async change =>
      await machine.put('/etc/forwarder/collector.json', JSON.stringify({ ...collectorConfig, ...change })),
  }
  await pair.configureAgent()
  await pair.configureCollector()
  // The same store, as root sees it: the credentials are the service's alone.
  await pair.put('/etc/forwarder/search.json', JSON.stringify({ ...collectorConfig, tls: undefined }))
  await pair.dropIn('forwarder.service', 'impatient', IMPATIENT)
  await pair.dropIn('forwarder-collector.service', 'impatient', IMPATIENT)
  const documented = 'forwarder.service.d/credentials.conf'
  await pair.put(`/etc/systemd/system/${documented}`, await readDocumentedDropIn(documented))
  const offered = await readOfferedCredential('forwarder-collector.service', 'server.key')
  await pair.dropIn('forwarder-collector.service', 'credentials', offered)
  return pair
}

const collectorConfig = {
  listen: ['127.0.0.1:5044'],
  tls: {
    certificate: '/etc/forwarder/server.pem',
    // eslint-disable-next-line no-template-curly-in-string -- the environment's, not ours
    key: '${CREDENTIALS_DIRECTORY}/server.key',
    ca: '/etc/forwarder/ca.pem',
    clientAuth: 'required',
  },
  store: { type: 'embedded', path: '/var/lib/forwarder/collector/events.db' },
}

async function putCertificates(machine: SystemdMachine): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-test-'))
  try {
    const { ca, server, client } = await makeCertificates(dir)
    const files = {
      'ca.pem': ca,
      'server.pem': server.certificate,
      'server.key': server.key,
      'client.pem': client.certificate,
      'client.key': client.key,
    }
    for (const [name, path] of Object.entries(files)) await copyFile(path, machine.outside(`/etc/forwarder/${name}`))
    await machine.sh('chown root:root /etc/forwarder/*; chmod 644 /etc/forwarder/*.pem; chmod 600 /etc/forwarder/*.key')
  } finally {
    await rm(dir, { recursive: true })
  }
}
