import { appendFile, readFile, rm } from 'node:fs/promises'
import {
  type FleetWorkplace,
  type FollowingMachine,
  type Machine,
  makeFleetWorkplace,
} from '../../src/cli/demo/fleet-workplace.ts'
import { type RoleProcess, startRole } from '../../src/cli/demo/role-process.ts'
import { type DemoVerdict, judge } from '../../src/cli/demo/verdict.ts'
import { searchEmbedded } from '../../src/stores/embedded/search.ts'
import { makeAccessLog } from './access-log.ts'
import { forwarderCommand } from './roles.ts'
import type { TeardownScope } from './scope.ts'
import { until } from './until.ts'

export const kinds = ['etcd', 'authority', 'collectors', 'agents'] as const
export type FleetKind = (typeof kinds)[number]

/** An etcd, an authority, two collectors with one store, and three agents, each a process of its own; nothing runs yet. */
export interface Fleet extends FleetWorkplace {
  /** Resolves when the processes are there, whatever they wait for. */
  start(kind: FleetKind): Promise<void>
  startMachine(machine: Machine): RoleProcess
  process(machine: Machine): RoleProcess
  /** Appends lines `from` … `to` (exclusive) to the log that each agent follows. */
  write(from: number, to: number): Promise<void>
  /** Waits until the store has so many lines of each agent, and judges each. */
  judgeAll(written: number): Promise<DemoVerdict[]>
  readLog(machine: Machine): Promise<string>
  /** What each of them logged last. */
  lastWords(): Promise<string>
  /** Agents first, the authority last; gives the exit codes. */
  stopAll(): Promise<(number | null)[]>
}

export async function makeFleet(scope: TeardownScope): Promise<Fleet> {
  const place = await makeFleetWorkplace()
  const running = new Map<string, RoleProcess>()
  scope.teardown(async () => {
    await Promise.all([...running.values()].map(process => process.kill()))
    await place.etcd.stop()
    await rm(place.dir, { recursive: true, force: true })
  })
  const machines = { authority: [place.authority], collectors: place.collectors, agents: place.agents }
  const startMachine = (machine: Machine) => {
    const process = startRole({ ...machine, command: forwarderCommand })
    running.set(machine.name, process)
    return process
  }
  const judgeOne = async ({ name }: FollowingMachine, written: number) => {
    const own = { text: '', fields: [['service', name]] as const, limit: 0 }
    return await judge(searchEmbedded(place.storePath, own), written)
  }
  return {
    ...place,
    startMachine,
    async start(kind) {
      if (kind === 'etcd') await place.etcd.start()
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
    async judgeAll(written) {
      const verdicts = async () => await Promise.all(place.agents.map(agent => judgeOne(agent, written)))
      const stored = async () => {
        const counts = await verdicts().catch(() => []) // the store comes with the first collector
        return counts.length > 0 && counts.every(({ lost }) => lost === 0)
      }
      await until(stored, `all of ${written} lines of each agent are stored`, 60_000).catch(async (cause: unknown) => {
        throw new Error(`${String(cause)}\n${await lastWords(place)}`, { cause })
      })
      return await verdicts()
    },
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

/** What each of the machines logged last, for a test that failed. */
async function lastWords({ agents, collectors, authority }: FleetWorkplace): Promise<string> {
  const tails = [...agents, ...collectors, authority].map(async ({ name, logPath }) => {
    const text = await readFile(logPath, 'utf8').catch(() => '') // it was never started
    return `--- ${name}\n${text.trimEnd().split('\n').slice(-12).join('\n')}`
  })
  return (await Promise.all(tails)).join('\n')
}
