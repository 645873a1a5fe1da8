import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { findFreePorts, type RoleProcess, startRole } from '../../../src/demo/role-process.ts'
import { makeCertificates } from '../trust/certificates.ts'
import { makeTempDir } from '../files/temp-dir.ts'

const underTest = process.env['FORWARDER_UNDER_TEST']

/** The program that tests of whole processes start: the checkout's, or the one that FORWARDER_UNDER_TEST names. */
export const forwarderCommand = underTest ?? join(import.meta.dirname, '../../../bin/forwarder')

/** The title of a test that runs with either program. */
export function ofProgram(law: string): string {
  return underTest === undefined ? law : `${law} [${basename(underTest)}]`
}

/** An agent and a collector as processes, over mutual TLS; they end with the test. */
export interface Pair {
  readonly dir: string
  /** Followed by the agent. */
  readonly logFile: string
  readonly storePath: string
  readonly collectorConfig: string
  startAgent(): Promise<RoleProcess>
  startCollector(): Promise<RoleProcess>
  /** Changes members of the collector's configuration: its next start reads them, or the collector if it runs. */
  setCollector(change: Readonly<Record<string, unknown>>): Promise<void>
  /** Changes members of `network` in the agent's configuration: its next start reads them. */
  setNetwork(change: Readonly<Record<string, unknown>>): Promise<void>
  /** The whole log of the role. */
  readLog(role: 'agent' | 'collector'): Promise<string>
}

export interface PairOptions {
  /** Members of the agent's configuration that differ. */
  readonly agent?: Readonly<Record<string, unknown>>
  readonly network?: Readonly<Record<string, unknown>>
  readonly store?: Readonly<Record<string, unknown>>
  /** Members of the collector's configuration that differ. */
  readonly collector?: Readonly<Record<string, unknown>>
  /** Default: `forwarderCommand`. */
  readonly command?: string
}

export async function makePair(t: ExecutionContext, options: PairOptions = {}): Promise<Pair> {
  const { command = forwarderCommand } = options
  const dir = await makeTempDir(t)
  const { ca, server, client } = await makeCertificates(dir)
  const [port = 0, agentMetrics = 0, collectorMetrics = 0] = await findFreePorts(3)
  const logs = join(dir, 'logs')
  await mkdir(logs)
  const storePath = join(dir, 'events.sqlite')
  const configs = {
    collector: {
      listen: [`127.0.0.1:${port}`],
      tls: { certificate: server.certificate, key: server.key, ca, clientAuth: 'required' },
      store: options.store ?? { type: 'embedded', path: storePath },
      stateDir: join(dir, 'collector'),
      metrics: { listen: `127.0.0.1:${collectorMetrics}` },
      ...options.collector,
    },
    agent: {
      network: {
        servers: [`localhost:${port}`],
        tls: { certificate: client.certificate, key: client.key, ca },
        ...options.network,
      },
      files: [{ paths: [join(logs, '*.log*')], fields: { service: 'shop' } }],
      stateDir: join(dir, 'agent'),
      metrics: { listen: `127.0.0.1:${agentMetrics}` },
      ...options.agent,
    },
  }
  const start = async (role: 'agent' | 'collector') => {
    const process = startRole({
      role,
      configPath: join(dir, `${role}.json`),
      logPath: join(dir, `${role}.out`),
      metricsPort: role === 'agent' ? agentMetrics : collectorMetrics,
      command,
    })
    t.teardown(() => process.kill())
    return process
  }
  const write = async (role: string, config: object) => writeFile(join(dir, `${role}.json`), JSON.stringify(config))
  await Promise.all(Object.entries(configs).map(([role, config]) => write(role, config)))
  return {
    dir,
    logFile: join(logs, 'access.log'),
    storePath,
    collectorConfig: join(dir, 'collector.json'),
    startAgent: () => start('agent'),
    startCollector: () => start('collector'),
    setCollector: async change => await write('collector', { ...configs.collector, ...change }),
    setNetwork: async change => {
      const agent = { ...configs.agent, network: { ...configs.agent.network, ...change } }
      await write('agent', agent)
    },
    readLog: role => readFile(join(dir, `${role}.out`), 'utf8'),
  }
}
