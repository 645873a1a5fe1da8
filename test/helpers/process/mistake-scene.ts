import { execFile } from 'node:child_process'
import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'
import { findFreePorts, readMetricsAt, type RoleProcess, startRole } from '../../../src/demo/role-process.ts'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { runInside, type Spoken } from './command-line.ts'
import { forwarderCommand } from './roles.ts'
import { addsUpIn } from '../files/byte-account.ts'
import { makeTempDir } from '../files/temp-dir.ts'
import { until } from '../time/until.ts'

type Settings = Readonly<Record<string, unknown>>

export interface PairPaths {
  readonly certificate: string
  readonly key: string
}

/** An agent and a collector whose certificates are still to be set up. */
export interface Scene {
  readonly port: number
  readonly path: (name: string) => string
  /** Runs a forwarder command, given as text; it must succeed. */
  readonly forwarder: (command: string) => Promise<string>
  /** Runs the first forwarder command in a sentence, as its reader would: with the authority's directory for DIR. */
  readonly runCommandOf: (sentence: string, dir: string) => Promise<PairPaths>
  /** Runs openssl in the scene's directory, its arguments given as text. */
  readonly openssl: (args: string) => Promise<void>
  /** Puts a pair where the configurations look for it: `server.pem` and `.key`, or `client.pem` and `.key`. */
  readonly install: (as: 'server' | 'client', pair: PairPaths) => Promise<void>
  readonly copy: (from: string, to: string) => Promise<void>
  /** Sets the agent's "network", or the collector's "tls". A running role reloads it. */
  readonly configure: (role: 'agent' | 'collector', settings: Settings | false) => Promise<void>
  readonly check: (role: 'agent' | 'collector', ...args: readonly string[]) => Promise<Spoken>
  readonly start: (role: 'agent' | 'collector') => Promise<RoleProcess>
  /** Waits until the role has logged something that matches all, and gives its reason. */
  readonly untilLogged: (role: 'agent' | 'collector', patterns: readonly RegExp[]) => Promise<string>
  readonly readLog: (role: 'agent' | 'collector') => Promise<string>
  /** Waits until the one line that the agent follows is stored; then each byte that the agent saw has a fate. */
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
  const [port = 0, agent = 0, collector = 0] = await findFreePorts(3)
  const ports = { port, metrics: { agent, collector } }
  await mkdir(path('logs'))
  await appendFile(path('logs/app.log'), `${LINE}\n`)
  return {
    port,
    path,
    forwarder,
    ...makeFileSteps(dir),
    ...makeRoleSteps(t, { path, ...ports }),
    ...makeLogSteps(path),
    async untilDelivered() {
      await makeLogSteps(path).untilDelivered()
      await addsUpIn(t, { readMetrics: () => readMetricsAt(agent) })
    },
  }
}

type Role = 'agent' | 'collector'
type MakePath = Scene['path']

function makeFileSteps(dir: string): Pick<Scene, 'runCommandOf' | 'openssl' | 'install' | 'copy'> {
  const path = (name: string) => join(dir, name)
  return {
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
  }
}

interface Places {
  readonly path: MakePath
  readonly port: number
  readonly metrics: Readonly<Record<Role, number>>
}

function makeRoleSteps(t: ExecutionContext, places: Places): Pick<Scene, 'configure' | 'check' | 'start'> {
  const { path, metrics } = places
  return {
    async configure(role, settings) {
      const own = role === 'agent' ? makeAgentConfig(settings, places) : makeCollectorConfig(settings, places)
      const common = { metrics: { listen: `127.0.0.1:${metrics[role]}` }, stateDir: path(`${role}-state`) }
      await writeFile(path(`${role}.json`), JSON.stringify({ ...own, ...common }))
    },
    check: (role, ...args) => runInside(['check', '--config', path(`${role}.json`), ...args]),
    async start(role) {
      const process = startRole({
        role,
        configPath: path(`${role}.json`),
        logPath: path(`${role}.out`),
        metricsPort: metrics[role],
        command: forwarderCommand,
      })
      t.teardown(() => process.kill())
      return process
    },
  }
}

function makeAgentConfig(settings: Settings | false, { path, port }: Places): Settings {
  const network = { servers: [`localhost:${port}`], ...(settings === false ? { tls: false } : settings) }
  return { network, files: [{ paths: [path('logs/*.log')] }] }
}

function makeCollectorConfig(settings: Settings | false, { path, port }: Places): Settings {
  const tls = settings === false ? false : { certificate: path('server.pem'), key: path('server.key'), ...settings }
  return { listen: [`127.0.0.1:${port}`], tls, store: { type: 'embedded', path: path('events.db') } }
}

function makeLogSteps(path: MakePath): Pick<Scene, 'readLog' | 'untilLogged' | 'untilDelivered'> {
  const readLog = (role: Role) => readFile(path(`${role}.out`), 'utf8').catch(() => '')
  const readLines = async (role: Role) => (await readLog(role)).split('\n').filter(line => line.startsWith('{'))
  const isStored = async () => (await countStored(path('events.db')).catch(() => 0)) === 1
  const readLast = async (role: Role) => (await readLines(role)).slice(-3).join('\n')
  return {
    readLog,
    async untilLogged(role, patterns) {
      const find = async () => findReason(await readLines(role), patterns)
      try {
        await until(async () => (await find()) !== undefined, `the ${role} logs ${patterns.join(' and ')}`)
      } catch (cause) {
        throw new Error(`${(cause as Error).message}; it logged:\n${await readLast(role)}`, { cause })
      }
      return (await find()) ?? ''
    },
    async untilDelivered() {
      try {
        await until(isStored, 'the line is stored', 30_000)
      } catch (cause) {
        const logs = `${await readLast('agent')}\n${await readLast('collector')}`
        throw new Error(`${(cause as Error).message}; they logged:\n${logs}`, { cause })
      }
    },
  }
}

function findReason(lines: readonly string[], patterns: readonly RegExp[]): string | undefined {
  for (const line of lines) {
    const { message, error, reason = error?.message ?? '', ...fields } = JSON.parse(line) as LoggedLine
    const text = `${message}: ${reason}\n${JSON.stringify(fields)}`
    if (patterns.every(pattern => pattern.test(text))) return reason
  }
  return undefined
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
