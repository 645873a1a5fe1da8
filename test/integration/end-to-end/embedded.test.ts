import { appendFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { RoleProcess } from '../../../src/demo/role-process.ts'
import { judge } from '../../../src/demo/verdict.ts'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { makeAccessLog } from '../../helpers/files/access-log.ts'
import { makePair, ofProgram, type Pair } from '../../helpers/process/roles.ts'
import { writeRotating } from '../../helpers/files/rotating-writer.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { until } from '../../helpers/time/until.ts'

const everything = { text: '', fields: [], limit: 0 }

test.serial(ofProgram('lines of a rotated file arrive once each, over mutual TLS, with their fields'), async t => {
  const pair = await makePair(t)
  const [collector, agent] = await Promise.all([pair.startCollector(), pair.startAgent()])
  await Promise.all([collector.ready(), agent.ready()])
  await writeRotating(pair.logFile, 20_000, { rotateEvery: 6000 })
  await acked(pair, agent, 20_000)
  await addsUpIn(t, agent)
  t.is(await agent.stop(), 0)
  t.is(await collector.stop(), 0)
  t.deepEqual(await judge(searchEmbedded(pair.storePath, everything), 20_000), { stored: 20_000, lost: 0, twice: 0 })
  const [first] = await Array.fromAsync(searchEmbedded(pair.storePath, { ...everything, limit: 1 }))
  t.like(first?.document, { service: 'shop', agent: { type: 'forwarder' } })
  const log = first?.document['log'] as { readonly file: { readonly path: string } } | undefined
  t.true(log?.file.path.startsWith(pair.logFile))
})

/** Of the agent's connections, one start after the other. */
const formsByTurns = {
  'our own wire form': ['auto'],
  JSON: ['lumberjack'],
  'the two wire forms by turns': ['auto', 'lumberjack'],
} as const

for (const [name, forms] of Object.entries(formsByTurns))
  test.serial(
    ofProgram(`no line is lost or stored twice when the agent and the collector are killed repeatedly: ${name}`),
    async t => {
      const pair = await makePair(t, { network: { wireForm: forms[0] } })
      let agent = await pair.startAgent()
      let collector = await pair.startCollector()
      const writing = writeRotating(pair.logFile, 59_000, { rotateEvery: 7000, pauseMs: 25 }) // as long as the kills
      for (let round = 0; round < 4; round++) {
        await sleep(700)
        await agent.kill()
        await pair.setNetwork({ wireForm: forms[(round + 1) % forms.length] })
        agent = await pair.startAgent()
        await sleep(700)
        await collector.kill()
        collector = await pair.startCollector()
      }
      await writing
      await appendFile(pair.logFile, makeAccessLog(59_001, 60_001)) // the last agent has something to send, too
      await storedAtLeast(collector, pair, 60_000)
      t.is(await countOwnForm(agent), forms[0] === 'auto' ? 1 : 0)
      await addsUpIn(t, agent)
      t.is(await agent.stop(), 0)
      t.is(await collector.stop(), 0)
      t.deepEqual(await judge(searchEmbedded(pair.storePath, everything), 60_000), {
        stored: 60_000,
        lost: 0,
        twice: 0,
      })
    },
  )

test.serial(
  ofProgram(
    'lines that are written while the agent is down arrive after its next start, and no other line is sent again',
  ),
  async t => {
    const pair = await makePair(t)
    const collector = await pair.startCollector()
    await appendFile(pair.logFile, makeAccessLog(1, 101))
    for (const upTo of [100, 200, 300]) {
      const agent = await pair.startAgent()
      await acked(pair, agent, 100)
      await addsUpIn(t, agent)
      t.is(await agent.stop(), 0)
      if (upTo < 300) await appendFile(pair.logFile, makeAccessLog(upTo + 1, upTo + 101))
    }
    t.is(await collector.stop(), 0)
    t.deepEqual(await judge(searchEmbedded(pair.storePath, everything), 300), { stored: 300, lost: 0, twice: 0 })
  },
)

test.serial(ofProgram('every line arrives over protocol 1 too'), async t => {
  const pair = await makePair(t, { network: { protocol: 1 } })
  await appendFile(pair.logFile, makeAccessLog(1, 1001))
  const [collector, agent] = await Promise.all([pair.startCollector(), pair.startAgent()])
  await acked(pair, agent, 1000)
  await addsUpIn(t, agent)
  t.is(await agent.stop(), 0)
  t.is(await collector.stop(), 0)
  t.deepEqual(await judge(searchEmbedded(pair.storePath, everything), 1000), { stored: 1000, lost: 0, twice: 0 })
})

async function acked(pair: Pair, agent: RoleProcess, count: number): Promise<void> {
  const read = async () => (await agent.readMetrics()).get('forwarder_events_acked_total') ?? 0
  await until(async () => (await read()) >= count, `${count} lines are acked`, 60_000).catch(async (cause: unknown) => {
    const logs = await Promise.all([pair.readLog('agent'), pair.readLog('collector')])
    throw new Error([String(cause), ...logs].join('\n'), { cause })
  })
}

/** Connections that carry our own wire form. */
async function countOwnForm(agent: RoleProcess): Promise<number | undefined> {
  const metrics = await agent.readMetrics()
  return [...metrics].find(([series]) => series.startsWith('forwarder_server_own_wire_form'))?.[1]
}

async function storedAtLeast(collector: RoleProcess, pair: Pair, count: number): Promise<void> {
  const seen = async () => (await judge(searchEmbedded(pair.storePath, everything), count)).stored
  await until(async () => (await collector.readMetrics()).size > 0 && (await seen()) >= count, 'all is stored', 60_000)
}
