// What an application of 2014 logs for Logstash, with nothing between it and Elasticsearch but agent and collector.
import test from 'ava'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { makePair } from '../../helpers/process/roles.ts'
import { runProgram } from '../../helpers/programs/program.ts'
import { startElasticsearch } from '../../helpers/servers/elasticsearch.ts'
import { until } from '../../helpers/time/until.ts'

const SCRIPT = join(import.meta.dirname, '../../fixtures/loggers/ruby/sinatra_lines.rb')
/** Of the day on which the article about the application was written. */
const OLD_LINE =
  '{"@timestamp":"2014-05-03T10:01:13Z","@fields":{"method":"GET","path":"/","status":"200","size":"12","duration":0.012}}'

interface Hit {
  readonly _index: string
  readonly _source: {
    readonly message: string
    readonly '@timestamp': string
    readonly log: { readonly offset: number }
  }
}

async function findAll(url: string): Promise<readonly Hit[]> {
  await fetch(`${url}/logstash-*/_refresh`, { method: 'POST' })
  const response = await fetch(`${url}/logstash-*/_search?size=100`)
  if (!response.ok) return []
  const { hits } = (await response.json()) as { readonly hits: { readonly hits: readonly Hit[] } }
  return hits.hits.toSorted((a, b) => a._source.log.offset - b._source.log.offset)
}

test('the lines of a real LogstashLogger have their fields and their own time in the index of their day', async t => {
  const server = await startElasticsearch(t, { version: '8.19.21', yml: ['xpack.security.enabled: false'] })
  const pair = await makePair(t, {
    store: {
      type: 'elasticsearch',
      hosts: [server.url],
      index: 'logstash-%{+yyyy.MM.dd}',
      indexWindow: { back: '36500d' },
    },
    collector: { pipeline: [{ parse: 'sinatra' }] },
  })
  const [collector, agent] = await Promise.all([pair.startCollector(), pair.startAgent()])
  const written = await runProgram(['/usr/bin/ruby', SCRIPT, 'logstash'])
  const lines = [...written.trim().split('\n'), OLD_LINE, 'Sinatra has taken the stage']
  await appendFile(pair.logFile, lines.map(line => `${line}\n`).join(''))
  let hits: readonly Hit[] = []
  await until(async () => (hits = await findAll(server.url)).length >= lines.length, 'all lines are stored', 60_000)
  await addsUpIn(t, agent)
  t.is(await agent.stop(), 0)
  t.is(await collector.stop(), 0)

  t.deepEqual(
    hits.map(({ _source }) => _source.message),
    lines,
  )
  // Two requests, one of a missing page, one that fails, and one that posts.
  t.true(hits.length >= 6)
  for (const [i, { _index: index, _source: source }] of hits.slice(0, -1).entries()) {
    const { '@timestamp': time, '@fields': fields } = JSON.parse(lines[i] ?? '') as LoggedLine
    t.is(Date.parse(source['@timestamp']), Date.parse(time))
    t.is(index, `logstash-${time.slice(0, 10).replaceAll('-', '.')}`)
    t.like(source, {
      service: 'shop',
      event: { dataset: 'sinatra.access' },
      http: { request: { method: fields.method }, response: { status_code: Number(fields.status) } },
      url: { path: fields.path },
      sinatra: { duration: fields.duration },
    })
  }
  t.is(hits.at(-2)?._index, 'logstash-2014.05.03')
  t.like(hits.at(-1)?._source, { tags: ['pipeline_failure'] })
})

interface LoggedLine {
  readonly '@timestamp': string
  readonly '@fields': {
    readonly method: string
    readonly path: string
    readonly status: string
    readonly duration: number
  }
}
