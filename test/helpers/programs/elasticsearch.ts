import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TeardownScope } from '../process/scope.ts'
import { startElasticsearch } from '../servers/elasticsearch.ts'
import { startOpenSearch } from '../servers/opensearch.ts'
import type { ProgramLog } from './program.ts'

/** The appenders of the distribution's log4j2.properties: text and JSON of the server, and slow queries. */
const LOGGING = `
appender.text.type = File
appender.text.name = text
appender.text.fileName = \${sys:es.logs.base_path}/server.log
appender.text.layout.type = PatternLayout
appender.text.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] [%node_name]%marker %m%n
appender.json.type = File
appender.json.name = json
appender.json.fileName = \${sys:es.logs.base_path}/server.json
appender.json.layout.type = ECSJsonLayout
appender.json.layout.dataset = elasticsearch.server
rootLogger.level = info
rootLogger.appenderRef.text.ref = text
rootLogger.appenderRef.json.ref = json
`

export async function runElasticsearch(scope: TeardownScope): Promise<readonly ProgramLog[]> {
  const server = await startElasticsearch(scope, { version: '8.19.21', files: { 'log4j2.properties': LOGGING } })
  await makeSearches(server.url)
  await server.stop()
  const dir = join(server.dir, 'logs')
  const names = (await readdir(dir)).filter(name => name.startsWith('server.'))
  return Promise.all(names.map(async name => logOf(`elasticsearch/${name}`, await readFile(join(dir, name), 'utf8'))))
}

export async function runOpenSearch(scope: TeardownScope): Promise<readonly ProgramLog[]> {
  const server = await startOpenSearch(scope, { version: '2.19.1' })
  await makeSearches(server.url)
  await server.stop()
  const text = await readFile(join(server.dir, 'out.log'), 'utf8')
  return [logOf('opensearch/output', text)]
}

function logOf(name: string, text: string): ProgramLog {
  return { format: 'elasticsearch', name, text }
}

async function makeSearches(url: string): Promise<void> {
  const json = { 'content-type': 'application/json' }
  const slow = { settings: { 'index.search.slowlog.threshold.query.warn': '0ms', 'index.number_of_replicas': 0 } }
  await fetch(`${url}/shop`, { method: 'PUT', headers: json, body: JSON.stringify(slow) })
  await fetch(`${url}/shop/_doc?refresh`, { method: 'POST', headers: json, body: '{"a": "b"}' })
  await fetch(`${url}/shop/_search?q=a:b`)
  await fetch(`${url}/shop/_search`, { method: 'POST', headers: json, body: '{"query": {"nonsense": {}}}' })
  const script = { script_fields: { a: { script: { source: 'int x = 1 / (params.a - params.a)', params: { a: 1 } } } } }
  await fetch(`${url}/shop/_search`, { method: 'POST', headers: json, body: JSON.stringify(script) })
  await fetch(`${url}/_template/old`, {
    method: 'PUT',
    headers: json,
    body: JSON.stringify({ index_patterns: ['*'], mappings: { properties: {} } }),
  })
  await fetch(`${url}/shop`, { method: 'DELETE' })
}
