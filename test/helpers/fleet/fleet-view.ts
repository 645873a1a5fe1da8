import type { ExecutionContext } from 'ava'
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Machine } from '../../../src/demo/fleet-workplace.ts'
import { readHolder } from '../../../src/sqlite/state-directory-lock.ts'
import { type Config, type Fleet, kinds } from './fleet.ts'
import { addsUpIn } from '../files/byte-account.ts'
import { forwarderCommand } from '../process/roles.ts'
import type { TeardownScope } from '../process/scope.ts'

/** Lines that are being written all the time. */
export interface Load {
  /** Of each agent, so far. */
  readonly written: number
  /** Ends the writing, and gives how many lines each agent has. */
  stop(): Promise<number>
}

const LINES = 20

/** Appends some lines to the log of each agent, twenty times a second; `before` have been written already. */
export function startLoad(scope: TeardownScope, fleet: Fleet, before = 0): Load {
  let written = before
  const ended = new AbortController()
  const run = async () => {
    while (!ended.signal.aborted) {
      await fleet.write(written + 1, written + LINES + 1)
      written += LINES
      await sleep(50)
    }
  }
  const running = run()
  const stop = async () => {
    ended.abort()
    await running
    return written
  }
  scope.teardown(stop)
  return {
    get written() {
      return written
    },
    stop,
  }
}

/** Starts all of it, and waits until all are well. */
export async function startFleet(fleet: Fleet): Promise<void> {
  for (const kind of kinds) await fleet.start(kind)
  const machines = [fleet.authority, ...fleet.collectors, ...fleet.agents]
  await Promise.all(machines.map(machine => fleet.process(machine).ready()))
}

/** All that was written is stored once, each byte that an agent saw has a fate, and all processes end in order. */
export async function endsWell(t: ExecutionContext, fleet: Fleet, written: number): Promise<void> {
  for (const verdict of await fleet.judgeAll(written)) t.deepEqual(verdict, { stored: written, lost: 0, twice: 0 })
  await allAddUp(t, fleet)
  t.deepEqual(await fleet.stopAll(), Array(6).fill(0), await fleet.lastWords())
}

export async function allAddUp(t: ExecutionContext, fleet: Fleet): Promise<void> {
  for (const agent of fleet.agents) await addsUpIn(t, fleet.process(agent))
}

/** For tests in which no certificate shall end. */
export function withLongLives(config: Config): Config {
  return 'ca' in config ? { ...config, ca: { ...(config['ca'] as Config), lifetime: '7d' } } : config
}

/** Of the process that holds the state directory of an agent or a collector now. */
export function pidOf({ name, stateDir }: Machine): number {
  const found = readHolder(stateDir)
  if (found?.isHeld !== true) throw new Error(`${name} does not run`)
  return found.holder.pid
}

/** Sends nothing: asks whether there is such a process. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false // that is how it says no
  }
}

export interface SeenHealth {
  readonly isHealthy: boolean
  readonly reasons: string
}

export async function readHealth({ metricsPort }: Machine): Promise<SeenHealth> {
  const response = await fetch(`http://127.0.0.1:${metricsPort}/health`).catch(() => undefined) // not listening yet
  return { isHealthy: response?.ok === true, reasons: (await response?.text()) ?? 'it does not answer' }
}

/** One metric by the value of its only label; empty while the machine does not answer. */
export async function readSeries({ metricsPort }: Machine, metric: string): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`http://127.0.0.1:${metricsPort}/metrics`).catch(() => undefined) // not listening yet
  const text = (await response?.text()) ?? ''
  const rows = text.matchAll(new RegExp(String.raw`^${metric}\{[a-z_]+="([^"]*)"\} (\S+)$`, 'gm'))
  return new Map([...rows].map(([, label = '', value]) => [label, Number(value)]))
}

/** One metric without labels; undefined while the machine does not answer. */
export async function readMetric(fleet: Fleet, machine: Machine, metric: string): Promise<number | undefined> {
  return (await fleet.process(machine).readMetrics()).get(metric)
}

export interface SaidLine {
  readonly level: string
  readonly time: string
  readonly message: string
  readonly [field: string]: unknown
}

/** What a machine has logged, in order. */
export async function readSaid(fleet: Fleet, machine: Machine): Promise<SaidLine[]> {
  const text = await fleet.readLog(machine)
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as SaidLine)
}

/** What of it was unexpected, or needs a person, since a time in milliseconds. */
export async function readTroubles(fleet: Fleet, machine: Machine, sinceMs: number): Promise<SaidLine[]> {
  const said = await readSaid(fleet, machine)
  return said.filter(({ level, time }) => ['error', 'warn'].includes(level) && Date.parse(time) >= sinceMs)
}

/** Runs a command of forwarder; gives what it printed. Rejects where its exit code is not 0. */
export async function runForwarder(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(forwarderCommand, args)).stdout
}
