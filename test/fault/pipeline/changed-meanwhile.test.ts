import { appendFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { searchElasticsearch } from '../../../src/stores/elasticsearch/search.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makePair, ofProgram } from '../../helpers/process/roles.ts'
import { startElasticsearch } from '../../helpers/servers/elasticsearch.ts'
import { countDocuments } from '../../helpers/servers/search-server.ts'
import { until } from '../../helpers/time/until.ts'

const INDEX = 'logs-%{kind}-%{+yyyy.MM}'
const LINES = 20_000
const ROUNDS = 2
/** The same line has the index of `alpha` in the first, and of `unknown` in the second. */
const PIPELINES = ['^(?<kind>\\w+) (?<n>\\d+)$', '^\\w+ (?<n>\\d+)$'].map(pattern => ({
  pipeline: [{ grok: { field: 'message', patterns: [pattern] } }],
}))

test(
  ofProgram('each line is stored once although the collector is killed and its pipeline changed before a resend'),
  async t => {
    const server = await startElasticsearch(t, { version: '8.19.21', yml: ['xpack.security.enabled: false'] })
    const pair = await makePair(t, {
      store: {
        type: 'elasticsearch',
        hosts: [server.url],
        index: INDEX,
        allowedIndices: ['logs-*'],
        requestTimeout: '5s',
      },
      collector: PIPELINES[0] ?? {},
    })
    let collector = await pair.startCollector()
    const agent = await pair.startAgent()
    for (let round = 0; round < ROUNDS; round++) {
      const from = (round * LINES) / ROUNDS
      const lines = Array.from({ length: LINES / ROUNDS }, (_, i) => `alpha ${from + i}\n`)
      await appendFile(pair.logFile, lines.join(''))
      const stored = async () => await countDocuments(server, 'logs-*').catch(() => 0)
      await until(async () => (await stored()) > from, 'some of the lines are stored', 60_000)
      await collector.kill()
      await pair.setCollector(PIPELINES[(round + 1) % 2] ?? {})
      collector = await pair.startCollector()
      await sleep(500)
    }
    await until(async () => (await countDocuments(server, 'logs-*')) >= LINES, 'all lines are stored', 300_000)
    const target = { kind: 'index', pattern: INDEX } as const
    const messages = new Map<unknown, number>()
    const everything = { text: '', fields: [], limit: 0 }
    for await (const { document } of searchElasticsearch({ hosts: [server.url], target, log: silentLog }, everything))
      messages.set(document['message'], (messages.get(document['message']) ?? 0) + 1)
    t.is(messages.size, LINES)
    t.deepEqual(
      [...messages].filter(([, times]) => times > 1),
      [],
    )
    t.true((await countDocuments(server, 'logs-alpha-*')) > 0)
    t.true((await countDocuments(server, 'logs-unknown-*')) > 0)
    // Some had been stored under the other pipeline, or the kills proved nothing.
    t.true(((await collector.readMetrics()).get('forwarder_events_existed_total') ?? 0) > 0)
    t.is(await agent.stop(), 0)
    t.is(await collector.stop(), 0)
  },
)
