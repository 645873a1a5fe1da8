import test from 'ava'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Machine } from '../../../src/demo/fleet-workplace.ts'
import { addsUpIn, addsUpMeanwhile } from '../../helpers/files/byte-account.ts'
import { type Fleet, makeFleet } from '../../helpers/fleet/fleet.ts'
import {
  withLongLives,
  readHealth,
  readMetric,
  readSaid,
  readTroubles,
  runForwarder,
  startFleet,
  startLoad,
  endsWell,
} from '../../helpers/fleet/fleet-view.ts'
import { until } from '../../helpers/time/until.ts'

async function revoke(fleet: Fleet, { name }: Machine): Promise<string> {
  return await runForwarder('ca', 'revoke', name, '--dir', join(fleet.dir, 'ca'))
}

/** What was received before the end of its connections is still stored. */
async function countSettled(fleet: Fleet, machine: Machine): Promise<number> {
  for (let before = -1, now = await fleet.count(machine); ; before = now, now = await fleet.count(machine)) {
    if (now === before) return now
    await sleep(1000)
  }
}

test.serial(
  'an agent that is revoked under load is disconnected within seconds, and the other agents stay connected',
  async t => {
    const fleet = await makeFleet(t, { configure: withLongLives })
    await startFleet(fleet)
    const load = startLoad(t, fleet)
    const [one, two, stolen] = fleet.agents
    const acked = async (agent: Machine) => (await readMetric(fleet, agent, 'forwarder_events_acked_total')) ?? 0
    await until(async () => (await acked(stolen)) > 500, 'its lines arrive')

    const revokedAtMs = Date.now()
    t.regex(await revoke(fleet, stolen), /revoked 1 certificates? of agent-3/)
    const isCut = async () => (await readMetric(fleet, stolen, 'forwarder_connected')) === 0
    await until(isCut, 'its connections are closed')
    for (const collector of fleet.collectors) {
      const cuts = (await readSaid(fleet, collector)).filter(({ message }) => message.includes('was revoked'))
      t.true(cuts.length > 0, `${collector.name} says that it cut it off`)
    }
    const left = await countSettled(fleet, stolen)
    const others = await Promise.all([acked(one), acked(two)])
    await until(async () => (await acked(one)) > others[0] + 1000, 'the others deliver')
    await until(async () => (await acked(two)) > others[1] + 1000, 'the others deliver')
    t.is(await fleet.count(stolen), left, 'nothing of it arrives any more')
    const { isHealthy, reasons } = await readHealth(stolen)
    t.false(isHealthy)
    t.regex(reasons, /revoked/)
    for (const agent of [one, two]) t.deepEqual(await readTroubles(fleet, agent, revokedAtMs), [])

    const written = await load.stop()
    for (const agent of [one, two]) {
      await until(async () => (await fleet.count(agent)) === written, `all of ${agent.name} is stored`)
      t.deepEqual(await fleet.judge(agent, written), { stored: written, lost: 0, twice: 0 })
      await addsUpIn(t, fleet.process(agent))
    }
    await addsUpMeanwhile(t, fleet.process(stolen))
    const { stored: few, twice } = await fleet.judge(stolen, written)
    t.is(few, left)
    t.is(twice, 0)
    t.deepEqual(await fleet.stopAll(), Array(6).fill(0), await fleet.lastWords())
  },
)

test.serial('all agents disconnect from a collector that is revoked under load', async t => {
  const fleet = await makeFleet(t, { configure: withLongLives })
  await startFleet(fleet)
  const load = startLoad(t, fleet)
  const [good, stolen] = fleet.collectors
  const received = async (machine: Machine) =>
    (await readMetric(fleet, machine, 'forwarder_events_received_total')) ?? 0
  await until(async () => (await received(stolen)) > 500, 'it is in use')

  t.regex(await revoke(fleet, stolen), /revoked 1 certificates? of collector-2/)
  const isLeft = async () => (await readMetric(fleet, stolen, 'forwarder_connections')) === 0
  await until(isLeft, 'no agent is connected to it')
  for (const agent of fleet.agents) {
    const leavings = (await readSaid(fleet, agent)).filter(({ message }) => message.startsWith('closing a connection'))
    t.is(leavings.length, 1, `${agent.name} says once that it left`)
  }
  const [before, after] = [await received(good), await received(stolen)]
  await until(async () => (await received(good)) > before + 3000, 'the other one has it all')
  await sleep(1000)
  t.is(await received(stolen), after)
  t.regex((await readHealth(stolen)).reasons, /revoked/)

  await endsWell(t, fleet, await load.stop())
})
