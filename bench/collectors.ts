// Two checkouts' collectors take turns to receive the same log from the same agent. See bench/README.md.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createGunzip } from 'node:zlib'
import { writeAccessLog } from '../test/helpers/files/access-log.ts'
import { makeCertificates } from '../test/helpers/trust/certificates.ts'
import { describeMachine } from './machine.ts'
import { median } from './report.ts'
import { end, findFreePort, readStored, startRole, waitUntil } from './roles.ts'
import { readUsage } from './usage.ts'

const help = `usage: node bench/collectors.ts --other DIR [options]
  --other DIR     the checkout to compare with
  --megabytes N   size of the log (100)
  --rounds N      how often each collector runs (3)
  --stores a,b    embedded, bulk (both): bulk is a server that answers bulk requests at once
  --tls           over TLS: the agent uses our own wire form with a collector that takes it
  --timeout N     seconds after which a run has failed (300)`

const root = new URL('..', import.meta.url).pathname
const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const { values } = parseArgs({
  options: { help: flag, other: text, megabytes: text, rounds: text, stores: text, timeout: text, tls: flag },
})

type StoreKind = 'embedded' | 'bulk'

interface Run {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakRssBytes: number
}

interface Work {
  readonly dir: string
  readonly logPath: string
  readonly lines: number
  readonly storeUrl: string
  /** For both ends; false: plain text. */
  readonly tls: { readonly server: object; readonly client: object } | false
  readonly timeoutMs: number
}

async function main(other: string): Promise<void> {
  const rounds = Number(values.rounds ?? '3')
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-bench-'))
  const bulk = await startBulkServer()
  try {
    const logPath = join(dir, 'access.log')
    const { lines, bytes } = await writeAccessLog(logPath, Number(values.megabytes ?? '100') * 1e6)
    const storeUrl = `http://127.0.0.1:${(bulk.address() as AddressInfo).port}`
    const tls = values.tls === true && (await makeTls(dir))
    const work = { dir, logPath, lines, storeUrl, tls, timeoutMs: Number(values.timeout ?? '300') * 1000 }
    console.log(
      `${describeMachine()}\n${lines.toLocaleString('en')} lines, ${(bytes / 1e6).toFixed(0)} MB, ${rounds} rounds`,
    )
    for (const store of (values.stores ?? 'embedded,bulk').split(','))
      await compare(store as StoreKind, { work, other, rounds })
  } finally {
    bulk.close()
    await rm(dir, { recursive: true, force: true })
  }
}

interface Comparison {
  readonly work: Work
  readonly other: string
  readonly rounds: number
}

async function compare(store: StoreKind, { work, other, rounds }: Comparison): Promise<void> {
  const pairs: { readonly ours: Run; readonly theirs: Run }[] = []
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [root, other] : [other, root]
    const runs = new Map<string, Run>()
    for (const checkout of order) runs.set(checkout, await measure(checkout, store, work))
    pairs.push({ ours: runs.get(root) as Run, theirs: runs.get(other) as Run })
  }
  const show = (name: string, pick: (pair: { readonly ours: Run; readonly theirs: Run }) => Run) => {
    const middle = (value: (run: Run) => number) => median(pairs.map(pair => value(pick(pair))))
    const rate = Math.round(work.lines / middle(run => run.seconds)).toLocaleString('en')
    const [cpu, rss] = [middle(run => run.cpuSeconds).toFixed(2), (middle(run => run.peakRssBytes) / 1e6).toFixed(0)]
    console.log(`  ${store} ${name}: ${rate} events/s, ${cpu} CPU s, ${rss} MB peak`)
  }
  show('this checkout', pair => pair.ours)
  show('the other one', pair => pair.theirs)
  const ratio = (value: (run: Run) => number) =>
    median(pairs.map(({ ours, theirs }) => value(ours) / value(theirs))).toFixed(2)
  console.log(
    `  ${store} ratio: events/s ${(1 / Number(ratio(run => run.seconds))).toFixed(2)} ×, CPU ${ratio(run => run.cpuSeconds)} ×, peak RSS ${ratio(run => run.peakRssBytes)} ×`,
  )
}

/** Until every line is stored; what is measured is the collector. */
async function measure(checkout: string, store: StoreKind, work: Work): Promise<Run> {
  const dir = await mkdtemp(join(work.dir, 'run-'))
  const [port, metricsPort] = [await findFreePort(), await findFreePort()]
  const address = `localhost:${port}`
  const stores = {
    embedded: { type: 'embedded' },
    bulk: { type: 'elasticsearch', hosts: [work.storeUrl], template: false },
  }
  const collector = await startRole(checkout, 'collector', {
    dir,
    config: {
      listen: address,
      tls: work.tls && work.tls.server,
      store: stores[store],
      metrics: { listen: `127.0.0.1:${metricsPort}` },
    },
  })
  const isListening = async () => {
    if (collector.exitCode !== null) throw new Error(`the collector of ${checkout} ended with ${collector.exitCode}`)
    return (await readStored(metricsPort)) !== undefined
  }
  let agent: ChildProcess | undefined
  try {
    await waitUntil(isListening, work.timeoutMs)
    const begun = performance.now()
    const config = {
      network: { servers: [address], tls: work.tls && work.tls.client },
      files: [{ paths: [work.logPath] }],
    }
    agent = await startRole(root, 'agent', { dir, config })
    await waitUntil(async () => ((await readStored(metricsPort)) ?? 0) >= work.lines, work.timeoutMs)
    const seconds = (performance.now() - begun) / 1000
    return { seconds, ...(await readUsage(collector.pid as number)) }
  } catch (cause) {
    const log = (await readFile(join(dir, 'collector.log'), 'utf8')).slice(-2000)
    throw new Error(`${(cause as Error).message}: ${checkout}\n${log}`, { cause })
  } finally {
    if (agent !== undefined) await end(agent)
    await end(collector)
    await rm(dir, { recursive: true, force: true })
  }
}

async function makeTls(dir: string): Promise<Work['tls']> {
  const { ca, server } = await makeCertificates(dir)
  return { server: { certificate: server.certificate, key: server.key }, client: { ca } }
}

/** Takes everything at once. */
async function startBulkServer(): Promise<Server> {
  const server = createServer((request, response) => void answerBulk(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function answerBulk(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let lines = 0
  const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request
  for await (const chunk of body) lines += countLines(chunk as Buffer)
  response.setHeader('content-type', 'application/json')
  if (!request.url?.includes('_bulk')) return void response.end('{}')
  const item = '{"create":{"_index":"x","status":201}}'
  response.end(`{"errors":false,"items":[${Array.from({ length: lines / 2 }, () => item).join(',')}]}`)
}

function countLines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) count++
  return count
}

if (values.help === true || values.other === undefined) console.log(help)
else await main(values.other)
