import { X509Certificate } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { searchEmbedded } from '../stores/embedded/search.ts'
import { identityFiles } from '../tls/identity-files.ts'
import { type FleetWorkplace, type FollowingMachine, makeFleetWorkplace } from './fleet-workplace.ts'
import { formatCount, LiveLine, type Progress } from './live-line.ts'
import { type LogProgress, writeLog } from './log-writer.ts'
import type { DemoOptions } from './run-demo.ts'
import { type RoleProcess, startRole } from './role-process.ts'
import { type DemoVerdict, judge } from './verdict.ts'

export type FleetDemoOptions = Omit<DemoOptions, 'elasticsearch'>

/** Limit for the last lines after the writers have ended. */
const PATIENCE_MS = 60_000
/** When the collector is killed and restarted, as fractions of the whole time. */
const KILL_AT = 0.3
const BACK_AT = 0.6

/** Runs the fleet demo. Resolves with true when each line written is in the store exactly once. */
export async function runFleetDemo(options: FleetDemoOptions): Promise<boolean> {
  const place = await makeFleetWorkplace()
  const fleet = new Fleet(place, options)
  try {
    await place.etcd.start()
    await fleet.start()
    await fleet.deliver()
    await fleet.stop()
    return await fleet.conclude()
  } finally {
    await fleet.stop()
    await place.etcd.stop()
    if (options.keep) options.screen.write(`\nAll files are kept in ${place.dir}\n`)
    else await rm(place.dir, { recursive: true, force: true })
  }
}

interface FollowedLog extends FollowingMachine {
  readonly progress: LogProgress
  serial: string
}

class Fleet {
  readonly #place: FleetWorkplace
  readonly #options: FleetDemoOptions
  readonly #processes = new Map<string, RoleProcess>()
  readonly #logs: readonly FollowedLog[]
  /** Events stored by the killed collector before its restart, which resets its counters. */
  #storedBefore = 0
  readonly #startedAtMs = Date.now()

