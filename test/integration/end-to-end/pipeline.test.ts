import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import type { Hit } from '../../../src/stores/contract.ts'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { runProgram } from '../../helpers/process/command-line.ts'
import { makePair, ofProgram, type Pair } from '../../helpers/process/roles.ts'
import { until } from '../../helpers/time/until.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'

/** It backtracks forever on a line of `a` that ends otherwise. */
const HANGING = '^(a+)+$'
const GROK = { grok: { field: 'message', patterns: ['^%{WORD:verb} %{NUMBER:amount:int}$', HANGING], tag: 'order' } }

async function readStored(pair: Pair): Promise<readonly Hit[]> {
  const hits: Hit[] = []
  for await (const hit of searchEmbedded(pair.storePath, { text: '', fields: [], limit: 0 })) hits.push(hit)
  return hits
}

async function waitForStored(pair: Pair, count: number): Promise<readonly Hit[]> {
  let hits: readonly Hit[] = []
  await until(
    async () => (hits = await readStored(pair).catch(() => [])).length >= count,
    `${count} lines are stored`,
    60_000,
  )
  return hits
}

test.serial(
  ofProgram('a line on which a pattern hangs costs its own fields, and the log, metrics and health name the pattern'),
  async t => {
    const pair = await makePair(t, { collector: { pipeline: [GROK], pipelineTimeout: '300ms' } })
    const [collector, agent] = await Promise.all([pair.startCollector(), pair.startAgent()])
    const lines = Array.from({ length: 300 }, (_, n) => (n === 150 ? `${'a'.repeat(60)} secret` : `buy ${n}`))
    await writeFile(pair.logFile, lines.map(line => `${line}\n`).join(''))
    const hits = await waitForStored(pair, lines.length)
    t.is(hits.length, lines.length)
    const documents = new Map(hits.map(({ document }) => [document['message'], document]))
    for (const [n, line] of lines.entries()) {
      const document = documents.get(line) ?? {}
      if (n === 150) t.deepEqual(document['tags'], ['pipeline_failure', 'pipeline_timeout'])
      else t.like(document, { verb: 'buy', amount: n })
    }
    const metrics = await collector.readMetrics()
    t.is(metrics.get('forwarder_pipeline_timeouts_total'), 1)
    t.is(metrics.get('forwarder_pipeline_step_timeouts_total{step="pipeline[0].grok",type="grok",tag="order"}'), 1)
    await addsUpIn(t, agent)
    t.is(await agent.stop(), 0)
    t.is(await collector.stop(), 0)
    const log = await pair.readLog('collector')
    t.regex(log, /an event used up its time in the pipeline.*\^\(a\+\)\+\$|\^\(a\+\)\+\$.*an event used up its time/)
    t.false(log.includes('secret'))
  },
)

test.serial(ofProgram('a changed pipeline is for new lines, and one that is wrong is refused and named'), async t => {
  const pair = await makePair(t, { collector: intoField('first') })
  const [collector, agent] = await Promise.all([pair.startCollector(), pair.startAgent()])
  await writeFile(pair.logFile, 'one\n')
  await waitForStored(pair, 1)
  await pair.setCollector({ pipeline: [{ grok: { field: 'message', patterns: ['%{NOSUCH:a}'] } }] })
  await until(
    async () => (await collector.readMetrics()).get('forwarder_config_reload_failures_total') === 1,
    'the wrong pipeline is refused',
    30_000,
  )
  await appendFile(pair.logFile, 'two\n')
  await waitForStored(pair, 2)
  await pair.setCollector(intoField('second'))
  await until(
    async () => (await collector.readMetrics()).get('forwarder_config_reloads_total') === 1,
    'the new pipeline is used',
    30_000,
  )
  await appendFile(pair.logFile, 'three\n')
  const hits = await waitForStored(pair, 3)
  t.deepEqual(
    hits.map(({ document: { message, first, second } }) => ({ message, first, second })).toSorted(byMessage),
    [
      { message: 'one', first: 'one', second: undefined },
      { message: 'three', first: undefined, second: 'three' },
      { message: 'two', first: 'two', second: undefined },
    ],
  )
  t.regex(await pair.readLog('collector'), /collector\.json:1:\d+: pipeline\[0\]\.grok\.patterns\[0\]/)
  await addsUpIn(t, agent)
  t.is(await agent.stop(), 0)
  t.is(await collector.stop(), 0)
})

test.serial(
  ofProgram('a dead letter of the pipeline is replayed through the pipeline, which may be a better one by then'),
  async t => {
    const pair = await makePair(t, { collector: { pipeline: [GROK], pipelineFailure: 'deadLetter' } })
    const [collector, agent] = await Promise.all([pair.startCollector(), pair.startAgent()])
    await writeFile(pair.logFile, 'buy 1\nodd\n')
    await waitForStored(pair, 1)
    await until(
      async () => (await collector.readMetrics()).get('forwarder_dead_letters') === 1,
      'the other line is a dead letter',
      30_000,
    )
    await pair.setCollector({ ...intoField('better'), pipelineFailure: 'deadLetter' })
    await until(
      async () => (await collector.readMetrics()).get('forwarder_config_reloads_total') === 1,
      'the new pipeline is used',
      30_000,
    )
    const replay = ['dead-letters', 'replay', '--target', 'pipeline', '--config', pair.collectorConfig]
    await runProgram(replay)
    const hits = await waitForStored(pair, 2)
    t.deepEqual(hits.map(({ document: { message, better } }) => ({ message, better })).toSorted(byMessage), [
      { message: 'buy 1', better: undefined },
      { message: 'odd', better: 'odd' },
    ])
    await addsUpIn(t, agent)
    t.is(await agent.stop(), 0)
    t.is(await collector.stop(), 0)
  },
)

test.serial(
  ofProgram('each line is stored once, whole or as it came, although the collector is killed over and over'),
  async t => {
    const dictionary = { translate: { field: 'verb', target_field: 'kind', dictionary_path: 'kinds.csv' } }
    const pair = await makePair(t, { collector: { pipeline: [GROK, dictionary], pipelineTimeout: '200ms' } })
    await writeFile(join(pair.dir, 'kinds.csv'), 'buy,order\n')
    let collector = await pair.startCollector()
    const agent = await pair.startAgent()
    const count = 20_000
    for (let n = 0; n < count; n += 2000) {
      const lines = Array.from({ length: 2000 }, (_, i) =>
        isHanging(n + i) ? `${'a'.repeat(50)}! ${n + i}` : `buy ${n + i}`,
      )
      await appendFile(pair.logFile, lines.map(line => `${line}\n`).join(''))
      if (n % 4000 !== 0) continue
      await collector.kill()
      collector = await pair.startCollector()
    }
    const hits = await waitForStored(pair, count)
    t.is(hits.length, count)
    t.is(new Set(hits.map(({ document }) => document['message'])).size, count)
    for (const { document } of hits) {
      if (String(document['message']).startsWith('a')) t.true(Array.isArray(document['tags']))
      else t.like(document, { verb: 'buy', kind: 'order' })
    }
    await addsUpIn(t, agent)
    t.is(await agent.stop(), 0)
    t.is(await collector.stop(), 0)
  },
)

function byMessage(a: { readonly message: unknown }, b: { readonly message: unknown }): number {
  return String(a.message) < String(b.message) ? -1 : 1
}

/** A pipeline that puts the line into this field too. */
function intoField(name: string) {
  return { pipeline: [{ grok: { field: 'message', patterns: [`(?<${name}>.*)`] } }] }
}

function isHanging(n: number): boolean {
  return n % 5000 === 4000
}
