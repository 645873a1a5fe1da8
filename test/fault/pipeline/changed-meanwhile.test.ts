import { appendFile } from 'node:fs/promises'
import test from 'ava'
import { searchElasticsearch } from '../../../src/stores/elasticsearch/search.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makePair, ofProgram } from '../../helpers/process/roles.ts'
import { startElasticsearch } from '../../helpers/servers/elasticsearch.ts'
import { countDocuments } from '../../helpers/servers/search-server.ts'
import { until } from '../../helpers/time/until.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'

const INDEX = 'logs-%{kind}-%{+yyyy.MM}'
/** Before the kill, and again in the middle of it. */
const LINES = 5000
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
    await appendFile(pair.logFile, makeLines(0))
    await until(async () => (await countStored(server)) > 0, 'some of the lines are stored', 60_000)
    // Requests that the server has taken and not answered are carried out when it continues, and nobody hears of it.
    server.pause()
    await appendFile(pair.logFile, makeLines(LINES))
    const inFlight = async () => (await collector.readMetrics()).get('forwarder_store_requests_in_flight') ?? 0
    await until(async () => (await inFlight()) > 0, 'a request is on its way', 60_000)
    await collector.kill()
    server.resume()
    await pair.setCollector(PIPELINES[1] ?? {})
    collector = await pair.startCollector()
    await until(async () => (await countStored(server)) >= 2 * LINES, 'all lines are stored', 300_000)
    const target = { kind: 'index', pattern: INDEX } as const
    const messages = new Map<unknown, number>()
    const everything = { text: '', fields: [], limit: 0 }
    for await (const { document } of searchElasticsearch({ hosts: [server.url], target, log: silentLog }, everything))
      messages.set(document['message'], (messages.get(document['message']) ?? 0) + 1)
    t.is(messages.size, 2 * LINES)
    t.deepEqual(
      [...messages].filter(([, times]) => times > 1),
      [],
    )
    t.true((await countDocuments(server, 'logs-alpha-*')) > 0)
    t.true((await countDocuments(server, 'logs-unknown-*')) > 0)
    // Some had been stored under the other pipeline, or the kill proved nothing.
    t.true(((await collector.readMetrics()).get('forwarder_events_existed_total') ?? 0) > 0)
    await addsUpIn(t, agent)
    t.is(await agent.stop(), 0)
    t.is(await collector.stop(), 0)
  },
)

async function countStored(server: { readonly url: string }): Promise<number> {
  return await countDocuments(server, 'logs-*').catch(() => 0)
}

function makeLines(from: number): string {
  return Array.from({ length: LINES }, (_, i) => `alpha ${from + i}\n`).join('')
}
