import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { openSync, closeSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeServerDir } from './java-server.ts'
import { patience } from '../time/patience.ts'
import type { TeardownScope } from '../process/scope.ts'
import { stopProcess } from '../process/stop-process.ts'
import { until } from '../time/until.ts'

const run = promisify(execFile)
const START_LIMIT_MS = 30_000
const STOP_LIMIT_MS = 15_000

export const ROOT_PASSWORD = 'root-pw-1'

export interface EtcdUser {
  readonly name: string
  readonly password: string
  /** The user's rights on the keys that begin with a prefix. */
  readonly grants?: readonly { readonly prefix: string; readonly may: 'read' | 'write' | 'readwrite' }[]
}

export interface EtcdServerOptions {
  /** Enables authentication, with these users beside `root`. */
  readonly auth?: readonly EtcdUser[]
  /** Paths. With `clientCa`, clients must send a certificate of it, and etcdctl sends `client`. */
  readonly tls?: {
    readonly ca: string
    readonly certificate: string
    readonly key: string
    readonly clientCa?: string
    readonly client?: { readonly certificate: string; readonly key: string }
  }
  readonly extraArgs?: readonly string[]
  /** The path of another etcd than the one in the PATH. */
  readonly program?: string
}

/** A member in its own process. Each method resolves when it has had its effect. */
export interface EtcdMember {
  readonly name: string
  /** `http://127.0.0.1:port`, or https. */
  readonly endpoint: string
  readonly port: number
  readonly dir: string
  /** SIGTERM, then waits for the end. */
  stop(): Promise<void>
  kill9(): Promise<void>
  /** SIGSTOP: connections stay open and nothing is answered. */
  pause(): void
  resume(): void
  /** Starts it again on the same ports and data, and waits until it answers. */
  restart(): Promise<void>
  /** Deletes its data; only while it is stopped. */
  forget(): Promise<void>
  start(): void
  waitUntilReady(): Promise<void>
}

export interface EtcdServer extends EtcdMember {
  readonly endpoints: readonly string[]
  /** Runs etcdctl as root; returns its output. */
  etcdctl(...args: readonly string[]): Promise<string>
  /** Creates the users with their rights and enables authentication. */
  enableAuth(users: readonly EtcdUser[]): Promise<void>
}

export interface EtcdCluster {
  readonly members: readonly EtcdMember[]
  readonly endpoints: readonly string[]
  etcdctl(...args: readonly string[]): Promise<string>
  /** The current leader. */
  leader(): Promise<EtcdMember>
}

/** Starts a real etcd of one member, with its own data; the scope ends it. */
export async function startEtcd(scope: TeardownScope, options: EtcdServerOptions = {}): Promise<EtcdServer> {
  const { members, ...cluster } = await startEtcdCluster(scope, 1, options)
  const [member] = members
  if (member === undefined) throw new Error('a cluster of one has a member')
  const etcdctl = makeEtcdctl(cluster.endpoints, options)
  let isAuthOn = false
  const server: EtcdServer = {
    ...member,
    endpoints: cluster.endpoints,
    etcdctl: (...args) => etcdctl(isAuthOn ? ['--user', `root:${ROOT_PASSWORD}`, ...args] : args),
    async enableAuth(users) {
      for (const args of listAuthCommands(users)) await server.etcdctl(...args)
      isAuthOn = true
    },
  }
  if (options.auth !== undefined) await server.enableAuth(options.auth)
  return server
}

/** Starts a cluster of real etcds on loopback. */
export async function startEtcdCluster(
  scope: TeardownScope,
  size: number,
  options: Omit<EtcdServerOptions, 'auth'> = {},
): Promise<EtcdCluster> {
  const plans = await Promise.all(Array.from({ length: size }, (_, index) => planMember(scope, `m${index}`, options)))
  const initialCluster = plans.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(',')
  const members = plans.map(plan => makeMember(scope, plan, [...plan.args, '--initial-cluster', initialCluster]))
  for (const member of members) member.start()
  for (const member of members) await member.waitUntilReady()
  const endpoints = members.map(({ endpoint }) => endpoint)
  const etcdctl = makeEtcdctl(endpoints, options)
  return {
    members,
    endpoints,
    etcdctl: (...args) => etcdctl(args),
    leader: () => findLeader(members, options),
  }
}

interface MemberPlan {
  readonly name: string
  readonly program: string
  readonly dir: string
  readonly port: number
  readonly endpoint: string
  readonly peerUrl: string
  readonly healthUrl: string
  readonly args: readonly string[]
}

