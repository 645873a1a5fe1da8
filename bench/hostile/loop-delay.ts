// Preloaded into a collector (`--import`): measures how late its event loop is. SIGUSR2 has the figures since the last
// SIGUSR2 written to the file that LOOP_DELAY_FILE names, and with LOOP_PROFILE the CPU profile of that time beside it.
import { renameSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { isMainThread } from 'node:worker_threads'

/** In milliseconds, one number for each tick of a timer. */
export interface LoopTicks {
  /** By how much the tick came too late. */
  readonly late: readonly number[]
  /** CPU time of the main thread since the tick before: what the loop did itself, however busy the machine is. */
  readonly cpu: readonly number[]
}

const TICK_MS = 5

function measure(path: string, isProfiled: boolean): void {
  let ticks = { late: [] as number[], cpu: [] as number[] }
  let last = readClocks()
  const tick = () => {
    const now = readClocks()
    ticks.late.push(Math.max(0, now.ms - last.ms - TICK_MS))
    ticks.cpu.push(now.cpuMs - last.cpuMs)
    last = now
  }
  setInterval(tick, TICK_MS).unref()
  const profiler = isProfiled ? startProfiler() : undefined
  const cut = async () => {
    tick()
    const measured = ticks
    await (
      await profiler
    )?.(`${path}.cpuprofile`)
    writeWhole(path, JSON.stringify(measured))
    ticks = { late: [], cpu: [] } // not what the cut itself took
    last = readClocks()
  }
  process.on('SIGUSR2', () => void cut())
}

function readClocks(): { readonly ms: number; readonly cpuMs: number } {
  const { user, system } = process.threadCpuUsage()
  return { ms: performance.now(), cpuMs: (user + system) / 1000 }
}

/** Returns what writes the profile so far and begins another one. */
async function startProfiler(): Promise<(path: string) => Promise<void>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  return async path => {
    const { profile } = await session.post('Profiler.stop')
    await session.post('Profiler.start')
    writeWhole(path, JSON.stringify(profile))
  }
}

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

const path = process.env['LOOP_DELAY_FILE']
if (isMainThread && path !== undefined) measure(path, process.env['LOOP_PROFILE'] !== undefined)
