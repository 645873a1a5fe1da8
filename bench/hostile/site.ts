import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, rmSync } from 'node:fs'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findFreePorts } from '../../src/demo/role-process.ts'
import { type IssuedCertificate, issueClientCertificate } from '../../src/tls/file-authority.ts'
import { makeTempDir } from '../../test/helpers/files/temp-dir.ts'
import type { TeardownScope } from '../../test/helpers/process/scope.ts'
import { until } from '../../test/helpers/time/until.ts'
import { makeCertificates } from '../../test/helpers/trust/certificates.ts'
import type { LoopTicks } from './loop-delay.ts'

export const BYTES_IN_FLIGHT = 64 * 1024 * 1024

const here = import.meta.dirname

/** A collector to be attacked, an honest agent and a store, each a process of its own. */
export interface Site {
  /** Of the collector. */
  readonly port: number
  readonly metricsPort: number
  readonly pid: number
  readonly agentMetricsPort: number
  /** Followed by the agent. */
  readonly logFile: string
  /** Of the certificates. */
  readonly tlsDir: string
  /** The ticks of the collector's event loop since the last time; the profile of that time goes to `profilePath`. */
  readTicks(profilePath?: string): Promise<LoopTicks>
  countStored(): Promise<number>
}

/** `certified`: over TLS with client certificates; `open`: over TLS with anybody; `plain`: in plain text. */
export type Access = 'plain' | 'certified' | 'open'

export interface SiteOptions {
  readonly access: Access
  readonly isProfiled: boolean
}

interface Place extends SiteOptions {
  readonly scope: TeardownScope
  readonly dir: string
}

export async function startSite(scope: TeardownScope, options: SiteOptions): Promise<Site> {
  const place = { ...options, scope, dir: await makeTempDir(scope) }
  const { dir } = place
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  const store = await startStore(scope)
  const [port = 0, metricsPort = 0, agentMetricsPort = 0] = await findFreePorts(3)
  const configs = await makeConfigs(place, { port, storeUrl: store.url })
  const logFile = join(dir, 'honest.log')
  await writeFile(logFile, '')
  const collector = await startRole(place, 'collector', { config: configs.collector, metricsPort })
  await startRole(place, 'agent', { config: configs.agent, metricsPort: agentMetricsPort })
  const readTicks = (profilePath?: string) => readLoopTicks(collector, ticksPath(dir), profilePath)
  const ports = { port, metricsPort, agentMetricsPort }
  return { ...ports, pid: collector.pid!, logFile, tlsDir: join(dir, 'tls'), readTicks, countStored: store.count }
}

interface Addresses {
  readonly port: number
  readonly storeUrl: string
}

async function makeConfigs({ dir, access }: Place, { port, storeUrl }: Addresses) {
  const { ca, ...issued } = await makeCertificates(dir)
  await issueClientCertificate({ dir: join(dir, 'tls'), name: 'other' })
  const tlsOf = ({ certificate, key }: IssuedCertificate) => access !== 'plain' && { certificate, key, ca }
  const { certificate, key } = issued.server
  return {
    collector: {
      listen: [`127.0.0.1:${port}`],
      tls: access === 'open' ? { certificate, key } : tlsOf(issued.server),
      store: { type: 'elasticsearch', hosts: [storeUrl], template: false },
      limits: { bytesInFlight: `${BYTES_IN_FLIGHT}B`, connections: 100 },
    },
    agent: {
      network: { servers: [`localhost:${port}`], tls: tlsOf(issued.client) },
      files: [{ paths: [join(dir, 'honest.log')] }],
    },
  }
}

interface RoleStart {
  readonly config: object
  readonly metricsPort: number
}

async function startRole(
  { dir, scope, isProfiled }: Place,
  role: 'agent' | 'collector',
  { config, metricsPort }: RoleStart,
): Promise<ChildProcess> {
  const path = join(dir, `${role}.json`)
  const common = { stateDir: join(dir, role), metrics: { listen: `127.0.0.1:${metricsPort}` } }
  await writeFile(path, JSON.stringify({ ...config, ...common }))
  const log = openSync(join(dir, `${role}.log`), 'w')
  const measured = {
    NODE_OPTIONS: `--import=${join(here, 'loop-delay.ts')}`,
    LOOP_DELAY_FILE: ticksPath(dir),
    ...(isProfiled && { LOOP_PROFILE: '1' }),
  }
  const child = spawn(join(here, '../../bin/forwarder'), [role, '--config', path], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...(role === 'collector' && measured) },
  })
  closeSync(log)
  endWith(scope, child)
  await until(() => isHealthy(child, metricsPort), `the ${role} is ready`)
  return child
}

async function isHealthy(child: ChildProcess, port: number): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}`)
  const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined) // not listening yet
  return response?.ok === true
}

function endWith(scope: TeardownScope, child: ChildProcess): void {
  const exited = once(child, 'exit')
  const end = () => void child.kill('SIGKILL')
  process.once('exit', end) // when the bench is interrupted
  scope.teardown(async () => {
    process.off('exit', end)
    if (child.kill('SIGKILL')) await exited
  })
}

const ticksPath = (dir: string) => join(dir, 'ticks.json')

async function readLoopTicks(collector: ChildProcess, path: string, profilePath?: string): Promise<LoopTicks> {
  await rm(path, { force: true })
  collector.kill('SIGUSR2')
  await until(() => existsSync(path), 'the collector has written the ticks of its event loop')
  if (profilePath !== undefined) await copyFile(`${path}.cpuprofile`, profilePath)
  return JSON.parse(await readFile(path, 'utf8')) as LoopTicks
}

async function startStore(scope: TeardownScope) {
  const child = fork(join(here, 'store.ts'))
  endWith(scope, child)
  const answer = async () => (await once(child, 'message'))[0] as unknown
  const url = (await answer()) as string
  return {
    url,
    count: async () => {
      child.send('count')
      return (await answer()) as number
    },
  }
}
