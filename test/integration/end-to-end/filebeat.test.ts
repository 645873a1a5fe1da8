// The real Filebeat sends to a collector.
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { RoleProcess } from '../../../src/demo/role-process.ts'
import { countEmbedded, searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { type Filebeat, startFilebeat } from '../../helpers/peers/filebeat.ts'
import { type TcpGate, startTcpGate } from '../../helpers/peers/tcp-gate.ts'
import { makePair, type Pair } from '../../helpers/process/roles.ts'
import { startOpenSearch } from '../../helpers/servers/opensearch.ts'
import { call, countDocuments } from '../../helpers/servers/search-server.ts'
import { until } from '../../helpers/time/until.ts'

const LINES = 1000

test('each line of a real Filebeat is stored once, although acks are lost and it sends its windows again', async t => {
  const site = await startSite(t)
  await site.startFilebeat()
  await writeAndStore(site, { first: 0, count: LINES })
  site.gate.swallowAnswers()
  await writeAndStore(site, { first: LINES, count: LINES })
  await reconnect(site)
  await until(async () => (await site.countReceived()) > 2 * LINES, 'windows were sent again')
  await writeAndStore(site, { first: 2 * LINES, count: LINES })
  t.deepEqual(await findUneven(site, makeTexts(0, 3 * LINES)), [])
})

/** Read again after the program was killed, a line has another `@timestamp`, as Filebeat writes the time of reading there. */
test('lines that a real Filebeat reads again after it was killed are stored once if it makes ids by fingerprint, as docs/elasticsearch.md has it', async t => {
  const site = await startSite(t)
  await readAgain(site, await readDocumentedProcessors())
  t.deepEqual(await findUneven(site, makeTexts(0, 2 * LINES)), [])
})

for (const [how, processors] of [
  ['by add_id', ['- add_id: ~']],
  ['by the collector', []],
] as const) {
  test(`lines that a real Filebeat reads again after it was killed are stored twice with ids made ${how}, and none is lost`, async t => {
    const site = await startSite(t)
    await readAgain(site, processors)
    t.deepEqual(await findUneven(site, [...makeTexts(0, 2 * LINES), ...makeTexts(LINES, LINES)]), [])
  })
}

test('the index and the pipeline that an input of a real Filebeat sets are used where they are allowed, and logged where not', async t => {
  const server = await startOpenSearch(t, { version: '2.19.1' })
  await call(server, 'PUT /_ingest/pipeline/shop-7', { processors: [{ set: { field: 'piped', value: true } }] })
  const senderChoices = { indices: ['shop-*'], pipelines: ['shop-*'] }
  const site = await startSite(t, { type: 'elasticsearch', hosts: [server.url], senderChoices })
  await site.startFilebeat({
    inputs: [
      ...inputOf('allowed', site, ['index: "shop-logs"', 'pipeline: "shop-7"']),
      ...inputOf('other', site, ['index: "secret-logs"', 'pipeline: "secret-7"']),
    ],
  })
  await appendFile(join(site.dir, 'allowed.log'), lines(0, LINES))
  await appendFile(join(site.dir, 'other.log'), lines(0, LINES))
  await until(async () => (await site.countStored()) === 2 * LINES, 'all is stored')
  t.is(await countDocuments(server, 'shop-logs'), LINES)
  t.is(await countDocuments(server, 'forwarder-*'), LINES)
  const { count } = await call(server, 'GET /shop-logs,forwarder-*/_count?q=piped:true')
  t.is(Number(count), LINES)
  t.deepEqual(await readIgnoredChoices(site.pair), [
    { raw_index: 'secret-logs', setting: 'store.senderChoices.indices' },
    { pipeline: 'secret-7', setting: 'store.senderChoices.pipelines' },
  ])
})

interface Site {
  readonly pair: Pair
  /** Of the logs. */
  readonly dir: string
  /** Between Filebeat and the collector. */
  readonly gate: TcpGate
  startFilebeat(more?: FilebeatChoices): Promise<Filebeat>
  countStored(): Promise<number>
  /** Received and not yet safe. */
  countInFlight(): Promise<number>
  countReceived(): Promise<number>
}

interface FilebeatChoices {
  readonly inputs?: readonly string[]
  readonly processors?: readonly string[]
}

async function startSite(t: ExecutionContext, store?: Readonly<Record<string, unknown>>): Promise<Site> {
  const pair = await makePair(t, store && { store })
  const collector = await pair.startCollector()
  await collector.ready()
  const { network } = JSON.parse(await readFile(join(pair.dir, 'agent.json'), 'utf8')) as AgentFile
  const { certificate, key, ca } = network.tls
  const gate = await startTcpGate(t, Number(network.servers[0].split(':')[1]))
  const dir = join(pair.dir, 'filebeat')
  await mkdir(dir)
  const output = [
    `hosts: ["127.0.0.1:${gate.port}"]`,
    `ssl: {certificate_authorities: ["${ca}"], certificate: "${certificate}", key: "${key}"}`,
    'bulk_max_size: 200',
    'pipelining: 20', // more than windows wait for an ack that does not come
    'backoff: {init: 200ms, max: 1s}',
  ]
  const inputs = inputOf('access', { dir })
  return {
    pair,
    dir,
    gate,
    startFilebeat: more => startFilebeat(t, { dir, inputs, output, ...more }),
    countStored: () => readMetric(collector, 'forwarder_events_stored_total'),
    countReceived: () => readMetric(collector, 'forwarder_events_received_total'),
    countInFlight: () => readMetric(collector, 'forwarder_events_in_flight'),
  }
}

async function readMetric(collector: RoleProcess, name: string): Promise<number> {
  return (await collector.readMetrics()).get(name) ?? 0
}

function inputOf(name: string, { dir }: Pick<Site, 'dir'>, more: readonly string[] = []): readonly string[] {
  const settings = [
    `id: ${name}`,
    `paths: ["${join(dir, name)}.log"]`,
    'prospector.scanner.check_interval: 200ms',
    ...more,
  ]
  return ['- type: filestream', ...settings.map(line => `  ${line}`)]
}

interface Part {
  readonly first: number
  readonly count: number
}

async function writeAndStore({ pair, dir }: Site, { first, count }: Part): Promise<void> {
  await appendFile(join(dir, 'access.log'), lines(first, count))
  await until(() => countEmbedded(pair.storePath).rows >= first + count, `${first + count} lines are stored`)
}

/** Half of the lines are equal: only their offsets distinguish them. */
function makeTexts(first: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => ((first + i) % 2 === 0 ? `line ${first + i}` : 'the same'))
}