async function planMember(
  scope: TeardownScope,
  name: string,
  { tls, extraArgs = [], program = 'etcd' }: EtcdServerOptions,
): Promise<MemberPlan> {
  const dir = await makeServerDir(scope, 'etcd')
  const port = await findQuietPort()
  const endpoint = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`
  const peerUrl = `http://127.0.0.1:${await findQuietPort()}`
  const healthUrl = `http://127.0.0.1:${await findQuietPort()}`
  const security = tls === undefined ? [] : ['--cert-file', tls.certificate, '--key-file', tls.key]
  const demand = tls?.clientCa === undefined ? [] : ['--client-cert-auth', '--trusted-ca-file', tls.clientCa]
  const where = ['--name', name, '--data-dir', join(dir, 'data'), '--listen-metrics-urls', healthUrl]
  const client = ['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint]
  const peer = ['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl]
  const args = [...where, ...client, ...peer, ...security, ...demand, ...extraArgs]
  return { name, program, dir, port, endpoint, peerUrl, healthUrl, args }
}

/** Below the ports that the kernel gives to connections, so that a restarted etcd finds its port free. */
async function findQuietPort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 32_000)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    await new Promise(resolve => server.close(resolve))
    if (isFree) return port
  }
}

function makeMember(scope: TeardownScope, plan: MemberPlan, args: readonly string[]): EtcdMember {
  const logPath = join(plan.dir, 'out.log')
  let child: ChildProcess | undefined
  const isGone = () => child === undefined || child.exitCode !== null || child.signalCode !== null
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child?.kill('SIGCONT')
    child?.kill(signal)
    await until(isGone, `${plan.name} of etcd has ended`, STOP_LIMIT_MS)
  }
  const member: EtcdMember = {
    name: plan.name,
    endpoint: plan.endpoint,
    port: plan.port,
    dir: plan.dir,
    stop: () => end('SIGTERM'),
    kill9: () => end('SIGKILL'),
    pause: () => child?.pid !== undefined && stopProcess(child.pid),
    resume: () => void child?.kill('SIGCONT'),
    forget: () => rm(join(plan.dir, 'data'), { recursive: true }),
    start() {
      const log = openSync(logPath, 'a')
      child = spawn(plan.program, args, { cwd: plan.dir, stdio: ['ignore', log, log] })
      closeSync(log)
    },
    async waitUntilReady() {
      const answers = async () => {
        if (isGone()) throw new Error(`etcd has ended:\n${(await readFile(logPath, 'utf8')).slice(-3000)}`)
        return await isHealthy(plan.healthUrl)
      }
      await until(answers, `${plan.endpoint} is healthy`, START_LIMIT_MS)
    },
    async restart() {
      member.start()
      await member.waitUntilReady()
    },
  }
  const killNow = () => void child?.kill('SIGKILL')
  process.once('exit', killNow) // an interrupted test run leaves no server behind
  scope.teardown(async () => {
    await end('SIGKILL')
    process.off('exit', killNow)
  })
  return member
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health`, {
      signal: AbortSignal.timeout(patience(2000)),
      headers: { connection: 'close' },
    })
    return answer.ok && (await answer.text()).includes('"true"')
  } catch {
    return false // does not listen yet
  }
}

function makeEtcdctl(
  endpoints: readonly string[],
  { tls }: EtcdServerOptions,
): (args: readonly string[]) => Promise<string> {
  const trust = tls === undefined ? [] : ['--cacert', tls.ca]
  const own = tls?.client === undefined ? [] : ['--cert', tls.client.certificate, '--key', tls.client.key]
  const common = ['--endpoints', endpoints.join(','), '--command-timeout', `${patience(10_000)}ms`, ...trust, ...own]
  const env = { ...process.env, ETCDCTL_API: '3' }
  return async args => (await run('etcdctl', [...common, ...args], { env, maxBuffer: 1 << 27 })).stdout
}

function listAuthCommands(users: readonly EtcdUser[]): string[][] {
  const root = [`user add root:${ROOT_PASSWORD}`, 'role add root', 'user grant-role root root']
  const others = users.flatMap(({ name, password, grants = [] }) => [
    ['user', 'add', `${name}:${password}`],
    ['role', 'add', name],
    ...grants.map(({ prefix, may }) => ['role', 'grant-permission', name, '--prefix=true', may, prefix]),
    ['user', 'grant-role', name, name],
  ])
  return [...root.map(line => line.split(' ')), ...others, ['auth', 'enable']]
}

interface EndpointStatus {
  readonly Endpoint: string
  readonly Status: { readonly header: { readonly member_id: number }; readonly leader: number }
}

/** Numbers beyond 2^53 lose digits in JSON.parse, the same ones on both sides. A member that is down is skipped. */
async function findLeader(members: readonly EtcdMember[], options: EtcdServerOptions): Promise<EtcdMember> {
  const asked = await Promise.allSettled(
    members.map(
      async ({ endpoint }) =>
        await makeEtcdctl(
          [endpoint],
          options,
        )(['--command-timeout', `${patience(2000)}ms`, 'endpoint', 'status', '-w', 'json']),
    ),
  )
  const answers = asked.filter(answer => answer.status === 'fulfilled')
  const statuses = answers.flatMap(({ value }) => JSON.parse(value) as readonly EndpointStatus[])
  const lead = statuses.find(({ Status }) => Status.header.member_id === Status.leader)
  const member = members.find(({ endpoint }) => endpoint === lead?.Endpoint)
  if (member === undefined) throw new Error(`no leader among ${JSON.stringify(statuses)}`)
  return member
}
