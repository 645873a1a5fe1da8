import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import {
  type FleetWorkplace,
  type FollowingMachine,
  type Machine,
  makeFleetWorkplace,
} from '../../../src/demo/fleet-workplace.ts'
import { type RoleProcess, startRole } from '../../../src/demo/role-process.ts'
import { type DemoVerdict, judge } from '../../../src/demo/verdict.ts'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { makeAccessLog } from '../files/access-log.ts'
import type { EtcdServer } from '../servers/etcd.ts'
import { forwarderCommand } from '../process/roles.ts'
import type { TeardownScope } from '../process/scope.ts'
import { until } from '../time/until.ts'

export const kinds = ['etcd', 'authority', 'collectors', 'agents'] as const
export type FleetKind = (typeof kinds)[number]

type Two = readonly [Machine, Machine]
type Three = readonly [FollowingMachine, FollowingMachine, FollowingMachine]

/** A configuration as it is in its file. */
export type Config = Readonly<Record<string, unknown>>

export interface FleetOptions {
  /** Runs already, and is used instead of one of the fleet's own. */
  readonly server?: EtcdServer
  /** Gives the configuration of a machine, made from the usual one. */
  readonly configure?: (config: Config, machine: Machine) => Config
}

/** An etcd, an authority, two collectors with one store, and three agents, each a process of its own; nothing runs yet. */
export interface Fleet extends FleetWorkplace {
  readonly collectors: Two
  readonly agents: Three
  /** Resolves when the processes are there, whatever they wait for. */
  start(kind: FleetKind): Promise<void>
  startMachine(machine: Machine): RoleProcess
  process(machine: Machine): RoleProcess
  /** Appends lines `from` … `to` (exclusive) to the log that each agent follows. */
  write(from: number, to: number): Promise<void>
  /** How many lines of an agent are stored, while more may come. */
  count(agent: Machine): Promise<number>
  /** What the store has of an agent whose last line was written. */
  judge(agent: Machine, written: number): Promise<DemoVerdict>
  /** Waits until the store has all written lines of each agent, and judges each. */
  judgeAll(written: number): Promise<DemoVerdict[]>
  readLog(machine: Machine): Promise<string>
  /** The last log lines of each machine. */
  lastWords(): Promise<string>
  /** Agents first, the authority last; gives the exit codes. */
  stopAll(): Promise<(number | null)[]>
}

export async function makeFleet(scope: TeardownScope, { server, configure }: FleetOptions = {}): Promise<Fleet> {
  const place = await makeFleetWorkplace()
  for (const machine of [place.authority, ...place.collectors, ...place.agents]) {
    const endpoints = server && { discovery: { etcd: { endpoints: server.endpoints } } }
    await editConfig(machine, config => ({ ...config, ...endpoints }))
    if (configure !== undefined) await editConfig(machine, config => configure(config, machine))
  }
  const running = new Map<string, RoleProcess>()
  scope.teardown(async () => {
    await Promise.all([...running.values()].map(process => process.kill()))
    await place.etcd.stop()
    await rm(place.dir, { recursive: true, force: true })
  })
  const machines = { authority: [place.authority], collectors: place.collectors, agents: place.agents }
  const startOwnEtcd = async () => (server === undefined ? await place.etcd.start() : undefined)
  const startMachine = (machine: Machine) => {
    const process = startRole({ ...machine, command: forwarderCommand })
    running.set(machine.name, process)
    return process
  }
  return {
    ...place,
    collectors: place.collectors as Two,
    agents: place.agents as Three,
    startMachine,
    async start(kind) {
      if (kind === 'etcd') await startOwnEtcd()
      else machines[kind].forEach(startMachine)
    },
    process(machine) {
      const process = running.get(machine.name)
      if (process === undefined) throw new Error(`${machine.name} does not run`)
      return process
    },
    async write(from, to) {
      await Promise.all(place.agents.map(({ logFile }) => appendFile(logFile, makeAccessLog(from, to))))
    },
    async count(agent) {
      let count = 0
      for await (const _hit of searchLines(place, agent)) count++
      return count
    },
    judge: async (agent, written) => await judge(searchLines(place, agent), written),
    judgeAll: async written => await judgeAll(place, written),
    lastWords: () => lastWords(place),
    readLog: machine => readFile(machine.logPath, 'utf8'),
    async stopAll() {
      const codes: (number | null)[] = []
      for (const group of [place.agents, place.collectors, [place.authority]])
        codes.push(...(await Promise.all(group.map(async ({ name }) => (await running.get(name)?.stop()) ?? null))))
      return codes
    },
  }
}

/** The stored lines of an agent. */
function searchLines({ storePath }: FleetWorkplace, { name }: Machine): ReturnType<typeof searchEmbedded> {
  return searchEmbedded(storePath, { text: '', fields: [['service', name]] as const, limit: 0 })
}

async function judgeAll(place: FleetWorkplace, written: number): Promise<DemoVerdict[]> {
  const verdicts = async () =>
    await Promise.all(place.agents.map(async agent => await judge(searchLines(place, agent), written)))
  const stored = async () => {
    const counts = await verdicts().catch(() => []) // the store is created by the first collector
    return counts.length > 0 && counts.every(({ lost }) => lost === 0)
  }
  await until(stored, `all of ${written} lines of each agent are stored`, 60_000).catch(async (cause: unknown) => {
    throw new Error(`${String(cause)}\n${await lastWords(place)}`, { cause })
  })
  return await verdicts()
}

/** A running machine notices the change automatically, and reads its configuration again. */
export async function editConfig({ configPath }: Machine, change: (config: Config) => Config): Promise<void> {
  const config = JSON.parse(await readFile(configPath, 'utf8')) as Config
  await writeFile(configPath, `${JSON.stringify(change(config), undefined, 2)}\n`, { mode: 0o600 })
}

/** The last log lines of each machine, for a test that failed. */
async function lastWords({ agents, collectors, authority }: FleetWorkplace): Promise<string> {
  const tails = [...agents, ...collectors, authority].map(async ({ name, logPath }) => {
    const text = await readFile(logPath, 'utf8').catch(() => '') // it was never started
    return `--- ${name}\n${text.trimEnd().split('\n').slice(-12).join('\n')}`
  })
  return (await Promise.all(tails)).join('\n')
}
