import { appendFile, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { makeCertificates } from './certificates.ts'
import type { Scope } from './scope.ts'
import { startSystemd, type SystemdMachine } from './systemd.ts'
import { until } from './until.ts'

/** Pauses that suit a test, for what takes half a minute otherwise. */
const IMPATIENT = '[Service]\nRestartSec=100ms\n'

/** The agent's and the collector's unit on one machine, over mutual TLS with keys that only root can read. */
export interface SystemdPair extends SystemdMachine {
  /** Replaces the agent's configuration; `change` gives the members that differ. */
  configureAgent(change?: Readonly<Record<string, unknown>>): Promise<void>
  /** A file of the machine with this text, made with its directories. */
  put(path: string, text: string): Promise<void>
  /** A drop-in for the next start of a unit. */
  dropIn(unit: string, name: string, text: string): Promise<void>
  /** Appends lines `NAME from` … `NAME to` (exclusive) to `/var/log/app/NAME.log`, which root and adm may read. */
  write(name: string, from: number, to: number): Promise<void>
  /** The numbers of that file's lines as the store has them, in ascending order; twice means stored twice. */
  stored(name: string): Promise<readonly number[]>
  /** Waits until the store has so many of them, and gives them all. */
  waitUntilStored(name: string, count: number): Promise<readonly number[]>
}

/** Both are configured; neither runs. */
export async function startSystemdPair(scope: Scope): Promise<SystemdPair> {
  const machine = await startSystemd(scope)
  await putCertificates(machine)
  const put = async (path: string, text: string) => {
    await mkdir(dirname(machine.outside(path)), { recursive: true })
    await writeFile(machine.outside(path), text)
  }
  const pair: SystemdPair = {
    ...machine,
    put,
    configureAgent: async change =>
      await put('/etc/forwarder/forwarder.json', JSON.stringify({ ...agentConfig, ...change })),
    async dropIn(unit, name, text) {
      await put(`/etc/systemd/system/${unit}.d/${name}.conf`, text)
      await machine.systemctl('daemon-reload')
    },
    async write(name, from, to) {
      const lines = Array.from({ length: to - from }, (_, index) => `${name} ${from + index}\n`)
      await appendFile(machine.outside(`/var/log/app/${name}.log`), lines.join(''))
    },
    async stored(name) {
      const config = '/etc/forwarder/search.json'
      const search = ['forwarder', 'search', '--config', config, '--limit', '0', '--json']
      const { stdout } = await machine.attempt(...search, '--field', `log.file.path=/var/log/app/${name}.log`)
      const events = stdout.split('\n').filter(line => line !== '')
      const messages = events.map(line => (JSON.parse(line) as { message: string }).message)
      return messages.map(message => Number(message.slice(name.length + 1))).toSorted((a, b) => a - b)
    },
    async waitUntilStored(name, count) {
      let numbers: readonly number[] = []
      const isThere = async () => {
        numbers = await pair.stored(name)
        return numbers.length >= count
      }
      await until(isThere, `${count} lines of ${name} are stored`, 60_000).catch(async (cause: unknown) => {
        const log = await machine.run('journalctl', '--no-pager', '--lines=60')
        const status = await machine.property('forwarder', 'StatusText')
        throw new Error(`${String(cause)}; it has ${numbers.length}; the agent says: ${status}\n${log}`, { cause })
      })
      return numbers
    },
  }
  await machine.sh('mkdir -m 2750 /var/log/app; chgrp adm /var/log/app')
  await pair.configureAgent()
  await put('/etc/forwarder/collector.json', JSON.stringify(collectorConfig))
  // The same store, as root sees it: the credentials are the service's alone.
  await put('/etc/forwarder/search.json', JSON.stringify({ ...collectorConfig, tls: undefined }))
  await pair.dropIn('forwarder.service', 'test', `${IMPATIENT}LoadCredential=client.key:/etc/forwarder/client.key\n`)
  await pair.dropIn(
    'forwarder-collector.service',
    'test',
    `${IMPATIENT}LoadCredential=server.key:/etc/forwarder/server.key\n`,
  )
  return pair
}

const agentConfig = {
  network: {
    servers: ['localhost:5044'],
    tls: {
      certificate: '/etc/forwarder/client.pem',
      // eslint-disable-next-line no-template-curly-in-string -- the environment's, not ours
      key: '${CREDENTIALS_DIRECTORY}/client.key',
      ca: '/etc/forwarder/ca.pem',
    },
  },
  files: [{ paths: ['/var/log/app/*.log'] }],
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
