import test, { type ExecutionContext } from 'ava'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readMetricsAt } from '../../../src/demo/role-process.ts'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { addsUpIn, addsUpMeanwhile } from '../../helpers/files/byte-account.ts'
import { forwarderCommand, makePair, ofProgram, type Pair } from '../../helpers/process/roles.ts'
import { until } from '../../helpers/time/until.ts'

/** The agent's configuration of a pair, with standard input as its only file. */
async function writeStdinConfig(pair: Pair): Promise<string> {
  const path = join(pair.dir, 'stdin.json')
  const config = JSON.parse(await readFile(join(pair.dir, 'agent.json'), 'utf8')) as Record<string, unknown>
  const files = [{ paths: ['-'], fields: { from: 'pipe' } }]
  await writeFile(path, JSON.stringify({ ...config, files }))
  return path
}

test.serial(
  ofProgram('standard input is shipped to its end, and the agent exits with 0 once all of it is acked'),
  async t => {
    const pair = await makePair(t)
    const collector = await pair.startCollector()
    await collector.ready()
    const child = spawn(forwarderCommand, ['--config', await writeStdinConfig(pair)], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const exited = once(child, 'exit')
    child.stdin.end('first\nsecond\r\nno newline')
    t.deepEqual(await exited, [0, null])
    t.is(await collector.stop(), 0)
    const hits = await Array.fromAsync(
      searchEmbedded(pair.storePath, { text: '', fields: [['from', 'pipe']], limit: 0 }),
    )
    const messages = hits.map(({ document }) => document['message'])
    t.deepEqual(messages, ['no newline', 'second', 'first'])
    const last = hits.find(({ document }) => document['message'] === 'no newline')?.document['log']
    t.like(last, { file: { path: '-' }, flags: ['unterminated'] })
  },
)

/** An agent that has sent two lines, and has read the beginning of a third. */
async function startInsideLine(t: ExecutionContext) {
  const pair = await makePair(t)
  const collector = await pair.startCollector()
  await collector.ready()
  const configPath = await writeStdinConfig(pair)
  const child = spawn(forwarderCommand, ['--config', configPath], { stdio: ['pipe', 'ignore', 'ignore'] })
  t.teardown(() => child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const { metrics } = JSON.parse(await readFile(configPath, 'utf8')) as { metrics: { listen: string } }
  const agent = { readMetrics: () => readMetricsAt(Number(metrics.listen.split(':')[1])) }
  child.stdin.write('\ufefffirst\nsecond\nbeg')
  const acked = async () => (await agent.readMetrics()).get('forwarder_events_acked_total')
  await until(async () => (await acked()) === 2, 'both lines are acked')
  return { child, exited, agent }
}

test.serial(ofProgram('each byte of standard input has a fate, and a line that is not whole yet waits'), async t => {
  const { child, exited, agent } = await startInsideLine(t)
  t.like(await addsUpMeanwhile(t, agent), { seen: 19, acked: 13, unread: 3, outsideLines: 3 })
  child.stdin.write('un and ended\n')
  t.like(await addsUpIn(t, agent), { seen: 32, acked: 29, outsideLines: 3 })
  child.stdin.end()
  t.deepEqual(await exited, [0, null])
})

test.serial(
  ofProgram('a line of standard input that is stopped before its end ends the agent with exit code 3'),
  async t => {
    const { child, exited } = await startInsideLine(t)
    child.kill('SIGTERM')
    t.deepEqual(await exited, [3, null])
  },
)

test.serial(ofProgram('unacked lines of standard input end the agent with exit code 3'), async t => {
  const pair = await makePair(t, { agent: { shutdownTimeout: '100ms' } })
  const child = spawn(forwarderCommand, ['--config', await writeStdinConfig(pair)], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
  child.stdin.end('this line is lost\n')
  await until(() => log.includes('Failure connecting to'), 'the agent has found no collector')
  child.kill('SIGTERM')
  t.deepEqual(await exited, [3, null])
})
