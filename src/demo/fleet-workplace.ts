import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority } from '../tls/file-authority.ts'
import { createJoinToken, readFingerprint } from './token-and-fingerprint.ts'
import type { Kind } from '../trust/contract.ts'
import { type DemoEtcd, planDemoEtcd } from './etcd-process.ts'
import { findFreePorts, type RoleOptions } from './role-process.ts'

/** One machine of the demo's fleet. */
export interface Machine extends RoleOptions {
  readonly name: string
  readonly stateDir: string
}

export interface FollowingMachine extends Machine {
  readonly logFile: string
}

/** A fleet in a temporary directory, set up as an operator would do it machine by machine. */
export interface FleetWorkplace {
  readonly dir: string
  /** Not started yet. */
  readonly etcd: DemoEtcd
  readonly authority: Machine
  readonly collectors: readonly Machine[]
  readonly agents: readonly FollowingMachine[]
  /** The store of both collectors, in place of one Elasticsearch. */
  readonly storePath: string
}

const COLLECTOR_COUNT = 2
const AGENT_COUNT = 3
/** Short, so that certificates are renewed during the demo. */
const CERTIFICATE_LIFETIME = '20s'

export async function makeFleetWorkplace(): Promise<FleetWorkplace> {
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-fleet-'))
  const etcd = await planDemoEtcd(dir)
  const site = new Site(dir, etcd)
  await site.makeAuthority()
  const storePath = join(dir, 'events.db')
  return {
    dir,
    etcd,
    storePath,
    authority: await site.placeAuthority(),
    collectors: await Promise.all(
      countTo(COLLECTOR_COUNT).map(index => site.placeCollector(`collector-${index}`, storePath)),
    ),
    agents: await Promise.all(countTo(AGENT_COUNT).map(index => site.placeAgent(`agent-${index}`))),
  }
}

class Site {
  readonly #dir: string
  readonly #authorityDir: string
  readonly #discovery: object
  #fingerprint = ''

  constructor(dir: string, { endpoint }: DemoEtcd) {
    this.#dir = dir
    this.#authorityDir = join(dir, 'ca')
    this.#discovery = { etcd: { endpoints: [endpoint] } }
  }

  async makeAuthority(): Promise<void> {
    await createAuthority({ dir: this.#authorityDir, name: 'forwarder demo CA' })
    this.#fingerprint = await readFingerprint(this.#authorityDir)
    await this.#writeToken('agent', ['agent-*'], AGENT_COUNT)
    await this.#writeToken('collector', ['localhost'], COLLECTOR_COUNT)
  }

  async placeAuthority(): Promise<Machine> {
    return await this.#place('ca', 'ca serve', { ca: { dir: this.#authorityDir, lifetime: CERTIFICATE_LIFETIME } })
  }

  async placeCollector(name: string, storePath: string): Promise<Machine> {
    const [port = 0] = await findFreePorts(1)
    return await this.#place(name, 'collector', {
      listen: `127.0.0.1:${port}`,
      advertise: { address: `localhost:${port}`, name },
      enrolment: this.#enrolment('collector'),
      store: { type: 'embedded', path: storePath },
      stateDir: join(this.#dir, name),
    })
  }

  async placeAgent(name: string): Promise<FollowingMachine> {
    const logDir = join(this.#dir, 'logs', name)
    await mkdir(logDir, { recursive: true })
    const logFile = join(logDir, 'access.log')
    const machine = await this.#place(name, 'agent', {
      network: { balance: 'all' },
      enrolment: { ...this.#enrolment('agent'), name },
      files: [{ paths: [`${logFile}*`], fields: { service: name } }],
      stateDir: join(this.#dir, name),
    })
    return { ...machine, logFile }
  }

  #enrolment(kind: Kind): object {
    return { tokenFile: this.#tokenPath(kind), caFingerprint: `sha256:${this.#fingerprint}` }
  }

  #tokenPath(kind: Kind): string {
    return join(this.#dir, `${kind}.token`)
  }

  async #writeToken(kind: Kind, names: readonly string[], uses: number): Promise<void> {
    const token = createJoinToken(this.#authorityDir, { kind, names, uses })
    await writeFile(this.#tokenPath(kind), `${token}\n`, { mode: 0o600 })
  }

  async #place(name: string, role: Machine['role'], config: object): Promise<Machine> {
    const [metricsPort = 0] = await findFreePorts(1)
    const configPath = join(this.#dir, `${name}.json`)
    const whole = { discovery: this.#discovery, ...config, metrics: { listen: `127.0.0.1:${metricsPort}` } }
    await writeFile(configPath, `${JSON.stringify(whole, undefined, 2)}\n`, { mode: 0o600 })
    return {
      name,
      role,
      configPath,
      logPath: join(this.#dir, `${name}.log`),
      metricsPort,
      stateDir: join(this.#dir, name),
    }
  }
}

function countTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
