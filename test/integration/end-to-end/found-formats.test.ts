import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { criLine, dockerLine } from '../../helpers/files/container-lines.ts'
import { runProgram } from '../../helpers/process/command-line.ts'
import { type Shipping, startShipping } from '../../helpers/process/shipping.ts'

const access = (n: number) =>
  `203.0.113.7 - - [29/Nov/2026:21:24:45 +0000] "GET /shop?n=${n} HTTP/1.1" 200 512 "-" "curl/8.5.0"`
const pino = (n: number) => `{"level":30,"time":1796073885123,"pid":812,"hostname":"web1","msg":"paid ${n}"}`
const query = (n: number) => [
  `2026-11-29 21:24:45.123 UTC [812] alice@shop ERROR:  syntax error at or near "selec${n}" at character 1`,
  '2026-11-29 21:24:45.123 UTC [812] alice@shop STATEMENT:  selec',
  `\t* from orders where n = ${n}`,
]
const wrapped = (text: string) => {
  return { stream: 'stderr', text, isPartial: false, timeMs: 1_700_000_000_000, nanos: 5 } as const
}
const plain = (lines: readonly string[]) => lines.map(line => `${line}\n`).join('')
const cri = (lines: readonly string[]) => Buffer.concat(lines.map(line => criLine(wrapped(line))))
const docker = (lines: readonly string[]) => Buffer.concat(lines.map(line => dockerLine(wrapped(line))))

/** An agent that finds formats, and a collector that parses by them. */
async function start(t: ExecutionContext, wireForm: string): Promise<Shipping> {
  const patterns = ['logs/pods/*/*/*.log', 'logs/*.log']
  const shipping = await startShipping(t, { patterns, group: { format: 'auto' } })
  await shipping.changeAgent(config => ({ ...config, network: { ...(config['network'] as object), wireForm } }))
  await shipping.pair.setCollector({ pipeline: [{ parse: 'auto' }] })
  await shipping.collector.stop()
  await shipping.startCollector()
  return shipping
}

async function writeAll(shipping: Shipping, n: number): Promise<void> {
  const pod = join(shipping.logs, 'pods/shop_db-1_0a-1b/db')
  await mkdir(pod, { recursive: true })
  await appendFile(join(pod, '0.log'), cri(query(n)))
  await appendFile(join(shipping.logs, 'web.log'), plain([access(n)]))
  await appendFile(join(shipping.logs, 'shop-json.log'), docker([pino(n)]))
  await appendFile(join(shipping.logs, 'other.log'), plain([`no format ${n}`]))
}
const EVENTS = 5

async function eventsOf(shipping: Shipping) {
  const stored = await shipping.readStored()
  return stored.map(({ message, flags, format, fields }) => {
    const { dataset } = (fields['event'] ?? {}) as { readonly dataset?: string }
    return [format, dataset, message, ...flags]
  })
}

const expectedOf = (n: number) => [
  [undefined, undefined, `no format ${n}`],
  ['postgresql', 'postgresql.log', `syntax error at or near "selec${n}" at character 1`],
  ['postgresql', 'postgresql.log', `selec\n\t* from orders where n = ${n}`, 'multiline'],
  ['pino', 'pino.log', `paid ${n}`],
  ['nginx', 'nginx.access', access(n)],
]

const inOrder = (events: readonly (readonly unknown[])[]) =>
  events.map(event => event.map(String).join(' ')).toSorted((one, other) => (one < other ? -1 : Number(one > other)))

for (const wireForm of ['auto', 'lumberjack'])
  test(`formats that the agent finds are those by which the collector parses, over a kill, a restart and a rotation, in the wire form ${wireForm}`, async t => {
    const shipping = await start(t, wireForm)
    await shipping.startAgent()
    await writeAll(shipping, 1)
    await shipping.waitForCount(EVENTS)
    await shipping.collector.stop()
    await writeAll(shipping, 2)
    await sleep(2500)
    await shipping.agent.kill()
    await writeAll(shipping, 3)
    await shipping.startCollector()
    await shipping.startAgent()
    await shipping.waitForCount(3 * EVENTS)
    await shipping.agent.stop()
    await rename(join(shipping.logs, 'web.log'), join(shipping.logs, 'web.1.log'))
    await writeFile(join(shipping.logs, 'web.log'), plain([pino(4), pino(5)]))
    await shipping.startAgent()
    await shipping.waitForCount(3 * EVENTS + 2)
    const later = [4, 5].map(n => ['pino', 'pino.log', `paid ${n}`])
    t.deepEqual(inOrder(await eventsOf(shipping)), inOrder([1, 2, 3].flatMap(expectedOf).concat(later)))
    const stored = await shipping.readStored()
    t.is(new Set(stored.map(({ id }) => id)).size, stored.length)
    await addsUpIn(t, shipping.agent)
    const found = (await shipping.readLog()).filter(({ message }) => message === 'found a file format')
    t.is(found.length, 4)
    const { out } = await runProgram(['state', 'show', '--state-dir', join(shipping.dir, 'agent')])
    t.regex(out, /0\.log .* cri\/postgresql /)
    t.regex(out, /web\.1\.log .* plain\/nginx /)
    t.regex(out, /web\.log .* plain\/pino /)
    t.regex(out, /shop-json\.log .* docker\/pino /)
    t.regex(out, /other\.log .* - /)
  })
