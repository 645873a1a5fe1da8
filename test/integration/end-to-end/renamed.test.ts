import { appendFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { RoleProcess } from '../../../src/demo/role-process.ts'
import { judge } from '../../../src/demo/verdict.ts'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { makeAccessLog } from '../../helpers/files/access-log.ts'
import { makePair, type Pair } from '../../helpers/process/roles.ts'
import { startTcpGate, type TcpGate } from '../../helpers/peers/tcp-gate.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { until } from '../../helpers/time/until.ts'

const LINES = 20_000
const script = new URL('../../helpers/scripts/rename-at-open.ts', import.meta.url)

interface Row {
  readonly when: string
  readonly newName: string
  /** Begins the next run of the agent; the file gets its new name. */
  readonly restart: (pair: Pair, newPath: string) => Promise<RoleProcess>
}

const rows: readonly Row[] = [
  {
    when: 'before the next start',
    newName: 'access.log.1',
    restart: async (pair, newPath) => {
      await rename(pair.logFile, newPath)
      return pair.startAgent()
    },
  },
  { when: 'as the next run opens it to compare it', newName: 'sub/access.log', restart: renameAtOpen(1) },
  { when: 'as the next run opens it to read it', newName: 'access.log.1', restart: renameAtOpen(2) },
  { when: 'out of all patterns as the next run opens it', newName: 'outside', restart: renameAtOpen(2) },
]

for (const { when, newName, restart } of rows) {
  test.serial(`a file of a killed agent that is renamed ${when} is stored once, under the same ids`, async t => {
    const pair = await makePair(t)
    const newPath = join(dirname(pair.logFile), newName)
    await mkdir(dirname(newPath), { recursive: true })
    const gate = await putGateBetween(t, pair)
    const collector = await pair.startCollector()
    await storeWithoutAnswer(pair, gate)
    const unanswered = await readIds(pair)
    const agent = await restart(pair, newPath)
    await until(async () => (await countAcked(agent)) >= LINES - 1, 'all lines are acked')
    t.true((await stat(newPath)).size > 0)
    await addsUpIn(t, agent)
    t.is(await agent.stop(), 0)
    t.is(await collector.stop(), 0)
    const ids = new Set(await readIds(pair))
    t.true(unanswered.length > 1 && unanswered.every(id => ids.has(id)))
    t.deepEqual(await judge(search(pair), LINES), { stored: LINES, lost: 0, twice: 0 })
  })
}

/** A run that is killed when lines of it are stored of whose acks it heard nothing. */
async function storeWithoutAnswer(pair: Pair, gate: TcpGate): Promise<void> {
  const agent = await pair.startAgent()
  await appendFile(pair.logFile, makeAccessLog(1, 2))
  await until(async () => (await countAcked(agent)) === 1, 'a line is acked')
  gate.swallowAnswers()
  await appendFile(pair.logFile, makeAccessLog(2, LINES + 1))
  await until(async () => (await readIds(pair)).length > LINES / 4, 'lines are stored')
  await agent.kill()
}

function renameAtOpen(nth: number): Row['restart'] {
  return async (pair, newPath) => {
    process.env['NODE_OPTIONS'] = `--import ${script.href}`
    process.env['RENAME_AT_OPEN'] = `${nth} ${pair.logFile} ${newPath}`
    const agent = await pair.startAgent()
    delete process.env['NODE_OPTIONS']
    delete process.env['RENAME_AT_OPEN']
    return agent
  }
}

/** A way from the agent to the collector that can keep the answers to itself. The agent looks one directory deeper, too. */
async function putGateBetween(t: ExecutionContext, pair: Pair): Promise<TcpGate> {
  const path = join(pair.dir, 'agent.json')
  const config = JSON.parse(await readFile(path, 'utf8'))
  const gate = await startTcpGate(t, Number(config.network.servers[0].split(':')[1]))
  config.network.servers = [`localhost:${gate.port}`]
  config.files[0].paths.push(join(dirname(pair.logFile), '*/*.log'))
  await writeFile(path, JSON.stringify(config))
  return gate
}

function search({ storePath }: Pair) {
  return searchEmbedded(storePath, { text: '', fields: [], limit: 0 })
}

async function readIds(pair: Pair): Promise<string[]> {
  return (await Array.fromAsync(search(pair))).map(({ id }) => id)
}

async function countAcked(agent: RoleProcess): Promise<number> {
  return (await agent.readMetrics()).get('forwarder_events_acked_total') ?? 0
}
