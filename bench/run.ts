// `make bench`: the senders take turns to ship the same logs to the same kind of receiver. See bench/README.md.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildGoProgram } from '../test/helpers/peers/go-programs.ts'
import { makeCertificates } from '../test/helpers/trust/certificates.ts'
import { describeMachine } from './machine.ts'
import { makeCpuParts } from './measures/cpu-parts.ts'
import { makeIdle } from './measures/idle.ts'
import { makeLatency } from './measures/latency.ts'
import { makeManyFiles } from './measures/many-files.ts'
import type { Measure } from './measures/measure.ts'
import { START } from './measures/start.ts'
import { makeThroughput } from './measures/throughput.ts'
import { readOptions, type BenchOptions } from './options.ts'
import { measureRounds } from './results/measure-rounds.ts'
import { formatResults, writePage } from './results/page.ts'
import { loadParts, savePart, type Part } from './results/part.ts'
import type { Site } from './scene.ts'
import { findSenders } from './senders/find-senders.ts'
import { findWorkload } from './workloads/find-workload.ts'

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)))
}

async function main(options: BenchOptions): Promise<void> {
  const measures = options.measures.flatMap(name => makeMeasures(name, options))
  if (measures.length > 0) await measureAll(measures, options)
  const parts = await loadParts(options.results)
  if (options.page !== undefined) await writePage(options.page, parts)
  console.log(`\n${formatResults(parts)}`)
}

function makeMeasures(name: string, options: BenchOptions): Measure[] {
  const { workloads, megabytes, seconds, files } = options
  if (name === 'throughput') return workloads.map(size => makeThroughput(findWorkload(size.name), size.megabytes))
  if (name === 'latency') return [makeLatency(seconds)]
  if (name === 'idle') return [makeIdle(seconds)]
  if (name === 'files') return files.map(count => makeManyFiles(count, seconds))
  if (name === 'cpu-parts') return [makeCpuParts(findWorkload('access'), megabytes)]
  return [START]
}

async function measureAll(measures: readonly Measure[], options: BenchOptions): Promise<void> {
  console.log('building the senders (Filebeat takes minutes the first time) …')
  await buildGoProgram('lumber-sink')
  const hasInstalled = measures.some(({ isOfPackaging }) => isOfPackaging === true)
  const found = await findSenders({ ...options, hasInstalled })
  console.log(describeMachine())
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-bench-'))
  try {
    const site = await makeSite(dir, options)
    const partOptions = { ...found, site, rounds: options.rounds, log: console.log }
    for (const measure of measures) await saveRounds(measureRounds(measure, partOptions), options.results)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function saveRounds(parts: AsyncIterable<Part>, dir: string): Promise<void> {
  for await (const part of parts) await savePart(dir, part)
}

async function makeSite(dir: string, { runTimeoutMs }: BenchOptions): Promise<Site> {
  const { ca, server } = await makeCertificates(dir)
  const tls = { ca, cert: server.certificate, key: server.key }
  return { dir, tls, runTimeoutMs, stop: stop.signal }
}

const options = readOptions(process.argv.slice(2))
if (options !== undefined) await main(options)
