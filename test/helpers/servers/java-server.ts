import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, openSync, closeSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TeardownScope } from '../process/scope.ts'
import { until } from '../time/until.ts'

const START_LIMIT_MS = 90_000
const STOP_LIMIT_MS = 20_000

/** A real server, in processes of its own. Each method resolves when its effect is seen. */
export interface RealServer {
  readonly url: string
  readonly dir: string
  readonly httpPort: number
  /** Starts it without waiting for its health. */
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

/** A directory that another user may enter; it goes with the scope. */
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

/** Starts the server and waits until it is healthy. The scope ends it, and fails where a process stays. */
export async function runJavaServer(scope: TeardownScope, options: JavaServerOptions): Promise<RealServer> {
  const { dir, httpPort, isTls, command } = options
  const logPath = join(dir, 'out.log')
  const url = `${isTls ? 'https' : 'http'}://127.0.0.1:${httpPort}`
  let child: ChildProcess | undefined

  // All its processes are one group, named by the first one's id.
  const signal = (name: NodeJS.Signals): void => {
    if (child?.pid === undefined) return
    try {
      process.kill(-child.pid, name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // gone is what was wanted
    }
  }
  const isGone = (): boolean => {
    if (child?.pid === undefined) return true
    try {
      process.kill(-child.pid, 0)
      return false
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      return true
    }
  }
  const end = async (name: NodeJS.Signals): Promise<void> => {
    const members = child?.pid === undefined ? [] : await listGroup(child.pid)
    signal('SIGCONT')
    signal(name)
    await until(isGone, `${command.command} has ended`, STOP_LIMIT_MS)
    child = undefined
    // A JVM that is killed leaves the socket by which agents attach to it, wherever its temporary directory is.
    await Promise.all(members.map(pid => rm(`/tmp/.java_pid${pid}`, { force: true })))
  }

  const server: RealServer = {
    url,
    dir,
    httpPort,
    start() {
      const log = openSync(logPath, 'a')
      const env = { ...process.env, ...command.env }
      child = spawn(command.command, command.args, { cwd: dir, env, detached: true, stdio: ['ignore', log, log] })
      closeSync(log)
    },
    async waitUntilReady() {
      await until(
        async () => {
          if (child?.exitCode !== null) throw new Error(`the server has ended:\n${await readTail(logPath)}`)
          return await isReady(`${url}/_cluster/health?local=true`)
        },
        `${url} is healthy`,
        START_LIMIT_MS,
      )
    },
    stop: () => end('SIGTERM'),
    kill9: () => end('SIGKILL'),
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async restart() {
      server.start()
      await server.waitUntilReady()
    },
  }
  const killNow = () => signal('SIGKILL')
  process.once('exit', killNow) // a test run that is broken off leaves no server behind
  scope.teardown(async () => {
    await end('SIGKILL')
    process.off('exit', killNow)
  })
  await server.restart()
  return server
}

/** An answer of a server that is up is also 401, and 408 or 503 of one that waits for others of its cluster. */
async function isReady(url: string): Promise<boolean> {
  return await new Promise(resolve => {
    const onAnswer = (answer: { readonly statusCode?: number | undefined; resume(): unknown }) => {
      answer.resume()
      resolve([200, 401, 408, 503].includes(answer.statusCode ?? 0))
    }
    const options = { agent: false, timeout: 2000, rejectUnauthorized: false } as const
    const request = url.startsWith('https:') ? getHttps(url, options, onAnswer) : getHttp(url, options, onAnswer)
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

/** The ids of all processes of a group, which is named by its first one's. */
async function listGroup(leader: number): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name))
  const stats = await Promise.all(pids.map(pid => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))) // ended meanwhile
  return pids.filter((_, index) => stats[index]?.split(') ').at(-1)?.split(' ')[2] === String(leader))
}

async function readTail(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).split('\n').slice(-25).join('\n')
}
