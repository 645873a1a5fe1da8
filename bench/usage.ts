import { readFile } from 'node:fs/promises'

export interface Usage {
  /** User and system time of all threads, including ended ones. The kernel counts in hundredths. */
  readonly cpuSeconds: number
  /** The maximum of resident memory, which the kernel keeps without sampling. */
  readonly peakRssBytes: number
}

/** Clock ticks in /proc are 1/100 s on every Linux since 2.4. */
const TICKS_PER_SECOND = 100

/** Reads what a running process has used so far. */
export async function readUsage(pid: number): Promise<Usage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ])
  return { cpuSeconds: parseCpuSeconds(stat), peakRssBytes: parsePeakRss(status) }
}

/** The name in the second field may have spaces and brackets; only numbers follow the last bracket. */
export function parseCpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [fields[11], fields[12]].map(Number) // fields 14 and 15 of proc(5)
  if (!Number.isFinite(user) || !Number.isFinite(system)) throw new Error(`no times in /proc/…/stat: "${stat}"`)
  return ((user as number) + (system as number)) / TICKS_PER_SECOND
}

export function parsePeakRss(status: string): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
  if (kibibytes === undefined) throw new Error('no VmHWM in /proc/…/status: the process has ended or this is not Linux')
  return Number(kibibytes) * 1024
}

/** Memory of a running process that no other one shares. */
export async function readPrivateBytes(pid: number): Promise<number> {
  return parsePrivateBytes(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'))
}

export function parsePrivateBytes(rollup: string): number {
  const kibibytes = [...rollup.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)].map(([, text]) => Number(text))
  return kibibytes.reduce((sum, size) => sum + size, 0) * 1024
}

export interface Memory {
  /** Heap, stacks and buffers: without the pages of files, such as those of the program. */
  readonly anonymousBytes: number
  readonly residentBytes: number
}

export async function readMemory(pid: number): Promise<Memory> {
  return parseMemory(await readFile(`/proc/${pid}/status`, 'utf8'))
}

export function parseMemory(status: string): Memory {
  const [anonymous, resident] = ['RssAnon', 'VmRSS'].map(name =>
    Number(new RegExp(String.raw`^${name}:\s+(\d+) kB$`, 'm').exec(status)?.[1]),
  )
  return { anonymousBytes: (anonymous ?? Number.NaN) * 1024, residentBytes: (resident ?? Number.NaN) * 1024 }
}