  constructor(place: FleetWorkplace, options: FleetDemoOptions) {
    this.#place = place
    this.#options = options
    this.#logs = place.agents.map(agent => ({
      ...agent,
      progress: { written: 0, hasRotated: false, hasEnded: false },
      serial: '',
    }))
  }

  /** In the worst order: each machine has to wait for those that start later. */
  async start(): Promise<void> {
    const { agents, collectors, authority, etcd } = this.#place
    this.#print(`A fleet in ${this.#place.dir}:`)
    this.#print(`  etcd at ${etcd.endpoint}, an authority, ${collectors.length} collectors, ${agents.length} agents.`)
    this.#print(
      'Each agent and collector has three inputs: the address of etcd, a join token, and the fingerprint of the CA.\n',
    )
    for (const machine of [...agents, ...collectors, authority]) this.#processes.set(machine.name, startRole(machine))
    await Promise.all([...collectors, authority].map(async ({ name }) => await this.#processes.get(name)?.ready()))
    await Promise.all(agents.map(async ({ name }) => await this.#processes.get(name)?.ready()))
    for (const log of this.#logs) log.serial = (await readSerial(log)) ?? ''
    this.#report('all machines have a certificate, and each agent has found the collectors')
  }

  async deliver(): Promise<void> {
    const { seconds, linesPerSecond, stop, screen } = this.#options
    const rate = Math.ceil(linesPerSecond / this.#logs.length)
    const rules = { durationMs: seconds * 1000, linesPerSecond: rate, stop }
    const writing = this.#logs.map(({ logFile, progress }) => writeLog(logFile, progress, rules))
    const events = this.#runEvents()
    const line = new LiveLine(screen)
    const startedAtMs = Date.now()
    const deadlineMs = startedAtMs + seconds * 1000 + PATIENCE_MS
    let now = await this.#readProgress(startedAtMs)
    while (!this.#hasEnded() || (now.acked < now.written && Date.now() < deadlineMs)) {
      line.show(now)
      await this.#noteRenewals()
      await sleep(100)
      now = await this.#readProgress(startedAtMs)
    }
    line.finish(now)
    await Promise.all([...writing, events])
  }

  async stop(): Promise<void> {
    const { agents, collectors, authority } = this.#place
    for (const group of [agents, collectors, [authority]]) {
      await Promise.all(group.map(async ({ name }) => await this.#processes.get(name)?.stop()))
    }
  }

  async conclude(): Promise<boolean> {
    const verdicts = await Promise.all(this.#logs.map(log => this.#judge(log)))
    const sum = (pick: (verdict: DemoVerdict) => number) =>
      verdicts.reduce((total, verdict) => total + pick(verdict), 0)
    const written = this.#logs.reduce((total, { progress }) => total + progress.written, 0)
    const [stored, lost, twice] = [sum(one => one.stored), sum(one => one.lost), sum(one => one.twice)]
    this.#print(
      `\n${formatCount(written)} written, ${formatCount(stored)} stored, ${formatCount(lost)} lost, ${formatCount(twice)} twice`,
    )
    return stored === written && lost === 0 && twice === 0
  }

  async #judge({ name, progress }: FollowedLog): Promise<DemoVerdict> {
    const own = { text: '', fields: [['service', name]] as const, limit: 0 }
    return await judge(searchEmbedded(this.#place.storePath, own), progress.written)
  }

  /** Kills a collector under load and starts it again. */
  async #runEvents(): Promise<void> {
    const { seconds, stop } = this.#options
    const victim = this.#place.collectors.at(-1)
    const running = victim && this.#processes.get(victim.name)
    if (victim === undefined || running === undefined) return
    await sleep(seconds * 1000 * KILL_AT, undefined, { signal: stop }).catch(() => {}) // ended early
    this.#storedBefore = (await running.readMetrics()).get('forwarder_events_stored_total') ?? 0
    await running.kill()
    this.#report(`${victim.name} is killed (-9): its windows go to the other collector`)
    await sleep(seconds * 1000 * (BACK_AT - KILL_AT), undefined, { signal: stop }).catch(() => {}) // ended early
    this.#processes.set(victim.name, startRole(victim))
    await this.#processes.get(victim.name)?.ready()
    this.#report(`${victim.name} is back, and in the directory again`)
  }

  async #noteRenewals(): Promise<void> {
    for (const log of this.#logs) {
      const serial = await readSerial(log)
      if (serial === undefined || serial === log.serial) continue
      this.#report(`${log.name} has renewed its certificate: …${log.serial.slice(-8)} is now …${serial.slice(-8)}`)
      log.serial = serial
    }
  }

  async #readProgress(startedAtMs: number): Promise<Progress> {
    const sending = await this.#sum(this.#place.agents, ['forwarder_events_sent_total', 'forwarder_events_acked_total'])
    const storing = await this.#sum(this.#place.collectors, ['forwarder_events_stored_total'])
    return {
      seconds: (Date.now() - startedAtMs) / 1000,
      written: this.#logs.reduce((total, { progress }) => total + progress.written, 0),
      sent: sending[0] ?? 0,
      acked: sending[1] ?? 0,
      stored: this.#storedBefore + (storing[0] ?? 0),
    }
  }

  async #sum(machines: readonly { readonly name: string }[], metrics: readonly string[]): Promise<number[]> {
    const all = await Promise.all(machines.map(async ({ name }) => await this.#processes.get(name)?.readMetrics()))
    return metrics.map(metric => all.reduce((total, values) => total + (values?.get(metric) ?? 0), 0))
  }

  #hasEnded(): boolean {
    return this.#logs.every(({ progress }) => progress.hasEnded)
  }

  #report(event: string): void {
    const seconds = (Date.now() - this.#startedAtMs) / 1000
    const clear = this.#options.screen.isTTY ? '\r\u001b[K' : ''
    this.#print(`${clear}* ${seconds.toFixed(1)} s: ${event}`)
  }

  #print(text: string): void {
    this.#options.screen.write(`${text}\n`)
  }
}

/** The serial number of the agent's present certificate. */
async function readSerial({ stateDir }: FollowingMachine): Promise<string | undefined> {
  const text = await readFile(identityFiles(stateDir).certificate, 'utf8').catch(() => undefined) // none yet
  return text === undefined ? undefined : new X509Certificate(text).serialNumber
}
