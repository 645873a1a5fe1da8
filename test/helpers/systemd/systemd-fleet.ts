import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scope } from '../process/scope.ts'
import { AGENT_METRICS, type MachineLines, makeLines } from './systemd-lines.ts'
import { startSystemd, type SystemdMachine } from './systemd.ts'
import { readOfferedCredential } from './unit-texts.ts'

const IMPATIENT = '[Service]\nRestartSec=100ms\n'
const dir = '/var/lib/forwarder-ca'
/** What root makes in the authority's directory, the service could not open. */
const asForwarder = 'runuser -u forwarder -- forwarder'
const discovery = { etcd: { endpoints: ['http://127.0.0.1:2379'] } }

/**
 * A fleet on one machine: etcd, which runs, and the units of authority, collector and agent, which don't yet. Secrets are files
 * that only root can read: the passphrase of the authority's key and the join tokens, each a credential that its unit offers.
 */
export async function startSystemdFleet(scope: Scope): Promise<SystemdMachine & MachineLines> {
  const machine = await startSystemd(scope)
  // A unit of its own, after which ours are ordered.
  await machine.put('/etc/systemd/system/etcd.service', '[Service]\nType=notify\nExecStart=etcd --data-dir /run/etcd\n')
  await machine.systemctl('start', 'etcd')
  await machine.sh(`
    umask 077
    echo a long passphrase > /etc/forwarder/ca.passphrase
    forwarder ca create --dir ${dir} --passphrase-file /etc/forwarder/ca.passphrase
    chown -R forwarder:forwarder ${dir}`)
  await machine.put('/etc/forwarder/ca.json', await readShippedWithPassphrase())
  await offer(machine, 'forwarder-ca', 'ca.passphrase')
  const caFingerprint = (await machine.sh(`${asForwarder} ca fingerprint --dir ${dir} --only-fingerprint`)).trim()
  // eslint-disable-next-line no-template-curly-in-string -- the environment's, not ours
  const enrolment = { tokenFile: '${CREDENTIALS_DIRECTORY}/join-token', caFingerprint }
  const collector = {
    listen: '127.0.0.1:5044',
    advertise: { address: 'localhost:5044', name: 'collector' },
    discovery,
    enrolment,
  }
  await machine.put('/etc/forwarder/collector.json', JSON.stringify(collector))
  await offer(machine, 'forwarder-collector', 'join-token')
  const agent = {
    discovery,
    enrolment: { ...enrolment, name: 'web' },
    files: [{ paths: ['/var/log/app/*.log'] }],
    metrics: AGENT_METRICS,
  }
  await machine.put('/etc/forwarder/forwarder.json', JSON.stringify(agent))
  await offer(machine, 'forwarder', 'join-token')
  await machine.put(
    '/etc/forwarder/search.json',
    JSON.stringify({ listen: '127.0.0.1:5044', stateDir: '/var/lib/forwarder/collector' }),
  )
  return { ...machine, ...(await makeLines(machine, '/etc/forwarder/search.json')) }
}

/** A token, in the file that the units' credential names. */
export async function giveToken(machine: SystemdMachine, kind: 'agent' | 'collector', name: string): Promise<void> {
  const command = `ca token create --dir ${dir} --for ${kind} --name ${name} --uses 1 --only-token`
  await machine.sh(`umask 077; ${asForwarder} ${command} > /etc/forwarder/join-token`)
}

async function readShippedWithPassphrase(): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '../../../config/packaged/ca.json'), 'utf8')
  const written = text.replace('# "passphraseFile":', '"passphraseFile":')
  if (written === text) throw new Error('the shipped configuration has no passphrase to write in')
  return written
}

async function offer(machine: SystemdMachine, unit: string, credential: string): Promise<void> {
  await machine.dropIn(`${unit}.service`, 'impatient', IMPATIENT)
  await machine.dropIn(`${unit}.service`, 'credential', await readOfferedCredential(`${unit}.service`, credential))
}
