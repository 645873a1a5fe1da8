import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { isSea } from 'node:sea'
import { setTimeout as sleep } from 'node:timers/promises'

/** One role as a process of its own, started the way an operator would. */
export interface RoleProcess {
  /** Resolves when `/health` says yes; rejects, with the end of the log, when the process ends before. */
  ready(): Promise<void>
  /** Metrics by name, all labels summed; empty when the process does not answer. */
  readMetrics(): Promise<ReadonlyMap<string, number>>
  /** Asks it to stop and resolves with its exit code; kills it after 15 s. */
  stop(): Promise<number | null>
  /** Ends it at once, without a word, and resolves when it is gone. */
  kill(): Promise<void>
}

export interface RoleOptions {
  /** The words of its command. */
  readonly role: 'agent' | 'collector' | 'ca serve'
  readonly configPath: string
  readonly logPath: string
  readonly metricsPort: number
  /** Default: this very program again. */
  readonly command?: string
}

/** The command line that runs this very program again. */
export function selfCommand(args: readonly string[]): [string, string[]] {
  if (isSea()) return [process.execPath, [...args]] // one executable: Node's own arguments are inside
  return [process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args]]
}

/** As its user would call this very program. */
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
      while (!hasEnded()) {
        const response = await fetch(`${base}/health`).catch(() => undefined) // not listening yet: asked again
        if (response?.ok) return
        await sleep(50)
      }
      const tail = (await readFile(logPath, 'utf8')).trimEnd().split('\n').slice(-5).join('\n')
      throw new Error(`the ${role} ended before it was ready (exit code ${child.exitCode}); its last words:\n${tail}`)
    },
    async readMetrics() {
      const response = await fetch(`${base}/metrics`).catch(() => undefined) // gone or busy: the caller shows the last figures
      return response?.ok ? parseMetrics(await response.text()) : new Map()
    },
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

function parseMetrics(text: string): Map<string, number> {
  const sums = new Map<string, number>()
  for (const [, name, value] of text.matchAll(/^([a-z_]+)(?:\{[^\n]*\})? (\S+)$/gm)) {
    if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + Number(value))
  }
  return sums
}

/** Ports of 127.0.0.1 that nobody listens on just now, below those that the kernel gives to connections: they stay free. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers: Server[] = []
  while (servers.length < count) {
    const server = createServer().listen(randomInt(12_000, 32_000), '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false, // someone has it: another one is tried
    )
    if (isFree) servers.push(server)
  }
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => once(server.close(), 'close')))
  return ports
}
