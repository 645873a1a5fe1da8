// `make bench`: the senders take turns to ship the same log to the same kind of receiver. See bench/README.md.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeAccessLog } from '../test/helpers/files/access-log.ts'
import { makeCertificates } from '../test/helpers/trust/certificates.ts'
import { buildGoProgram } from '../test/helpers/peers/go-programs.ts'
import { describeMachine } from './machine.ts'
import { measure, type Run, type Workload } from './measure.ts'
import { readOptions, type BenchOptions } from './options.ts'
import { compare, formatRatios, formatSummaries, summarize } from './report.ts'
import { findSenders, type Sender } from './senders.ts'

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)))
}

async function main(options: BenchOptions): Promise<void> {
  console.log('building the senders (Filebeat takes minutes the first time) …')
  await buildGoProgram('lumber-sink')
  const senders = await findSenders(options)
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-bench-'))
  try {
    const work = await makeWorkload(dir, options)
    console.log(describeMachine())
    console.log(
      `${work.lines.toLocaleString('en')} lines, ${(work.bytes / 1e6).toFixed(0)} MB, ${options.rounds} rounds`,
    )
    const runs = await runInTurns(senders, work, options.rounds)
    await report(runs, work, options.json)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function makeWorkload(dir: string, options: BenchOptions): Promise<Workload> {
  const logPath = join(dir, 'access.log')
  const log = await writeAccessLog(logPath, options.megabytes * 1e6)
  const { ca, server } = await makeCertificates(dir)
  const tls = { ca, cert: server.certificate, key: server.key }
  return { dir, logPath, ...log, tls, runTimeoutMs: options.runTimeoutMs }
}

/** Each round begins with another sender, so that no sender always follows the same one. */
async function runInTurns(senders: readonly Sender[], work: Workload, rounds: number): Promise<Run[]> {
  const runs: Run[] = []
  for (let round = 0; round < rounds; round++) {
    const shift = round % senders.length
    for (const sender of [...senders.slice(shift), ...senders.slice(0, shift)]) {
      stop.signal.throwIfAborted()
      const run = await measure(sender, work, stop.signal)
      console.log(
        `  round ${round + 1}: ${run.sender} ${run.seconds.toFixed(2)} s, ${run.agent.cpuSeconds.toFixed(2)} CPU s`,
      )
      runs.push(run)
    }
  }
  const order = senders.map(({ name }) => name)
  return runs.sort((a, b) => order.indexOf(a.sender) - order.indexOf(b.sender))
}

async function report(runs: readonly Run[], work: Workload, json: string | undefined): Promise<void> {
  const summaries = summarize(runs, work)
  const ratios = compare(runs)
  console.log(`\nmedians; every line was counted once by the receiver in every run\n${formatSummaries(summaries)}`)
  if (ratios.length > 0) console.log(`\nratios, median over the rounds\n${formatRatios(ratios)}`)
  if (json !== undefined) {
    const machine = describeMachine()
    await writeFile(json, JSON.stringify({ machine, lines: work.lines, bytes: work.bytes, summaries, ratios, runs }))
  }
}

const options = readOptions(process.argv.slice(2))
if (options !== undefined) await main(options)
