import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, openSync, closeSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listGroup, stopProcessGroup } from '../process/stop-process.ts'
import { patience } from '../time/patience.ts'
import type { TeardownScope } from '../process/scope.ts'
import { until } from '../time/until.ts'

const START_LIMIT_MS = 90_000
const STOP_LIMIT_MS = 20_000

/** A real server in its own processes. Each method resolves when it has had its effect. */
export interface RealServer {
  readonly url: string
  readonly dir: string
  readonly httpPort: number
  /** Starts it without waiting until it is healthy. */
  start(): void
  waitUntilReady(): Promise<void>
  /** SIGTERM, then waits for the end. */
  stop(): Promise<void>
  /** SIGKILL to all its processes. */
  kill9(): Promise<void>
  /** SIGSTOP: connections stay open and nothing is answered. */
  pause(): void
  resume(): void
  /** Starts it again on the same ports and data. */
  restart(): Promise<void>
}

export interface ServerCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export interface JavaServerOptions {
  readonly dir: string
  readonly httpPort: number
  readonly isTls: boolean
  readonly command: ServerCommand
}

/** Makes a directory that another user may enter; the scope removes it. */
export async function makeServerDir(scope: TeardownScope, name: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), `forwarder-${name}-`))
  scope.teardown(async () => {
    await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    if (existsSync(dir)) throw new Error(`${dir} was left behind`)
  })
  await chmod(dir, 0o755)
  return dir
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Starts the server and waits until it is healthy. The scope ends it, and fails if a process stays. */
export async function runJavaServer(scope: TeardownScope, options: JavaServerOptions): Promise<RealServer> {
  const { dir, httpPort, isTls, command } = options
  const logPath = join(dir, 'out.log')
  const url = `${isTls ? 'https' : 'http'}://127.0.0.1:${httpPort}`
  const group = new ProcessGroup(command, dir, logPath)
  const waitUntilReady = async () => {
    const isHealthy = async () => {
      if (group.hasEnded) throw new Error(`the server has ended:\n${await readTail(logPath)}`)
      return await isReady(`${url}/_cluster/health?local=true`)
    }
    await until(isHealthy, `${url} is healthy`, START_LIMIT_MS)
  }
  const restart = async () => {
    group.start()
    await waitUntilReady()
  }
  const killNow = () => group.signal('SIGKILL')
  process.once('exit', killNow) // an interrupted test run leaves no server behind
  scope.teardown(async () => {
    await group.end('SIGKILL')
    process.off('exit', killNow)
  })
  await restart()
  return {
    url,
    dir,
    httpPort,
    start: () => group.start(),
    waitUntilReady,
    stop: () => group.end('SIGTERM'),
    kill9: () => group.end('SIGKILL'),
    pause: () => group.pause(),
    resume: () => group.signal('SIGCONT'),
    restart,
  }
}

/** All processes of a server: one group, named by the id of its first process. */
class ProcessGroup {
  readonly #command: ServerCommand
  readonly #dir: string
  readonly #logPath: string
  #leader: ChildProcess | undefined

  constructor(command: ServerCommand, dir: string, logPath: string) {
    this.#command = command
    this.#dir = dir
    this.#logPath = logPath
  }

  get hasEnded(): boolean {
    return this.#leader?.exitCode !== null
  }

  start(): void {
    const { command, args, env: extra } = this.#command
    const log = openSync(this.#logPath, 'a')
    const env = { ...process.env, ...extra }
    this.#leader = spawn(command, args, { cwd: this.#dir, env, detached: true, stdio: ['ignore', log, log] })
    closeSync(log)
  }

  /** False if the group is gone. Signal 0 only asks. */
  signal(name: NodeJS.Signals | 0): boolean {
    if (this.#leader?.pid === undefined) return false
    try {
      process.kill(-this.#leader.pid, name)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      return false
    }
  }

  pause(): void {
    if (this.#leader?.pid !== undefined) stopProcessGroup(this.#leader.pid)
  }

  async end(name: NodeJS.Signals): Promise<void> {
    const members = this.#leader?.pid === undefined ? [] : listGroup(this.#leader.pid)
    this.signal('SIGCONT')
    this.signal(name)
    await until(() => !this.signal(0), `${this.#command.command} has ended`, STOP_LIMIT_MS)
    this.#leader = undefined
    // A JVM that is killed leaves the socket for attaching agents, whatever its temporary directory is.
    await Promise.all(members.map(pid => rm(`/tmp/.java_pid${pid}`, { force: true })))
  }
}

/** A server that is up also answers 401, or 408 or 503 while it waits for other nodes of its cluster. */
async function isReady(url: string): Promise<boolean> {
  return await new Promise(resolve => {
    const onAnswer = (answer: { readonly statusCode?: number | undefined; resume(): unknown }) => {
      answer.resume()
      resolve([200, 401, 408, 503].includes(answer.statusCode ?? 0))
    }
    const options = { agent: false, timeout: patience(2000), rejectUnauthorized: false } as const
    const request = url.startsWith('https:') ? getHttps(url, options, onAnswer) : getHttp(url, options, onAnswer)
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

/** The ids of all processes of a group. */
async function readTail(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).split('\n').slice(-25).join('\n')
}
