// A collector in front of a real Elasticsearch beside a bare loader that sends the same requests. See bench/README.md.
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeAccessLog } from '../test/helpers/files/access-log.ts'
import { makeScope } from '../test/helpers/process/scope.ts'
import { call, countDocuments, startSearchServer, type SearchServer } from '../test/helpers/servers/search-server.ts'
import { makeCertificates, type TestCertificates } from '../test/helpers/trust/certificates.ts'
import { startRecorder, sendAll, type BulkRequest } from './elasticsearch/recorded-requests.ts'
import { describeMachine } from './machine.ts'
import { readProcessThreads, sum } from './process-group.ts'
import { findSpread, type Spread } from './report.ts'
import { end, findFreePort, readStored, startRole, waitUntil } from './roles.ts'

const help = `usage: node bench/elasticsearch.ts [options]
  --megabytes N   size of the log (20)
  --rounds N      how often each of them runs, after one run each that does not count (3)
  --at-once N     requests that the loader has in flight (2)
  --server NAME   elasticsearch@VERSION or opensearch@VERSION (elasticsearch@8.19.21)
  --timeout N     seconds after which a run has failed (600)`

const root = new URL('..', import.meta.url).pathname
const text = { type: 'string' } as const
const { values } = parseArgs({
  options: { help: { type: 'boolean' }, megabytes: text, rounds: text, 'at-once': text, server: text, timeout: text },
})
/** With the small heap that it has in tests, it would refuse requests for garbage that is not collected yet. */
const SETTINGS = ['indices.breaker.total.use_real_memory: false']
const timeoutMs = Number(values.timeout ?? '600') * 1000
const atOnce = Number(values['at-once'] ?? '2')

interface Work {
  readonly dir: string
  readonly logPath: string
  readonly lines: number
  readonly certificates: TestCertificates
}

interface Run {
  readonly seconds: number
  readonly serverSeconds: number
}

interface CollectorRun extends Run {
  readonly collectorSeconds: number
  readonly agentSeconds: number
}

async function main(): Promise<void> {
  const scope = makeScope()
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-bench-'))
  try {
    const logPath = join(dir, 'access.log')
    const { lines } = await writeAccessLog(logPath, Number(values.megabytes ?? '20') * 1e6)
    const work = { dir, logPath, lines, certificates: await makeCertificates(dir) }
    const [kind = '', version = ''] = (values.server ?? 'elasticsearch@8.19.21').split('@')
    console.log(`${describeMachine()}\n${kind} ${version}, ${lines.toLocaleString('en')} documents`)
    const requests = await record(work)
    const server = await startSearchServer(scope, { kind: kind as SearchServer['kind'], version }, SETTINGS)
    await compare({ server, requests, work })
  } finally {
    await scope.end()
    await rm(dir, { recursive: true, force: true })
  }
}

interface Comparison {
  readonly server: SearchServer
  readonly requests: readonly BulkRequest[]
  readonly work: Work
}

/** The first run of each warms the server up, and that of the collector leaves its index template there. */
async function compare(comparison: Comparison): Promise<void> {
  await collect(comparison)
  await load(comparison)
  const rounds: { readonly ours: CollectorRun; readonly bare: Run }[] = []
  for (let round = 0; round < Number(values.rounds ?? '3'); round++) {
    const first = round % 2 === 0 ? await collect(comparison) : undefined
    const bare = await load(comparison)
    rounds.push({ ours: first ?? (await collect(comparison)), bare })
  }
  const { lines } = comparison.work
  const show = (name: string, pick: (pair: (typeof rounds)[number]) => number, digits: number) =>
    console.log(`  ${name}: ${format(findSpread(rounds.map(pick)), digits)}`)
  show('collector, documents/s', ({ ours }) => lines / ours.seconds, 0)
  show('bare loader, documents/s', ({ bare }) => lines / bare.seconds, 0)
  show('ratio', ({ ours, bare }) => bare.seconds / ours.seconds, 3)
  show('µs a document of the collector', ({ ours }) => (ours.collectorSeconds / lines) * 1e6, 1)
  show('µs a document of the agent, start included', ({ ours }) => (ours.agentSeconds / lines) * 1e6, 1)
  show('µs a document of the server behind the collector', ({ ours }) => (ours.serverSeconds / lines) * 1e6, 1)
  show('µs a document of the server behind the loader', ({ bare }) => (bare.serverSeconds / lines) * 1e6, 1)
  show("collector's CPU to the server's", ({ ours }) => ours.collectorSeconds / ours.serverSeconds, 3)
}

