// Starting programs of other people so that they write their logs.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { TeardownScope } from '../process/scope.ts'
import { until } from '../time/until.ts'

const STOP_LIMIT_MS = 15_000
const run = promisify(execFile)

/** What a program wrote into one log, and the format that it should have. */
export interface ProgramLog {
  readonly format: string
  readonly name: string
  readonly text: string
}

export interface ProgramOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** The user that it runs as, instead of root, which some programs refuse. */
  readonly user?: string
}

export interface Program {
  readonly pid: number
  /** Both outputs, in the order in which they came. */
  readonly output: () => string
  /** Asks it to end, and waits. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Times are written in this zone, so that a test can tell it from UTC. */
export const TIMEZONE = 'Asia/Tokyo'

export function startProgram(
  scope: TeardownScope,
  [command = '', ...args]: readonly string[],
  options: ProgramOptions = {},
): Program {
  const child = spawn(...asUser(options.user, command, args), {
    cwd: options.cwd,
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', TZ: TIMEZONE, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: programs start others.
    detached: true,
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const pid = child.pid ?? 0
  scope.teardown(() => killGroup(child))
  return {
    pid,
    output: () => Buffer.concat(chunks).toString(),
    stop: signal => stop(child, signal),
  }
}

/** Runs it to its end; returns both outputs, whatever its code is. */
export async function runProgram(
  [command = '', ...args]: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const env = { ...process.env, TZ: TIMEZONE, ...options.env }
  const [file, all] = asUser(options.user, command, args)
  const result = await run(file, all, { cwd: options.cwd, env, maxBuffer: 1 << 26 }).catch(
    (error: { stdout?: string; stderr?: string }) => error,
  )
  return `${result.stdout ?? ''}${result.stderr ?? ''}`
}

function asUser(user: string | undefined, command: string, args: readonly string[]): [string, string[]] {
  if (user === undefined) return [command, [...args]]
  return ['setpriv', ['--reuid', user, '--regid', user, '--clear-groups', command, ...args]]
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await Promise.race([once(child, 'exit'), sleep(STOP_LIMIT_MS)])
}

function killGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL')
  } catch {
    // All of it has ended.
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

export async function waitForPort(port: number, program: Program): Promise<void> {
  await until(() => answers(port), `port ${port} answers; the program wrote: ${program.output().slice(-2000)}`)
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {}) // it may be reset after it was accepted
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** Sends bytes, and returns the answer: for requests that no client of HTTP makes. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => {}) // it is reset by some servers
  socket.write(text)
  await Promise.race([new Promise(resolve => socket.on('close', resolve)), sleep(500)])
  socket.destroy()
  return Buffer.concat(chunks).toString()
}
