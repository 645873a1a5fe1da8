import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { judge } from '../../../src/demo/verdict.ts'
import { searchElasticsearch } from '../../../src/stores/elasticsearch/search.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { startElasticsearch } from '../../helpers/servers/elasticsearch.ts'
import { makePair, ofProgram } from '../../helpers/process/roles.ts'
import { writeRotating } from '../../helpers/files/rotating-writer.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { until } from '../../helpers/time/until.ts'

const LINES = 100_000

test(
  ofProgram(
    'each of 100,000 lines of a rotated file is in a real Elasticsearch exactly once, although both roles are killed meanwhile',
  ),
  async t => {
    const server = await startElasticsearch(t, { version: '8.19.21', yml: ['xpack.security.enabled: false'] })
    const pair = await makePair(t, { store: { type: 'elasticsearch', hosts: [server.url] } })
    let [collector, agent] = await Promise.all([pair.startCollector(), pair.startAgent()])
    const writing = writeRotating(pair.logFile, LINES, { rotateEvery: 30_000 })
    await sleep(1500)
    await agent.kill()
    agent = await pair.startAgent()
    await sleep(1500)
    await collector.kill()
    collector = await pair.startCollector()
    await writing
    await until(async () => (await countDocuments(server.url)) >= LINES, 'all lines are searchable', 170_000)
    await addsUpIn(t, agent)
    t.is(await agent.stop(), 0)
    t.is(await collector.stop(), 0)
    const target = { kind: 'index', pattern: 'forwarder-%{+yyyy.MM.dd}' } as const
    const everything = { text: '', fields: [], limit: 0 }
    const hits = searchElasticsearch({ hosts: [server.url], target, log: silentLog }, everything)
    t.deepEqual(await judge(hits, LINES), { stored: LINES, lost: 0, twice: 0 })
  },
)

async function countDocuments(url: string): Promise<number> {
  await fetch(`${url}/forwarder-*/_refresh`, { method: 'POST' })
  const response = await fetch(`${url}/forwarder-*/_count`)
  const { count } = (await response.json()) as { count: number }
  return count
}