function format(spread: Spread | undefined, digits: number): string {
  if (spread === undefined) return 'not measured'
  const { low, middle, high } = spread
  return `${middle.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`
}

/** The requests of a collector whose store takes everything at once. */
async function record(work: Work): Promise<readonly BulkRequest[]> {
  const recorder = await startRecorder()
  await ship(work, recorder.url, async () => 0)
  recorder.close()
  return recorder.requests
}

async function collect({ server, work }: Comparison): Promise<CollectorRun> {
  await empty(server)
  const run = await ship(work, server.url, () => readServer(server))
  if ((await countDocuments(server, 'forwarder-*')) !== work.lines)
    throw new Error('the collector did not store every line once')
  return run
}

async function load({ server, requests, work }: Comparison): Promise<Run> {
  await empty(server)
  const before = await readServer(server)
  const begun = performance.now()
  await sendAll(server.url, requests, atOnce)
  const seconds = (performance.now() - begun) / 1000
  const serverSeconds = (await readServer(server)) - before
  if ((await countDocuments(server, 'forwarder-*')) !== work.lines)
    throw new Error('the loader did not store every document once')
  return { seconds, serverSeconds }
}

/** Servers refuse to delete by a pattern. */
async function empty(server: SearchServer): Promise<void> {
  const found = (await call(server, 'GET /forwarder-*/_settings')) as Readonly<Record<string, unknown>>
  for (const name of Object.keys(found)) await call(server, `DELETE /${name}`)
}

/** CPU seconds of its process, by its own account. */
async function readServer(server: SearchServer): Promise<number> {
  const { nodes } = (await call(server, 'GET /_nodes/stats/process')) as unknown as { readonly nodes: NodeStats }
  return sum(Object.values(nodes).map(node => node.process.cpu.total_in_millis)) / 1000
}

type NodeStats = Readonly<Record<string, { readonly process: { readonly cpu: { readonly total_in_millis: number } } }>>

/** From the start of the agent until every line is stored. */
async function ship(work: Work, storeUrl: string, readStore: () => Promise<number>): Promise<CollectorRun> {
  const { lines, logPath, certificates } = work
  const { ca, server: tls } = certificates
  const dir = await mkdtemp(join(work.dir, 'run-'))
  const [port, metricsPort] = [await findFreePort(), await findFreePort()]
  const collector = await startRole(root, 'collector', {
    dir,
    config: {
      listen: `localhost:${port}`,
      tls: { certificate: tls.certificate, key: tls.key },
      store: { type: 'elasticsearch', hosts: [storeUrl] },
      metrics: { listen: `127.0.0.1:${metricsPort}` },
    },
  })
  let agent: ChildProcess | undefined
  try {
    await waitUntil(async () => (await readStored(metricsPort)) !== undefined, timeoutMs)
    const [collectorBefore, serverBefore] = [await readThreads(collector), await readStore()]
    const begun = performance.now()
    const network = { servers: [`localhost:${port}`], tls: { ca } }
    agent = await startRole(root, 'agent', { dir, config: { network, files: [{ paths: [logPath] }] } })
    await waitUntil(async () => ((await readStored(metricsPort)) ?? 0) >= lines, timeoutMs)
    return {
      seconds: (performance.now() - begun) / 1000,
      collectorSeconds: (await readThreads(collector)) - collectorBefore,
      agentSeconds: await readThreads(agent),
      serverSeconds: (await readStore()) - serverBefore,
    }
  } catch (cause) {
    const log = (await readFile(join(dir, 'collector.log'), 'utf8')).slice(-2000)
    throw new Error(`${(cause as Error).message}\n${log}`, { cause })
  } finally {
    if (agent !== undefined) await end(agent)
    await end(collector)
    await rm(dir, { recursive: true, force: true })
  }
}

async function readThreads({ pid }: ChildProcess): Promise<number> {
  return sum([...(await readProcessThreads(pid as number)).values()])
}

if (values.help === true) console.log(help)
else await main()
