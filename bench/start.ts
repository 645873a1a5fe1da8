// Several commands take turns to start as an agent with one line to ship. See bench/README.md.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type LumberSink, spawnLumberSink } from '../test/helpers/peers/lumber-sink.ts'
import { type TestCertificates, makeCertificates } from '../test/helpers/trust/certificates.ts'
import { AGENT_OPTIONS, AGENTS_HELP, type ComparedAgent, findAgents, runInRounds } from './compared-agents.ts'
import { describeMachine } from './machine.ts'
import { median } from './report.ts'
import { readMemory, readUsage } from './usage.ts'

const help = `usage: node bench/start.ts [options]
${AGENTS_HELP}
  --rounds N           how often each command starts, after one start that does not count (11)
  --idle N             seconds of idleness before the memory is read; 0: it is not read (30)`

const text = { type: 'string' } as const
const { values } = parseArgs({
  options: {
    ...AGENT_OPTIONS,
    help: { type: 'boolean' },
    rounds: text,
    idle: text,
  },
})

interface Place {
  readonly dir: string
  readonly certificates: TestCertificates
}

interface Start {
  readonly name: string
  /** From the start of the process until the receiver acked the line. */
  readonly ms: number
  readonly cpuSeconds: number
  /** Absent without idleness. */
  readonly anonymousMib?: number
  readonly residentMib?: number
}

type Figure = Exclude<keyof Start, 'name'>

const LIMIT_MS = 60_000
const POLL_MS = 2

async function main(): Promise<void> {
  const candidates = findAgents(values)
  const rounds = Number(values.rounds ?? '11')
  const idleMs = Number(values.idle ?? '30') * 1000
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-bench-'))
  try {
    const place = { dir, certificates: await makeCertificates(dir) }
    console.log(`${describeMachine()}\n${rounds} rounds`)
    const starts = await runInRounds(candidates, rounds, async (order, isCounted) =>
      startInTurn(order, place, isCounted ? idleMs : 0),
    )
    print(candidates, starts)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** One after the other starts; then all are idle together, which takes no more time than one. */
async function startInTurn(candidates: readonly ComparedAgent[], place: Place, idleMs: number): Promise<Start[]> {
  const running: Running[] = []
  try {
    for (const candidate of candidates) running.push(await start(candidate, place))
    if (idleMs === 0) return running.map(({ figures }) => figures)
    await sleep(idleMs)
    return await Promise.all(running.map(async ({ agent, figures }) => ({ ...figures, ...(await readIdle(agent)) })))
  } finally {
    for (const { agent, sink, dir } of running) {
      await end(agent)
      await sink.stop()
      await rm(dir, { recursive: true, force: true })
    }
  }
}

interface Running {
  readonly agent: ChildProcess
  readonly sink: LumberSink
  readonly dir: string
  readonly figures: Start
}

async function start({ name, command }: ComparedAgent, { dir: base, certificates }: Place): Promise<Running> {
  const { ca, server } = certificates
  const dir = await mkdtemp(join(base, 'run-'))
  const sink = await spawnLumberSink({
    count: true,
    protocols: [2],
    tls: { cert: server.certificate, key: server.key },
  })
  const config = await writeConfig(dir, { port: sink.port, ca })
  const [program = '', ...args] = command.map(word => (word === '{config}' ? config : word))
  await using output = await open(join(dir, 'output'), 'w')
  const startedMs = performance.timeOrigin + performance.now()
  const agent = spawn(program, args, { cwd: dir, stdio: ['ignore', output.fd, output.fd] })
  try {
    const firstMs = await waitForLine(agent, sink)
    const { cpuSeconds } = await readUsage(agent.pid as number)
    return { agent, sink, dir, figures: { name, ms: firstMs - startedMs, cpuSeconds } }
  } catch (cause) {
    await end(agent)
    await sink.stop()
    throw new Error(`${name}: ${await readFile(join(dir, 'output'), 'utf8')}`, { cause })
  }
}

async function writeConfig(dir: string, { port, ca }: { readonly port: number; readonly ca: string }): Promise<string> {
  const log = join(dir, 'one.log')
  await writeFile(log, 'the first line\n')
  const network = { servers: [`127.0.0.1:${port}`], tls: { ca } }
  const path = join(dir, 'forwarder.json')
  await writeFile(path, JSON.stringify({ network, stateDir: join(dir, 'state'), files: [{ paths: [log] }] }))
  return path
}

/** Resolves with the time of its ack, by the receiver's clock, which is this machine's. */
async function waitForLine(agent: ChildProcess, sink: LumberSink): Promise<number> {
  const deadline = performance.now() + LIMIT_MS
  for (;;) {
    const { events, firstMs } = await sink.stats()
    if (events > 0) return firstMs
    if (agent.exitCode !== null) throw new Error(`the agent ended with ${agent.exitCode}`)
    if (performance.now() > deadline) throw new Error('the line did not arrive in time')
    await sleep(POLL_MS)
  }
}

async function readIdle({ pid }: ChildProcess): Promise<Pick<Start, 'anonymousMib' | 'residentMib'>> {
  const { anonymousBytes, residentBytes } = await readMemory(pid as number)
  return { anonymousMib: anonymousBytes / 2 ** 20, residentMib: residentBytes / 2 ** 20 }
}

async function end(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return
  agent.kill('SIGTERM')
  await once(agent, 'exit')
}

const digits: Readonly<Record<Figure, number>> = { ms: 0, cpuSeconds: 2, anonymousMib: 1, residentMib: 1 }
const units: Readonly<Record<Figure, string>> = {
  ms: 'ms to the first ack',
  cpuSeconds: 'CPU s',
  anonymousMib: 'MiB anonymous',
  residentMib: 'MiB resident',
}

/** Ratios are taken within each round, where conditions were the same. */
function print(candidates: readonly ComparedAgent[], rounds: readonly (readonly Start[])[]): void {
  const figures = (Object.keys(units) as Figure[]).filter(figure => rounds[0]?.[0]?.[figure] !== undefined)
  const valuesOf = (name: string, figure: Figure) =>
    rounds.map(starts => starts.find(other => other.name === name)?.[figure] ?? Number.NaN)
  const [first = ''] = candidates.map(({ name }) => name)
  for (const { name } of candidates) {
    const cells = figures.map(figure => {
      const own = valuesOf(name, figure)
      const ratios = valuesOf(first, figure).map((value, round) => value / (own[round] ?? Number.NaN))
      const ratio = name === first ? '' : ` (ratio ${median(ratios).toFixed(2)})`
      return `${median(own).toFixed(digits[figure])} ${units[figure]}${ratio}`
    })
    console.log(`  ${name}: ${cells.join(', ')}`)
  }
}

if (values.help === true) console.log(help)
else await main()
