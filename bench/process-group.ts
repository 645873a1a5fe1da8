import { readdir, readFile } from 'node:fs/promises'
import { parseCpuSeconds, readMemory, readPrivateBytes, readUsage, type Usage } from './usage.ts'

/** Clock ticks in /proc are 1/100 s on every Linux since 2.4. */
const TICKS_PER_SECOND = 100

/** The processes of a group that are running now. */
export async function listGroup(group: number): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger)
  const stats = await Promise.all(pids.map(readStat))
  return pids.filter((_, i) => stats[i] !== undefined && parseGroup(stats[i]) === group)
}

/** CPU time of all processes of a group, including children that have ended; the sum of their peaks of memory. */
export async function readGroupUsage(group: number): Promise<Usage> {
  const pids = await listGroup(group)
  if (pids.length === 0) throw new Error(`the process group ${group} has ended`)
  const usages = await Promise.all(pids.map(readUsage))
  const stats = await Promise.all(pids.map(readStat))
  const endedSeconds = sum(stats.map(stat => (stat === undefined ? 0 : parseEndedChildrenSeconds(stat))))
  return {
    cpuSeconds: sum(usages.map(({ cpuSeconds }) => cpuSeconds)) + endedSeconds,
    peakRssBytes: sum(usages.map(({ peakRssBytes }) => peakRssBytes)),
  }
}

export interface GroupMemory {
  readonly privateBytes: number
  readonly anonymousBytes: number
}

export async function readGroupMemory(group: number): Promise<GroupMemory> {
  const pids = await listGroup(group)
  const [privates, memories] = await Promise.all([
    Promise.all(pids.map(readPrivateBytes)),
    Promise.all(pids.map(readMemory)),
  ])
  return { privateBytes: sum(privates), anonymousBytes: sum(memories.map(({ anonymousBytes }) => anonymousBytes)) }
}

/** CPU seconds of the running threads of a group by the name of the thread, to the nanosecond. */
export async function readGroupThreads(group: number): Promise<Map<string, number>> {
  const seconds = new Map<string, number>()
  for (const pid of await listGroup(group)) {
    for (const [name, used] of await readProcessThreads(pid)) seconds.set(name, (seconds.get(name) ?? 0) + used)
  }
  return seconds
}

/** The same of one process. */
export async function readProcessThreads(pid: number): Promise<Map<string, number>> {
  const seconds = new Map<string, number>()
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const [name, used] = await readThread(`/proc/${pid}/task/${thread}`)
    seconds.set(name, (seconds.get(name) ?? 0) + used)
  }
  return seconds
}

/** A thread that has just ended has used nothing that could still be read. */
async function readThread(dir: string): Promise<[string, number]> {
  const read = (name: string) => readFile(`${dir}/${name}`, 'utf8').catch(() => '')
  const [name, schedule] = await Promise.all([read('comm'), read('schedstat')])
  return [name.trim(), Number(schedule.split(' ')[0]) / 1e9]
}

/** Undefined for a process that has ended meanwhile. */
async function readStat(pid: number): Promise<string | undefined> {
  return readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
}

export function parseGroup(stat: string): number {
  return Number(fieldsAfterName(stat)[2]) // field 5 of proc(5)
}

export function parseEndedChildrenSeconds(stat: string): number {
  parseCpuSeconds(stat) // throws if this is not such a line
  const [user, system] = fieldsAfterName(stat).slice(13, 15) // fields 16 and 17 of proc(5)
  return (Number(user) + Number(system)) / TICKS_PER_SECOND
}

function fieldsAfterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
