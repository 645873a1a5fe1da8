import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { isSea } from 'node:sea'
import { setTimeout as sleep } from 'node:timers/promises'

// Starts the roles as processes, for the demo and as the bench of all tests that need real processes; so do `judge` of
// verdict.ts and the access log of access-log.ts.

/** One role as a process of its own, started as an operator would. */
export interface RoleProcess {
  /** Resolves when `/health` is good; rejects, with the end of the log, when the process exits before, or after three minutes. */
  ready(): Promise<void>
  /** Metrics by name, summed over all labels, and by name with labels; empty when the process does not answer. */
  readMetrics(): Promise<ReadonlyMap<string, number>>
  /** Sends SIGTERM and resolves with the exit code; kills the process after 15 s. */
  stop(): Promise<number | null>
  /** Sends SIGKILL and resolves when the process is gone. */
  kill(): Promise<void>
}

const READY_LIMIT_MS = 180_000

export interface RoleOptions {
  /** The words of the command. */
  readonly role: 'agent' | 'collector' | 'ca serve'
  readonly configPath: string
  readonly logPath: string
  readonly metricsPort: number
  /** Default: this program. */
  readonly command?: string
}

export function selfCommand(args: readonly string[]): [string, string[]] {
  if (isSea()) return [process.execPath, [...args]] // the single executable contains Node's own arguments
  return [process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args]]
}

export function ownName(): string {
  return isSea() ? process.execPath : 'bin/forwarder'
}

export function startRole({ role, configPath, logPath, metricsPort, command }: RoleOptions): RoleProcess {
  const args = [...role.split(' '), '--config', configPath]
  const [program, programArgs] = command === undefined ? selfCommand(args) : [command, args]
  const log = openSync(logPath, 'a', 0o600)
  const child = spawn(program, programArgs, { stdio: ['ignore', log, log] })
  closeSync(log)
  const exited = once(child, 'exit') as Promise<[number | null]>
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const base = `http://127.0.0.1:${metricsPort}`

  return {
    async ready() {
      const deadline = performance.now() + READY_LIMIT_MS
      while (!hasEnded() && performance.now() < deadline) {
        const response = await fetch(`${base}/health`).catch(() => undefined) // not listening yet: tried again
        if (response?.ok) return
        await sleep(50)
      }
      const tail = (await readFile(logPath, 'utf8')).trimEnd().split('\n').slice(-5).join('\n')
      const what = hasEnded() ? `exited before it was ready (exit code ${child.exitCode})` : 'did not become ready'
      throw new Error(`the ${role} ${what}; its log ends with:\n${tail}`)
    },
    readMetrics: () => readMetricsAt(metricsPort),
    async stop() {
      if (hasEnded()) return child.exitCode
      child.kill('SIGTERM')
      const killer = setTimeout(() => child.kill('SIGKILL'), 15_000)
      const [code] = await exited
      clearTimeout(killer)
      return code
    },
    async kill() {
      if (child.kill('SIGKILL')) await exited
    },
  }
}

/** As `readMetrics` of a process: of any that serves them at this port of 127.0.0.1. */
export async function readMetricsAt(port: number): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined) // exited or busy: the caller shows the last figures
  return response?.ok ? parseMetrics(await response.text()) : new Map()
}

export function parseMetrics(text: string): Map<string, number> {
  const sums = new Map<string, number>()
  for (const [, name = '', labels, value] of text.matchAll(/^([a-z_]+)(\{[^\n]*\})? (\S+)$/gm)) {
    sums.set(name, (sums.get(name) ?? 0) + Number(value))
    if (labels !== undefined) sums.set(name + labels, Number(value))
  }
  return sums
}

/** Free ports of 127.0.0.1, below the range from which the kernel assigns ports to connections, so that they stay free. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers: Server[] = []
  while (servers.length < count) {
    const server = createServer().listen(randomInt(12_000, 32_000), '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false, // the port is in use: another one is tried
    )
    if (isFree) servers.push(server)
  }
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => once(server.close(), 'close')))
  return ports
}
