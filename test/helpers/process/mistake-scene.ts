import { execFile } from 'node:child_process'
import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'
import { findFreePorts, type RoleProcess, startRole } from '../../../src/demo/role-process.ts'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { runInside, type Spoken } from './command-line.ts'
import { forwarderCommand } from './roles.ts'
import { makeTempDir } from '../files/temp-dir.ts'
import { until } from '../time/until.ts'

type Settings = Readonly<Record<string, unknown>>

export interface PairPaths {
  readonly certificate: string
  readonly key: string
}

/** A machine with an agent and one with a collector, as far as certificates go, before anything is right. */
export interface Scene {
  readonly port: number
  readonly path: (name: string) => string
  /** Runs a command of ours, given as text; it must succeed. */
  readonly forwarder: (command: string) => Promise<string>
  /** Runs the first command of ours in a sentence, as its reader would: with the authority's directory for DIR. */
  readonly runCommandOf: (sentence: string, dir: string) => Promise<PairPaths>
  /** Runs openssl in the scene's directory, its arguments given as text. */
  readonly openssl: (args: string) => Promise<void>
  /** Puts a pair where the configurations look for it: `server.pem` and `.key`, or `client.pem` and `.key`. */
  readonly install: (as: 'server' | 'client', pair: PairPaths) => Promise<void>
  readonly copy: (from: string, to: string) => Promise<void>
  /** Of the agent: "network" without servers or with; of the collector: "tls". A running one takes it up. */
  readonly configure: (role: 'agent' | 'collector', settings: Settings | false) => Promise<void>
  readonly check: (role: 'agent' | 'collector', ...args: readonly string[]) => Promise<Spoken>
  readonly start: (role: 'agent' | 'collector') => Promise<RoleProcess>
  /** Waits until the role has logged something that matches all, and gives its reason. */
  readonly untilLogged: (role: 'agent' | 'collector', patterns: readonly RegExp[]) => Promise<string>
  readonly readLog: (role: 'agent' | 'collector') => Promise<string>
  /** Waits until the one line that the agent follows is stored. */
  readonly untilDelivered: () => Promise<void>
}

interface LoggedLine {
  readonly message: string
  readonly reason?: string
  readonly error?: { readonly message: string }
}

const LINE = 'GET /pain of names'

export async function makeScene(t: ExecutionContext): Promise<Scene> {
  const dir = await makeTempDir(t)
  const path = (name: string) => join(dir, name)
  const [port = 0, agentMetrics = 0, collectorMetrics = 0] = await findFreePorts(3)
  await mkdir(path('logs'))
  await appendFile(path('logs/app.log'), `${LINE}\n`)

  const readLog = (role: string) => readFile(path(`${role}.out`), 'utf8').catch(() => '')
  const lines = async (role: string) => (await readLog(role)).split('\n').filter(line => line.startsWith('{'))
  const findReason = async (role: string, patterns: readonly RegExp[]) => {
    for (const line of await lines(role)) {
      const { message, error, reason = error?.message ?? '', ...fields } = JSON.parse(line) as LoggedLine
      const text = `${message}: ${reason}\n${JSON.stringify(fields)}`
      if (patterns.every(pattern => pattern.test(text))) return reason
    }
    return undefined
  }

  return {
    port,
    path,
    forwarder,
    readLog,
    async runCommandOf(sentence, authority) {
      const command = /forwarder (ca issue [^:;,()`]*)/.exec(sentence)?.[1]?.trim()
      if (command === undefined) throw new Error(`there is no command in: ${sentence}`)
      const out = await forwarder(command.replace('DIR', authority).replace('NAME', 'web1'))
      const certificate = /\S+\/(?:server|client)-\S+\.pem/.exec(out)?.[0]
      if (certificate === undefined) throw new Error(`there is no certificate in: ${out}`)
      return { certificate, key: certificate.replace(/\.pem$/, '.key') }
    },
    async openssl(args) {
      await promisify(execFile)('openssl', splitWords(args), { cwd: dir })
    },
    async install(as, pair) {
      await copyFile(pair.key, path(`${as}.key`))
      await copyFile(pair.certificate, path(`${as}.pem`))
    },
    copy: (from, to) => copyFile(path(from), path(to)),
    async configure(role, settings) {
      const own =
        role === 'agent'
          ? {
              network: { servers: [`localhost:${port}`], ...(settings === false ? { tls: false } : settings) },
              files: [{ paths: [path('logs/*.log')] }],
              metrics: { listen: `127.0.0.1:${agentMetrics}` },
            }
          : {
              listen: [`127.0.0.1:${port}`],
              tls:
                settings === false ? false : { certificate: path('server.pem'), key: path('server.key'), ...settings },
              store: { type: 'embedded', path: path('events.db') },
              metrics: { listen: `127.0.0.1:${collectorMetrics}` },
            }
      await writeFile(path(`${role}.json`), JSON.stringify({ ...own, stateDir: path(`${role}-state`) }))
    },
    check: (role, ...args) => runInside(['check', '--config', path(`${role}.json`), ...args]),
    async start(role) {
      const process = startRole({
        role,
        configPath: path(`${role}.json`),
        logPath: path(`${role}.out`),
        metricsPort: role === 'agent' ? agentMetrics : collectorMetrics,
        command: forwarderCommand,
      })
      t.teardown(() => process.kill())
      return process
    },
    async untilLogged(role, patterns) {
      const find = () => findReason(role, patterns)
      try {
        await until(async () => (await find()) !== undefined, `the ${role} logs ${patterns.join(' and ')}`)
      } catch (cause) {
        throw new Error(`${(cause as Error).message}; it logged:\n${(await lines(role)).slice(-3).join('\n')}`, {
          cause,
        })
      }
      return (await find()) ?? ''
    },
    async untilDelivered() {
      try {
        await until(
          async () => (await countStored(path('events.db')).catch(() => 0)) === 1,
          'the line is stored',
          30_000,
        )
      } catch (cause) {
        const logs = [...(await lines('agent')).slice(-3), ...(await lines('collector')).slice(-3)].join('\n')
        throw new Error(`${(cause as Error).message}; they logged:\n${logs}`, { cause })
      }
    },
  }
}

async function forwarder(command: string): Promise<string> {
  const { code, out, err } = await runInside(splitWords(command))
  if (code !== 0) throw new Error(`forwarder ${command}: ${err}`)
  return out
}

async function countStored(storePath: string): Promise<number> {
  let found = 0
  for await (const _hit of searchEmbedded(storePath, { text: '', fields: [], limit: 0 })) found++
  return found
}

/** As a shell would, as far as single quotes. */
function splitWords(text: string): string[] {
  return [...text.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}
