import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../../test/helpers/time/until.ts'
import { readUsage } from '../usage.ts'
import type { Site } from './site.ts'

/** How often acks are looked for: the times to the ack are late by that much at most. */
const LOOK_MS = 25
const HEALTH_MS = 100
const REST_MS = 60_000

export interface Siege {
  readonly written: number
  /** Acked while the attack ran. */
  readonly arrived: number
  /** In milliseconds, from the write of each line to its ack, also if that came after the attack. */
  readonly ackMs: readonly number[]
  readonly healthMs: readonly number[]
  readonly lateMs: readonly number[]
  readonly cpuMs: readonly number[]
  readonly peakRssBytes: number
}

export interface SiegeOptions {
  /** Undefined: none, to see what the machine does without. */
  readonly attack: string | undefined
  readonly forMs: number
  /** Of honest lines. */
  readonly perSecond: number
  readonly profilePath: string | undefined
}

/** Lets the honest agent send while the collector is attacked, and measures both. */
export async function besiege(site: Site, options: SiegeOptions): Promise<Siege> {
  const base = await readAcked(site)
  await site.readTicks()
  await forgetPeak(site.pid)
  const untilMs = performance.now() + options.forMs
  const attacker = options.attack === undefined ? undefined : startAttack(options.attack, site, options.forMs)
  const lines = { writtenMs: [] as number[], ackedMs: [] as number[] }
  const writing = writeLines(site, lines.writtenMs, { untilMs, perSecond: options.perSecond })
  const end = new AbortController()
  const watching = watchAcks(site, { ...lines, base, end: end.signal })
  const healthMs = await watchHealth(site, untilMs)
  const arrived = lines.ackedMs.length
  const { late: lateMs, cpu: cpuMs } = await site.readTicks(options.profilePath)
  const { peakRssBytes } = await readUsage(site.pid)
  await Promise.all([writing, attacker && waitForEnd(attacker)])
  await until(() => lines.ackedMs.length >= lines.writtenMs.length, 'every honest line is acked', REST_MS)
  end.abort()
  await watching
  const ackMs = lines.ackedMs.map((ms, index) => ms - (lines.writtenMs[index] ?? Number.NaN))
  return { written: lines.writtenMs.length, arrived, ackMs, healthMs, lateMs, cpuMs, peakRssBytes }
}

/** It ends by itself, even without this process. */
function startAttack(name: string, { port, tlsDir }: Site, forMs: number): ChildProcess {
  const script = join(import.meta.dirname, '../../test/helpers/scripts/attack.ts')
  return spawn(process.execPath, [script, name, String(port), String(forMs), tlsDir], { stdio: 'inherit' })
}

async function waitForEnd(attacker: ChildProcess): Promise<void> {
  if (attacker.exitCode === null && attacker.signalCode === null) await once(attacker, 'exit')
  if (attacker.exitCode !== 0) throw new Error(`the attack did not run: exit code ${attacker.exitCode}`)
}

interface Writing {
  readonly untilMs: number
  readonly perSecond: number
}

async function writeLines({ logFile }: Site, writtenMs: number[], { untilMs, perSecond }: Writing): Promise<void> {
  const startedMs = performance.now()
  for (let index = 0; performance.now() < untilMs; index++) {
    writtenMs.push(performance.now())
    appendFileSync(logFile, `honest ${lineNumber++}\n`)
    await sleep(Math.max(0, startedMs + ((index + 1) * 1000) / perSecond - performance.now()))
  }
}

/** Over all attacks of this process. */
let lineNumber = 0

export function countWritten(): number {
  return lineNumber
}

interface AckWatch {
  /** The lines of the agent that were acked before. */
  readonly base: number
  readonly ackedMs: number[]
  readonly end: AbortSignal
}

/** The agent reads one file, in order: the number of acked lines says which. */
async function watchAcks(site: Site, { base, ackedMs, end }: AckWatch): Promise<void> {
  while (!end.aborted) {
    const acked = (await readAcked(site)) - base
    while (ackedMs.length < acked) ackedMs.push(performance.now())
    await sleep(LOOK_MS)
  }
}

async function readAcked({ agentMetricsPort }: Site): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${agentMetricsPort}/metrics`)).text()
  return Number(/^forwarder_events_acked_total (\d+)$/m.exec(text)?.[1])
}

async function watchHealth({ metricsPort }: Site, untilMs: number): Promise<readonly number[]> {
  const took: number[] = []
  while (performance.now() < untilMs) {
    const askedMs = performance.now()
    await (await fetch(`http://127.0.0.1:${metricsPort}/health`)).text()
    took.push(performance.now() - askedMs)
    await sleep(HEALTH_MS)
  }
  return took
}

/** The kernel keeps the maximum of resident memory since this. */
async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5')
}
