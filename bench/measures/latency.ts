import { open, readFile, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeAccessLogLine } from '../../src/demo/access-log.ts'
import { checkCount, waitForLines, withScene, type Scene } from '../scene.ts'
import { readThreadSeconds } from '../sender-process.ts'
import type { Figures, Measure } from './measure.ts'

const LINES_PER_SECOND = 1000
const TICK_MS = 5
/** After the first line has arrived, for what a start leaves behind. */
const SETTLE_MS = 2000

/** From the write of a line to the receipt of its window, which is acked at once. */
export function makeLatency(seconds: number): Measure {
  return {
    name: 'latency',
    key: 'latency',
    title: `Latency, 1,000 lines/s for ${seconds} s`,
    columns: [
      { figure: 'p50Ms', header: 'p50 ms', digits: 0, hasRatio: true },
      { figure: 'p99Ms', header: 'p99 ms', digits: 0, hasRatio: true },
      { figure: 'maxMs', header: 'max ms', digits: 0 },
      { figure: 'cpuPercent', header: '% of a core', digits: 1, hasRatio: true },
    ],
    async prepare(site) {
      let runs = 0
      return {
        description: `${(LINES_PER_SECOND * seconds).toLocaleString('en')} lines`,
        run: async sender => {
          const logPath = join(site.dir, `latency-${runs++}.log`)
          await writeFile(logPath, `${makeAccessLogLine(0)}\n`)
          return withScene({ sender, site, logPath, isTraced: true }, scene => measure(scene, logPath, seconds))
        },
      }
    },
  }
}

async function measure(scene: Scene, logPath: string, seconds: number): Promise<Figures> {
  const child = await scene.start()
  await waitForLines(scene, child, 1)
  await sleep(SETTLE_MS)
  const before = await readThreadSeconds(child)
  await using file = await open(logPath, 'a')
  const writtenMs = await writeSteadily(file, seconds * LINES_PER_SECOND)
  const lines = writtenMs.length + 1
  await waitForLines(scene, child, lines)
  const used = (await readThreadSeconds(child)) - before
  await checkCount(scene, lines)
  const latencies = findLatencies(writtenMs, parseTrace(await readFile(scene.tracePath, 'utf8')), 1)
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), cpuPercent: (100 * used) / seconds }
}

/** Writes what is due every few milliseconds; returns for each line the time before its write, in ms since 1970. */
async function writeSteadily(file: FileHandle, count: number): Promise<number[]> {
  const writtenMs: number[] = []
  const startedMs = performance.now()
  while (writtenMs.length < count) {
    await sleep(TICK_MS)
    const due = Math.min(count, Math.floor(((performance.now() - startedMs) * LINES_PER_SECOND) / 1000))
    const numbers = Array.from({ length: due - writtenMs.length }, (_, i) => writtenMs.length + 1 + i)
    const text = numbers.map(number => `${makeAccessLogLine(number)}\n`).join('')
    const now = Date.now() // the clock of the receiver
    await file.appendFile(text)
    for (const _ of numbers) writtenMs.push(now)
  }
  return writtenMs
}

export interface Arrival {
  /** The lines that have arrived so far. */
  readonly lines: number
  readonly timeMs: number
}

export function parseTrace(text: string): Arrival[] {
  const rows = text.split('\n').filter(row => row !== '')
  return rows.map(row => {
    const [lines = Number.NaN, timeMs = Number.NaN] = row.split(' ').map(Number)
    return { lines, timeMs }
  })
}

/** Lines arrive in the order of their file, after `earlier` others. */
export function findLatencies(writtenMs: readonly number[], arrivals: readonly Arrival[], earlier: number): number[] {
  let at = 0
  return writtenMs.map((timeMs, line) => {
    while ((arrivals[at]?.lines ?? Infinity) <= line + earlier) at++
    return (arrivals[at]?.timeMs ?? Number.NaN) - timeMs
  })
}
