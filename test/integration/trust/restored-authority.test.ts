import test from 'ava'
import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Machine } from '../../../src/demo/fleet-workplace.ts'
import { addsUpIn, addsUpMeanwhile } from '../../helpers/files/byte-account.ts'
import { type Fleet, makeFleet } from '../../helpers/fleet/fleet.ts'
import { readHealth, readMetric, readSaid, runForwarder, withLongLives } from '../../helpers/fleet/fleet-view.ts'
import { decodeRevocations } from '../../../src/trust/revocation-list.ts'
import { listsName } from '../../helpers/trust/revocations.ts'
import { until } from '../../helpers/time/until.ts'

interface Document {
  readonly sequence: number
  readonly revoked: string
}

/** What a machine believes now. */
async function readBelieved({ stateDir }: Machine): Promise<Document> {
  const { body } = JSON.parse(await readFile(join(stateDir, 'identity/trust.json'), 'utf8')) as { body: string }
  return JSON.parse(body) as Document
}

const revokedIn = ({ revoked }: Document) => decodeRevocations(revoked)!

async function isCutOff(fleet: Fleet, machine: Machine): Promise<boolean> {
  return (await readMetric(fleet, machine, 'forwarder_connected')) === 0
}

test('a ca.db that is restored from a copy does not readmit a machine that was revoked since', async t => {
  const fleet = await makeFleet(t, { configure: withLongLives })
  const dir = join(fleet.dir, 'ca')
  const database = join(dir, 'ca.db')
  const copy = join(fleet.dir, 'ca.db.copy')
  const [one, known, unknown] = fleet.agents
  const [collector] = fleet.collectors
  for (const kind of ['etcd', 'authority', 'collectors'] as const) await fleet.start(kind)
  const start = async (machine: Machine) => await fleet.startMachine(machine).ready()
  await Promise.all([one, known].map(start))
  t.is(await fleet.process(fleet.authority).stop(), 0)
  await cp(database, copy)

  await start(fleet.authority)
  await start(unknown) // joins, and the copy knows nothing of it
  for (const { name } of [known, unknown]) await runForwarder('ca', 'revoke', name, '--dir', dir)
  for (const machine of [known, unknown])
    await until(async () => await isCutOff(fleet, machine), `${machine.name} is cut off`)
  t.is(await fleet.process(fleet.authority).stop(), 0)
  const before = await readBelieved(collector)
  for (const machine of [known, unknown]) t.true(listsName(revokedIn(before), machine.name))

  for (const ending of ['', '-wal', '-shm']) await rm(`${database}${ending}`, { force: true })
  await cp(copy, database)
  t.notRegex(await runForwarder('ca', 'list', '--dir', dir), /revoked/, 'the copy has forgotten it')
  await start(fleet.authority)
  const machines = [...fleet.collectors, one]
  for (const machine of machines)
    await until(
      async () => (await readBelieved(machine)).sequence > before.sequence,
      `${machine.name} has the list that was made after it`,
    )
  for (const machine of machines) t.deepEqual((await readBelieved(machine)).revoked, before.revoked, machine.name)
  const said = (await readSaid(fleet, fleet.authority)).filter(({ message }) => /restored from a copy/.test(message))
  t.like(said[0], { level: 'warn', revoked: 2, names: [known.name] })
  t.is(said.length, 1)
  t.regex(await runForwarder('ca', 'list', '--dir', dir), new RegExp(`^${known.name} .* revoked`, 'm'))

  await fleet.write(1, 101)
  await until(async () => (await fleet.count(one)) === 100, 'the one that was not revoked delivers')
  await addsUpIn(t, fleet.process(one))
  for (const machine of [known, unknown]) {
    await until(async () => (await readMetric(fleet, machine, 'forwarder_file_bytes_seen'))! > 0, 'it sees the lines')
    await addsUpMeanwhile(t, fleet.process(machine))
    t.is(await fleet.count(machine), 0)
    t.regex((await readHealth(machine)).reasons, /revoked/)
  }
})
