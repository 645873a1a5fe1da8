import test, { type ExecutionContext } from 'ava'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findFreePorts } from '../../../src/demo/role-process.ts'
import { runProgram } from '../../helpers/process/command-line.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { startMigrated, startMigratedCollector } from '../../helpers/process/migrated.ts'
import { startElasticsearch } from '../../helpers/servers/elasticsearch.ts'
import { until } from '../../helpers/time/until.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'

const FIXTURES = join(import.meta.dirname, '../../fixtures/logstash')

/** As Ballerina's programs write them, and one that the pattern does not take. */
const LINES = [
  '2018-12-03 14:12:46,123 INFO  [auction_service] - Highest bid is 470000',
  '2018-12-03 14:12:47,001 ERROR [bidders:0.1] - Connection refused: localhost/127.0.0.1:9092',
  'ballerina: started services',
]

test('a Logstash pipeline and a filebeat.yml of 6.5 become a collector and an agent, whose fields are in a real Elasticsearch', async t => {
  const server = await startElasticsearch(t, { version: '8.19.21', yml: ['xpack.security.enabled: false'] })
  const dir = await makeTempDir(t)
  await writeOldFiles(dir, new URL(server.url).host)
  const collected = await migrate(t, dir, [
    'logstash-pipeline',
    '--config',
    'logstash.conf',
    '--output',
    'collector.json',
  ])
  t.regex(collected, /a pattern that is broken over several lines is joined/u)
  t.regex(collected, /document_type: there are no types any more/u)
  const files = ['--config', 'filebeat.yml', '--registry', 'registry']
  await migrate(t, dir, ['filebeat', ...files, '--output', 'forwarder.json'])

  const collector = await startMigratedCollector(t, join(dir, 'collector.json'))
  const agent = await startMigrated(t, join(dir, 'forwarder.json'))
  await until(async () => (await find(server.url)).length === LINES.length, 'all lines are in the index "store"')
  await addsUpIn(t, agent)
  t.is(await agent.stop(), 0)
  t.is(await collector.stop(), 0)

  const [info, error, other] = await find(server.url)
  t.like(info, {
    message: LINES[0],
    date: '2018-12-03 14:12:46,123',
    logLevel: 'INFO',
    package: 'auction_service',
    logMessage: 'Highest bid is 470000',
  })
  t.like(error, { logLevel: 'ERROR', package: 'bidders:0.1' })
  t.like(other, { message: LINES[2], tags: ['_grokparsefailure'] })
  const errors = await fetch(`${server.url}/store/_search?q=logLevel:ERROR`)
  t.is(((await errors.json()) as Hits).hits.hits.length, 1)
})

/** The two configurations as they are published, with this machine's names. */
async function writeOldFiles(dir: string, elasticsearch: string): Promise<void> {
  const [port = 0] = await findFreePorts(1)
  const log = join(dir, 'ballerina.log')
  const pipeline = (await readFile(join(FIXTURES, 'ballerina.conf'), 'utf8'))
    .replace('5044', `${port} host => "127.0.0.1"`)
    .replace('elasticsearch:9200', elasticsearch)
  const beats = (await readFile(join(FIXTURES, 'filebeat.yml'), 'utf8'))
    .replace('/usr/share/filebeat/ballerina.log', log)
    .replace('logstash:5044', `127.0.0.1:${port}`)
  await writeFile(join(dir, 'logstash.conf'), pipeline)
  await writeFile(join(dir, 'filebeat.yml'), beats)
  await writeFile(join(dir, 'registry'), '[]')
  await writeFile(log, LINES.map(line => `${line}\n`).join(''))
}

/** Runs the command, and `check` on the result; gives the report. Names are relative to the directory. */
async function migrate(t: ExecutionContext, dir: string, words: readonly string[]): Promise<string> {
  const [kind = '', ...args] = words
  const paths = args.map(word => (word.startsWith('--') ? word : join(dir, word)))
  const state = ['--state-dir', join(dir, `state-${kind}`)]
  const { code, out, err } = await runProgram(['migrate', kind, ...paths, ...state])
  t.is(code, 0, err)
  const checked = await runProgram(['check', '--config', paths.at(-1) ?? ''])
  t.is(checked.code, 0, checked.out + checked.err)
  return out
}

interface Hits {
  readonly hits: { readonly hits: readonly { readonly _source: Found }[] }
}

type Found = Readonly<Record<string, unknown>> & { readonly log: { readonly offset: number } }

/** The documents, in the order of their lines. */
async function find(url: string): Promise<readonly Found[]> {
  await fetch(`${url}/store/_refresh`, { method: 'POST' })
  const response = await fetch(`${url}/store/_search?size=100`)
  if (!response.ok) return []
  const { hits } = (await response.json()) as Hits
  return hits.hits.map(({ _source }) => _source).toSorted((a, b) => a.log.offset - b.log.offset)
}
