// Agents of several commands take turns to ship the same log to a receiver that counts. See bench/README.md.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeCertificates } from '../test/helpers/trust/certificates.ts'
import { AGENT_OPTIONS, AGENTS_HELP, type ComparedAgent, findAgents, runInRounds } from './compared-agents.ts'
import { describeMachine } from './machine.ts'
import { sum } from './process-group.ts'
import { median } from './report.ts'
import { checkCount, waitForLines, withScene, type Site } from './scene.ts'
import { makeForwarder } from './senders/forwarder.ts'
import type { Sender } from './senders/sender.ts'
import { findWorkload } from './workloads/find-workload.ts'
import type { Log } from './workloads/workload.ts'

const help = `usage: node bench/agents.ts [options]
${AGENTS_HELP}
  --workload NAME      one of those of bench/run.ts (access)
  --megabytes N        size of the log (60)
  --rounds N           how often each agent runs, after one run that does not count (9)
  --any                towards a receiver of protocol 2 instead of our own wire form`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const { values } = parseArgs({
  options: {
    ...AGENT_OPTIONS,
    help: flag,
    workload: text,
    megabytes: text,
    rounds: text,
    any: flag,
  },
})

interface Run {
  readonly cpuSeconds: number
  readonly mainSeconds: number
  readonly seconds: number
  readonly peakRssMb: number
}

type Figure = keyof Run

const LIMIT_MS = 300_000
const HEADERS: Readonly<Record<Figure, string>> = {
  cpuSeconds: 'CPU s',
  mainSeconds: 'CPU s of the main thread',
  seconds: 's',
  peakRssMb: 'MB peak',
}

async function main(): Promise<void> {
  const senders = findAgents(values).map(toSender)
  const rounds = Number(values.rounds ?? '9')
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-bench-'))
  try {
    const { ca, server } = await makeCertificates(dir)
    const tls = { ca, cert: server.certificate, key: server.key }
    const site: Site = { dir, tls, runTimeoutMs: LIMIT_MS, stop: new AbortController().signal }
    const log = await findWorkload(values.workload ?? 'access').write(dir, Number(values.megabytes ?? '60') * 1e6)
    console.log(`${describeMachine()}\n${log.lines} lines, ${(log.bytes / 1e6).toFixed(0)} MB, ${rounds} rounds`)
    const shipAll = async (order: readonly Sender[]) => {
      const runs = new Map<Sender, Run>()
      for (const sender of order) runs.set(sender, await ship(sender, site, log))
      return runs
    }
    const all = await runInRounds(senders, rounds, shipAll)
    print(new Map(senders.map(sender => [sender, all.map(runs => runs.get(sender)!)])))
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function toSender({ name, command }: ComparedAgent): Sender {
  return { ...makeForwarder(name, command), isOwnForm: values.any !== true }
}

function ship(sender: Sender, site: Site, log: Log): Promise<Run> {
  return withScene({ sender, site, logPath: log.logPath }, async scene => {
    const child = await scene.start()
    await waitForLines(scene, child, log.lines)
    const [threads, usage] = await Promise.all([child.threads(), child.usage()])
    await checkCount(scene, log.lines)
    const { lastMs } = await scene.sink.stats()
    const cpuSeconds = sum([...threads.values()])
    const mainSeconds = threads.get('node-MainThread') ?? threads.get('node') ?? Number.NaN
    return {
      cpuSeconds,
      mainSeconds,
      seconds: (lastMs - child.startedMs) / 1000,
      peakRssMb: usage.peakRssBytes / 1e6,
    }
  })
}

/** Ratios are taken within each round, where conditions were the same. */
function print(runs: ReadonlyMap<Sender, readonly Run[]>): void {
  const [first = []] = runs.values()
  for (const [{ name }, own] of runs) {
    const cells = (Object.keys(HEADERS) as Figure[]).map(figure => {
      const ratios = first.map((run, round) => run[figure] / (own[round]?.[figure] ?? Number.NaN))
      const [low, middle, high] = quartiles(ratios).map(ratio => ratio.toFixed(3))
      const ratio = own === first ? '' : ` (ratio ${middle}, ${low} to ${high})`
      return `${median(own.map(run => run[figure])).toFixed(2)} ${HEADERS[figure]}${ratio}`
    })
    console.log(`  ${name}: ${cells.join(', ')}`)
  }
}

function quartiles(ratios: readonly number[]): readonly number[] {
  const sorted = ratios.toSorted((one, other) => one - other)
  return [0.25, 0.5, 0.75].map(share => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN)
}

if (values.help === true) console.log(help)
else await main()