function lines(first: number, count: number): string {
  return `${makeTexts(first, count).join('\n')}\n`
}

async function reconnect({ gate }: Site): Promise<void> {
  const before = gate.connectionCount
  gate.close()
  gate.open()
  await until(() => gate.connectionCount > before, 'Filebeat has connected again')
}

/** Two halves: Filebeat is killed when both are stored and the second is not acked, and reads that one again. */
async function readAgain(site: Site, processors: readonly string[]): Promise<void> {
  const filebeat = await site.startFilebeat({ processors })
  await writeAndStore(site, { first: 0, count: LINES })
  await until(() => hasRecorded(filebeat, lines(0, LINES).length), 'Filebeat has recorded the first half')
  site.gate.swallowAnswers()
  await writeAndStore(site, { first: LINES, count: LINES })
  await filebeat.kill('SIGKILL')
  await site.startFilebeat({ processors })
  await until(() => isQuiet(site, 3 * LINES), 'it has sent the second half again')
}

async function isQuiet(site: Site, received: number): Promise<boolean> {
  return (await site.countReceived()) >= received && (await site.countInFlight()) === 0
}

async function hasRecorded({ registryDir }: Filebeat, offset: number): Promise<boolean> {
  return (await readFile(join(registryDir, 'filebeat/log.json'), 'utf8')).includes(`"offset":${offset}}`)
}

/** The first of the texts that are not stored as often as they are expected, with both numbers. */
async function findUneven({ pair }: Site, expected: readonly string[]): Promise<readonly object[]> {
  const messages: string[] = []
  for await (const { document } of searchEmbedded(pair.storePath, { text: '', fields: [], limit: 0 }))
    messages.push((document as unknown as { readonly message: string }).message)
  const [found, wanted] = [countTexts(messages), countTexts(expected)]
  const texts = [...new Set([...messages, ...expected])]
  return texts
    .filter(text => found.get(text) !== wanted.get(text))
    .map(text => ({ text, stored: found.get(text) ?? 0, expected: wanted.get(text) ?? 0 }))
    .slice(0, 10)
}

function countTexts(texts: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...Map.groupBy(texts, text => text)].map(([text, all]) => [text, all.length]))
}

/** The list below `processors:`, with its dashes in the first column. */
async function readDocumentedProcessors(): Promise<readonly string[]> {
  const page = await readFile(join(import.meta.dirname, '../../../docs/elasticsearch.md'), 'utf8')
  const list = /^    processors:\n((?: {6}.*\n)+)/m.exec(page)?.[1]
  if (list === undefined) throw new Error('docs/elasticsearch.md has no list of processors')
  return list
    .trimEnd()
    .split('\n')
    .map(line => line.slice(6))
}

async function readIgnoredChoices(pair: Pair): Promise<readonly object[]> {
  const written = (await pair.readLog('collector'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as LogLine)
  return written
    .filter(({ message }) => message.startsWith('a sender chooses'))
    .map(({ raw_index, pipeline, setting }) => ({
      ...(raw_index && { raw_index }),
      ...(pipeline && { pipeline }),
      setting,
    }))
}

interface LogLine {
  readonly message: string
  readonly raw_index?: string
  readonly pipeline?: string
  readonly setting: string
}

interface AgentFile {
  readonly network: {
    readonly servers: readonly [string]
    readonly tls: { readonly certificate: string; readonly key: string; readonly ca: string }
  }
}
