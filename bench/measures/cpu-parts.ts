import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sum } from '../process-group.ts'
import { checkCount, waitForLines, withScene, type Scene, type Site } from '../scene.ts'
import type { Sender } from '../senders/sender.ts'
import type { Log, Workload } from '../workloads/workload.ts'
import { findShares, type CpuProfile, type MainThreadPart } from './cpu-profile.ts'
import type { Column, Figures, Measure } from './measure.ts'

export type CpuPart = 'start' | MainThreadPart

export const CPU_PARTS: Readonly<Record<CpuPart, string>> = {
  start: 'start',
  read: 'read and split',
  encode: 'encode',
  compress: 'compress',
  tls: 'TLS and socket',
  journal: 'journal',
  gc: 'GC and compiling',
  rest: 'rest',
}

const COLUMNS: readonly Column[] = [
  ...Object.entries(CPU_PARTS).map(([figure, header]) => ({ figure, header, digits: 2 })),
  { figure: 'total', header: 'CPU s/GB', digits: 1 },
]

/** CPU seconds per GB: the threads of runs with one line and with all, and the main thread's shares in a profile of another. */
export function makeCpuParts(workload: Workload, megabytes: number): Measure {
  return {
    name: 'cpu-parts',
    key: 'cpu-parts',
    title: `CPU s/GB of forwarder by part, ${workload.title}, ${megabytes.toLocaleString('en')} MB`,
    columns: COLUMNS,
    isOfForwarder: true,
    async prepare(site) {
      const log = await workload.write(site.dir, megabytes * 1e6)
      const one = await writeOneLine(site.dir)
      return {
        description: `${log.lines.toLocaleString('en')} lines, ${(log.bytes / 1e6).toFixed(0)} MB`,
        run: async sender => {
          const start = await measureThreads(sender, site, one)
          const all = await measureThreads(sender, site, log)
          return toFigures({ start, all }, await profile(sender, site, log), log.bytes / 1e9)
        },
      }
    },
  }
}

async function writeOneLine(dir: string): Promise<Log> {
  const [logPath, text] = [join(dir, 'one-line.log'), 'the only line\n']
  await writeFile(logPath, text)
  return { logPath, lines: 1, bytes: text.length }
}

/** CPU seconds by the name of the thread, until all lines had arrived. */
async function measureThreads(sender: Sender, site: Site, { logPath, lines }: Log): Promise<Map<string, number>> {
  return withScene({ sender, site, logPath }, async scene => {
    const child = await scene.start()
    await waitForLines(scene, child, lines)
    const threads = await child.threads()
    await checkCount(scene, lines)
    return threads
  })
}

/** The profiled process writes its profile when it ends. */
async function profile(sender: Sender, site: Site, log: Log): Promise<Map<MainThreadPart, number>> {
  return withScene({ sender, site, logPath: log.logPath }, async scene => {
    const dir = join(scene.dir, 'profile')
    await mkdir(dir)
    const child = await scene.start({ NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${dir}` })
    await waitForLines(scene, child, log.lines)
    const { firstMs, lastMs } = await scene.sink.stats()
    await child.stop()
    const flow = { fromUs: toMonotonicUs(firstMs), toUs: toMonotonicUs(lastMs) }
    return findShares(await readMainProfile(dir, scene), flow)
  })
}

/** The clock of profiles is that of `hrtime`. */
function toMonotonicUs(timeMs: number): number {
  return Number(process.hrtime.bigint() / 1000n) - (Date.now() - timeMs) * 1000
}

/** `CPU.<day>.<time>.<process>.<thread>.<number>.cpuprofile`; the main thread is number 0. */
async function readMainProfile(dir: string, { sender }: Scene): Promise<CpuProfile> {
  const name = (await readdir(dir)).find(file => /\.\d+\.0\.\d+\.cpuprofile$/.test(file))
  if (name === undefined) throw new Error(`${sender.name} has written no profile of its main thread`)
  return JSON.parse(await readFile(join(dir, name), 'utf8')) as CpuProfile
}

/** The first that fits; a worker has the name that its creator gave it, and the agent has only that of its registry. */
const THREADS: readonly (readonly [RegExp, MainThreadPart | 'main'])[] = [
  [/MainThread|^node$/, 'main'],
  [/^libuv-worker/, 'compress'],
  [/V8Worker/, 'gc'],
  [/^(DelayedTaskSche|SignalInspector)/, 'rest'],
  [/./, 'journal'],
]

/** CPU seconds by the name of the thread: of a run with one line, and of one with all of them. */
interface Threads {
  readonly start: Map<string, number>
  readonly all: Map<string, number>
}

function toFigures({ start, all }: Threads, shares: Map<MainThreadPart, number>, gigabytes: number): Figures {
  const seconds = new Map<string, number>([['start', total(start)]])
  const add = (part: string, value: number) => seconds.set(part, (seconds.get(part) ?? 0) + value)
  for (const [thread, used] of all) {
    const later = Math.max(0, used - (start.get(thread) ?? 0))
    const part = THREADS.find(([pattern]) => pattern.test(thread))?.[1] ?? 'rest'
    if (part === 'main') shares.forEach((share, name) => add(name, later * share))
    else add(part, later)
  }
  const figures = Object.keys(CPU_PARTS).map(part => [part, (seconds.get(part) ?? 0) / gigabytes] as const)
  return Object.fromEntries([...figures, ['total', total(all) / gigabytes]])
}

function total(threads: Map<string, number>): number {
  return sum([...threads.values()])
}
