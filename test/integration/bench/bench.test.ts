import test from 'ava'
import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'
import { loadParts, type Part } from '../../../bench/results/part.ts'
import { WORKLOADS } from '../../../bench/workloads/find-workload.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { patience } from '../../helpers/time/patience.ts'

// The bench itself fails unless the receiver counts each line exactly once. Its figures mean nothing here.

const script = join(import.meta.dirname, '../../../bench/run.ts')
const ALL_WORKLOADS = WORKLOADS.map(({ name }) => name).join(',')
const BOTH_FORMS = 'forwarder,forwarder-lumberjack'

interface Bench {
  readonly parts: readonly Part[]
  readonly page: string
  readonly pictures: readonly string[]
}

/** Runs it with 0.2 MB and one round, and with a page and results of its own. */
async function runBench(t: ExecutionContext, args: readonly string[]): Promise<Bench> {
  t.timeout(patience(100_000))
  const dir = await makeTempDir(t)
  const page = join(dir, 'RESULTS.md')
  await writeFile(page, '<!-- made by make bench: begin --><!-- made by make bench: end -->\n')
  const results = join(dir, 'results')
  const tiny = ['--megabytes', '0.2', '--rounds', '1', '--timeout', String(patience(60)), '--results', results]
  const env = { ...process.env, LOGSTASH_FORWARDER: '' }
  await promisify(execFile)(process.execPath, [script, ...tiny, '--page', page, ...args], { env })
  return {
    parts: await loadParts(results),
    page: await readFile(page, 'utf8'),
    pictures: (await readdir(dir)).filter(name => name.endsWith('.svg')),
  }
}

/** Of a sender that counts its looks; of several windows. */
const OPTIONAL = new Set(['lookCpuMs', 'flowEventsPerSecond'])

/** Each figure of each run is a number. */
function listRuns(t: ExecutionContext, parts: readonly Part[]): string[] {
  return parts.flatMap(({ key, columns, runs }) =>
    runs.map(({ sender, figures }) => {
      const missing = columns.filter(({ figure }) => !Number.isFinite(figures[figure]) && !OPTIONAL.has(figure))
      t.deepEqual(missing, [], `${key}: ${sender}`)
      return `${key}: ${sender}`
    }),
  )
}

function readWireBytes(part: Part | undefined): number[] {
  return (part?.runs ?? []).map(({ figures }) => figures['wireMbPerGb'] ?? Number.NaN)
}

test('the bench has both forms of forwarder ship each workload, and lists them on its page', async t => {
  const { parts, page } = await runBench(t, [
    '--measures',
    'throughput',
    '--workloads',
    ALL_WORKLOADS,
    '--only',
    BOTH_FORMS,
  ])
  const expected = WORKLOADS.flatMap(({ name }) =>
    BOTH_FORMS.split(',').map(sender => `throughput-${name}-0.2: ${sender}`),
  )
  t.deepEqual(listRuns(t, parts).toSorted(), expected.toSorted())
  for (const { title } of WORKLOADS) t.true(page.includes(`| ${title}, 0.2 MB | forwarder |`), title)
  const [own = Infinity, lumberjack = 0] = readWireBytes(parts.find(({ key }) => key === 'throughput-access-0.2'))
  t.true(own < lumberjack, `our own form needs ${own} MB on the wire per GB, protocol 2 ${lumberjack} MB`)
})

test('the bench has every sender ship the access log, and gives the reason for one that is missing', async t => {
  const { parts, page } = await runBench(t, ['--measures', 'throughput', '--workloads', 'access'])
  const [part] = parts
  const senders = ['forwarder', 'forwarder-lumberjack', 'filebeat-tuned', 'filebeat-default', 'rsyslog']
  t.deepEqual(
    listRuns(t, parts),
    senders.map(sender => `throughput-access-0.2: ${sender}`),
  )
  t.deepEqual(part?.missing, [{ name: 'logstash-forwarder', reason: 'LOGSTASH_FORWARDER names no binary' }])
  t.true(page.includes('| rsyslog (no acks) |'))
  t.true(page.includes('| logstash-forwarder | not measured: LOGSTASH_FORWARDER names no binary |'))
})

test('the bench measures latency, idleness, many files and the start of senders with and without acks', async t => {
  const measures = ['--measures', 'latency,idle,files,start', '--seconds', '0.3', '--files', '20']
  const { parts } = await runBench(t, [...measures, '--only', 'forwarder,rsyslog'])
  const expected = ['files-20', 'idle', 'latency', 'start'].flatMap(key => [`${key}: forwarder`, `${key}: rsyslog`])
  t.deepEqual(listRuns(t, parts).toSorted(), expected.toSorted())
})

test('the bench draws the CPU time of both forms of forwarder by part', async t => {
  const { parts, page, pictures } = await runBench(t, ['--measures', 'cpu-parts', '--only', BOTH_FORMS])
  t.deepEqual(
    listRuns(t, parts),
    BOTH_FORMS.split(',').map(sender => `cpu-parts: ${sender}`),
  )
  t.deepEqual(pictures, ['cpu-by-part.svg'])
  t.true(page.includes('(cpu-by-part.svg)'))
})

test('a sender that ends before all of its lines have arrived fails the bench', async t => {
  const args = ['--measures', 'throughput', '--workloads', 'short', '--only', 'forwarder', '--agent', 'false']
  await t.throwsAsync(runBench(t, args), { message: /forwarder: the sender has ended \(1\)/ })
})
