import test, { type ExecutionContext } from 'ava'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import type { Machine } from '../../../src/demo/fleet-workplace.ts'
import { issueClientCertificate } from '../../../src/tls/file-authority.ts'
import { readFingerprint } from '../../../src/demo/token-and-fingerprint.ts'
import { type Config, type Fleet, makeFleet } from '../../helpers/fleet/fleet.ts'
import {
  pidOf,
  readMetric,
  readSaid,
  runForwarder,
  startFleet,
  startLoad,
  endsWell,
} from '../../helpers/fleet/fleet-view.ts'
import { until } from '../../helpers/time/until.ts'

/** Certificates that live long enough for a busy machine, and expire during the test. */
function configure(config: Config): Config {
  return 'ca' in config ? { ...config, ca: { ...(config['ca'] as Config), lifetime: '24s' } } : config
}

async function isSignedBy({ stateDir }: Machine, authority: X509Certificate): Promise<boolean> {
  const own = new X509Certificate(await readFile(join(stateDir, 'identity/identity.pem')))
  return own.checkIssued(authority) && own.verify(authority.publicKey)
}

async function readTrusted({ stateDir }: Machine): Promise<string[]> {
  const pem = await readFile(join(stateDir, 'identity/authorities.pem'), 'utf8')
  return pem.split(/(?<=-----END CERTIFICATE-----\n)/).map(one => new X509Certificate(one).fingerprint256)
}

/** Whether a collector accepts a client: it closes the connection if not. */
async function isTaken(port: number, { certificate, key }: { certificate: string; key: string }): Promise<boolean> {
  const [cert, secret] = await Promise.all([readFile(certificate), readFile(key)])
  const socket = connect({ port, host: '127.0.0.1', cert, key: secret, rejectUnauthorized: false })
  socket.on('error', () => {}) // the close reports it
  const ended = once(socket, 'close').then(() => false)
  const quiet = new Promise<boolean>(resolve => setTimeout(resolve, 1000, true))
  const isOpen = await Promise.race([ended, quiet])
  socket.destroy()
  return isOpen
}

/** Each step of the rollover, as soon as all running machines have the result of the one before; gives the new authority. */
async function replaceAuthority(
  t: ExecutionContext,
  fleet: Fleet,
  awake: readonly Machine[],
): Promise<X509Certificate> {
  const dir = join(fleet.dir, 'ca')
  const rollover = async (step: string) => await runForwarder('ca', 'rollover', step, '--dir', dir)
  const trusting = (count: number) => async () => {
    const counts = await Promise.all(awake.map(machine => readMetric(fleet, machine, 'forwarder_trusted_authorities')))
    return counts.every(seen => seen === count)
  }
  t.regex(await rollover('begin'), /is the next authority/)
  await until(trusting(2), 'all trust both')
  t.regex(await rollover('switch'), /signs from now on/)
  const fresh = new X509Certificate(await readFile(join(dir, 'ca.pem')))
  t.is(await readFingerprint(dir), fresh.fingerprint256.replaceAll(':', '').toLowerCase())
  const allRenewed = async () => (await Promise.all(awake.map(machine => isSignedBy(machine, fresh)))).every(Boolean)
  await until(allRenewed, 'all have certificates of the new authority', 40_000)
  const isFinished = async () => /is no longer trusted/.test(await rollover('finish').catch(() => ''))
  await until(isFinished, 'it is finished', 40_000)
  await until(trusting(1), 'all trust the new one only')
  return fresh
}

test('the authority of a running fleet is replaced: nothing is restarted, lost or sent twice, and an agent that was stopped delivers again', async t => {
  const fleet = await makeFleet(t, { configure })
  const dir = join(fleet.dir, 'ca')
  await startFleet(fleet)
  const load = startLoad(t, fleet)
  const [first, second, sleeper] = fleet.agents
  const awake = [first, second, ...fleet.collectors]
  const pids = awake.map(pidOf)
  await until(async () => (await fleet.count(sleeper)) > 500, 'lines arrive')
  t.is(await fleet.process(sleeper).stop(), 0)

  const oldDir = join(fleet.dir, 'old-ca')
  await mkdir(oldDir)
  for (const name of ['ca.pem', 'ca.key']) await copyFile(join(dir, name), join(oldDir, name))
  const old = new X509Certificate(await readFile(join(oldDir, 'ca.pem')))
  const forged = await issueClientCertificate({ dir: oldDir, name: 'agent-1' })
  const { advertise } = JSON.parse(await readFile(fleet.collectors[0].configPath, 'utf8')) as {
    advertise: { address: string }
  }
  const port = Number(advertise.address.split(':')[1])
  t.true(await isTaken(port, forged), 'a certificate of the old authority is accepted')

  const fresh = await replaceAuthority(t, fleet, awake)
  t.not(fresh.fingerprint256, old.fingerprint256)
  for (const machine of awake) t.deepEqual(await readTrusted(machine), [fresh.fingerprint256], machine.name)
  await until(async () => !(await isTaken(port, forged)), 'the old authority is not trusted any more')

  t.false(await isSignedBy(sleeper, fresh))
  const before = await fleet.count(sleeper)
  await fleet.startMachine(sleeper).ready()
  await until(async () => (await fleet.count(sleeper)) > before, 'the stopped agent delivers again', 40_000)
  t.true(await isSignedBy(sleeper, fresh))
  t.deepEqual(await readTrusted(sleeper), [fresh.fingerprint256])

  t.deepEqual(awake.map(pidOf), pids, 'nothing was restarted')
  for (const machine of awake)
    t.deepEqual(
      (await readSaid(fleet, machine)).filter(({ level }) => level === 'error'),
      [],
      machine.name,
    )
  await endsWell(t, fleet, await load.stop())
})
