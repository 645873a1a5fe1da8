import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findFreePorts } from '../../src/demo/role-process.ts'
import { waitForLines, withScene, type Scene } from '../scene.ts'
import { waitUntilQuiet, type SenderProcess } from '../sender-process.ts'
import { measureIdleness } from './idle.ts'
import type { Column, Figures, Measure } from './measure.ts'

const FILES_PER_DIRECTORY = 1000
const LINE =
  '2026-11-28T10:00:00.000Z info request served in 12 ms, status 200, path /api/v1/orders, client 203.0.113.7\n'

const COLUMNS: readonly Column[] = [
  { figure: 'startCpuSeconds', header: 'start CPU s', digits: 1, hasRatio: true },
  { figure: 'peakRssMb', header: 'peak RSS MB', digits: 0, hasRatio: true },
  { figure: 'newFileSeconds', header: 'new file s', digits: 1 },
  { figure: 'restartCpuSeconds', header: 'restart CPU s', digits: 1, hasRatio: true },
  { figure: 'idlePercent', header: 'idle, % of a core', digits: 2, hasRatio: true },
  { figure: 'lookCpuMs', header: 'CPU of a look, ms', digits: 0 },
  { figure: 'privateMb', header: 'private MB', digits: 0, hasRatio: true },
]

/** Files of one line each: the start until all lines have arrived, a new file, a restart, and then nothing to do. */
export function makeManyFiles(files: number, seconds: number): Measure {
  return {
    name: 'many-files',
    key: `files-${files}`,
    title: `${files.toLocaleString('en')} files, of which none is written`,
    columns: COLUMNS,
    async prepare(site) {
      let runs = 0
      return {
        description: `${files.toLocaleString('en')} files of one line, idle for ${seconds} s`,
        run: async sender => {
          const logs = join(site.dir, `logs-${runs++}`)
          await makeFiles(logs, files)
          const [metricsPort = 0] = await findFreePorts(1)
          const run = { sender, site, logPath: join(logs, '*/*.log'), metricsPort }
          return withScene(run, scene => measure(scene, { logs, files, seconds, metricsPort }))
        },
      }
    },
  }
}

async function makeFiles(logs: string, files: number): Promise<void> {
  for (let i = 0; i < files; i++) {
    const path = join(logs, String(Math.floor(i / FILES_PER_DIRECTORY)), `service-${i}.log`)
    if (i % FILES_PER_DIRECTORY === 0) await mkdir(dirname(path), { recursive: true })
    await appendFile(path, `${i} ${LINE}`)
  }
}

interface Input {
  readonly logs: string
  readonly files: number
  readonly seconds: number
  readonly metricsPort: number
}

async function measure(scene: Scene, input: Input): Promise<Figures> {
  const first = await scene.start()
  await waitForLines(scene, first, input.files)
  const { cpuSeconds: startCpuSeconds } = await first.usage()
  const newFileSeconds = await timeNewFile(scene, first, input)
  const { peakRssBytes } = await first.usage()
  await waitUntilQuiet(first, input.seconds) // its state is written
  await first.stop()
  const second = await scene.start()
  await waitUntilQuiet(second, input.seconds)
  const { cpuSeconds: restartCpuSeconds } = await second.usage()
  const idleness = await measureLooks(scene, second, input)
  const { privateBytes } = await second.memory()
  const later = { restartCpuSeconds, ...idleness, privateMb: privateBytes / 1e6 }
  return { startCpuSeconds, peakRssMb: peakRssBytes / 1e6, newFileSeconds, ...later }
}

async function timeNewFile(scene: Scene, child: SenderProcess, { logs, files }: Input): Promise<number> {
  const startedMs = performance.now()
  await writeFile(join(logs, '0', 'new.log'), LINE)
  await waitForLines(scene, child, files + 1)
  return (performance.now() - startedMs) / 1000
}

async function measureLooks({ sender }: Scene, child: SenderProcess, input: Input): Promise<Figures> {
  const countLooks = async () => (sender.countLooks === undefined ? 0 : sender.countLooks(input.metricsPort))
  const before = await countLooks()
  const idlePercent = await measureIdleness(child, input.seconds)
  const looks = (await countLooks()) - before
  return looks > 0 ? { idlePercent, lookCpuMs: (10 * idlePercent * input.seconds) / looks } : { idlePercent }
}
