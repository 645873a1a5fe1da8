import test from 'ava'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RoleProcess } from '../../../src/demo/role-process.ts'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { makePair, ofProgram, type Pair } from '../../helpers/process/roles.ts'
import { until } from '../../helpers/time/until.ts'

const MEBIBYTE = 1024 * 1024
const LARGE = 2 * MEBIBYTE - 1
const REFUSED = [`${'\u0001'.repeat(LARGE)}\n`, `${'\u0002'.repeat(LARGE)}\n`]

async function change(path: string, members: Readonly<Record<string, unknown>>): Promise<void> {
  const config = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  await writeFile(path, JSON.stringify({ ...config, ...members }))
}

async function ask(pair: Pair, path: string): Promise<Response> {
  const { metrics } = JSON.parse(await readFile(join(pair.dir, 'agent.json'), 'utf8')) as {
    metrics: { listen: string }
  }
  return await fetch(`http://${metrics.listen}${path}`)
}

async function countRefused(agent: RoleProcess): Promise<number | undefined> {
  return (await agent.readMetrics()).get('forwarder_events_refused_total')
}

async function readMessages(pair: Pair): Promise<string[]> {
  const hits = await Array.fromAsync(searchEmbedded(pair.storePath, { text: '', fields: [], limit: 0 }))
  return hits.map(({ document }) => String(document['message']))
}

test.serial(
  ofProgram(
    'lines that are larger as JSON than the collector takes do not stop the agent: the lines around them arrive',
  ),
  async t => {
    const pair = await makePair(t)
    await change(pair.collectorConfig, { limits: { eventBytes: '1MiB' } })
    const paths = [join(dirname(pair.logFile), '*.log')]
    await change(join(pair.dir, 'agent.json'), { files: [{ paths, maxLineBytes: '2MiB' }] })
    const lines = ['before\n', ...REFUSED, 'after\n']
    await writeFile(pair.logFile, lines.join(''))
    const collector = await pair.startCollector()
    await collector.ready()
    const agent = await pair.startAgent()
    await agent.ready()

    await until(async () => (await countRefused(agent)) === 2, 'both are refused')
    const bytes = await addsUpIn(t, agent)
    t.deepEqual((await readMessages(pair)).toSorted(), ['after', 'before'])
    t.is(bytes.seen, lines.join('').length)
    t.is(bytes.refused, 2 * (LARGE + 1))
    t.is(bytes.acked, bytes.seen - 2 * (LARGE + 1))

    const directory = join(pair.dir, 'agent', 'refused')
    const kept = (await readdir(directory)).map(name => join(directory, name))
    const events = await Promise.all(kept.map(async path => JSON.parse(await readFile(path, 'utf8'))))
    t.deepEqual(events.map(({ message }) => `${message}\n`).toSorted(), REFUSED)
    for (const path of kept) t.is((await stat(path)).mode & 0o777, 0o600)

    const log = (await pair.readLog('agent'))
      .split('\n')
      .filter(line => line.includes('no collector takes is passed by'))
    t.is(log.length, 2)
    t.true(log.every(line => line.includes(pair.logFile) && line.length < 2000))

    const health = await ask(pair, '/health')
    t.true(health.ok)
    t.regex(await health.text(), /2 events that no collector takes/)

    t.is(await agent.stop(), 0)
    const again = await pair.startAgent()
    await again.ready()
    await writeFile(pair.logFile, 'last\n', { flag: 'a' })
    await until(async () => (await readMessages(pair)).includes('last'), 'the last line is there')
    t.is(await countRefused(again), 0)
    t.is((await readMessages(pair)).length, 3)
    await addsUpIn(t, again)
  },
)
