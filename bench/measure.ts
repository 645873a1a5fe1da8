import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { spawnLumberSink, type LumberSink } from '../test/helpers/peers/lumber-sink.ts'
import type { Sender } from './senders.ts'
import { readUsage, type Usage } from './usage.ts'

export interface Workload {
  readonly dir: string
  readonly logPath: string
  readonly lines: number
  readonly bytes: number
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string }
  readonly runTimeoutMs: number
}

export interface Run {
  readonly sender: string
  /** The time from the start of the process to the last window. */
  readonly seconds: number
  /** The time from the first complete window to the last, without the start. */
  readonly flowSeconds: number
  readonly agent: Usage
  readonly receiver: Usage
  readonly windows: number
  readonly connections: number
}

const POLL_MS = 20
/** The time after the last line in which nothing more may arrive; a line sent twice would. */
const QUIET_MS = 300
const KILL_AFTER_MS = 10_000

/** Lets one sender ship the whole log to a fresh receiver. Throws unless every line was counted exactly once. */
export async function measure(sender: Sender, work: Workload, stop: AbortSignal): Promise<Run> {
  const dir = join(work.dir, `${sender.name.replaceAll(/\W/g, '-')}-state`)
  await mkdir(dir)
  const sink = await spawnLumberSink({
    count: true,
    own: sender.isOwnForm ?? false,
    protocols: [sender.protocol],
    tls: receiverTls(work),
  })
  try {
    const place = { dir, logPath: work.logPath, port: sink.port, ca: work.tls.ca }
    return await run(await sender.prepare(place), { sender, sink, dir, work, stop })
  } finally {
    await sink.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Leaves the CA out: with it, the receiver would ask the senders for certificates. */
function receiverTls({ tls: { cert, key } }: Workload): { cert: string; key: string } {
  return { cert, key }
}

interface RunContext {
  readonly sender: Sender
  readonly sink: LumberSink
  readonly dir: string
  readonly work: Workload
  readonly stop: AbortSignal
}

async function run(command: readonly string[], { sender, sink, dir, work, stop }: RunContext): Promise<Run> {
  const [program = '', ...args] = command
  const outputPath = join(dir, 'output')
  await using written = await open(outputPath, 'w')
  const startedMs = performance.timeOrigin + performance.now()
  const child = spawn(program, args, { cwd: dir, stdio: ['ignore', written.fd, written.fd] })
  try {
    await once(child, 'spawn')
    await waitForLines(child, { sink, work, stop })
    const [agent, receiver] = await Promise.all([readUsage(child.pid as number), readUsage(sink.pid)])
    await sleep(QUIET_MS)
    const { events, windows, connections, firstMs, lastMs } = await sink.stats()
    if (events !== work.lines) throw new Error(`${work.lines} lines were expected, ${events} arrived`)
    const seconds = (lastMs - startedMs) / 1000
    return {
      sender: sender.name,
      seconds,
      flowSeconds: (lastMs - firstMs) / 1000,
      agent,
      receiver,
      windows,
      connections,
    }
  } catch (cause) {
    const output = (await readFile(outputPath, 'utf8')).slice(-2000)
    throw new Error(`${sender.name}: ${(cause as Error).message}\n${command.join(' ')}\n${output}`, { cause })
  } finally {
    await end(child)
  }
}

interface Expectation {
  readonly sink: LumberSink
  readonly work: Workload
  readonly stop: AbortSignal
}

async function waitForLines(child: ChildProcess, { sink, work, stop }: Expectation): Promise<void> {
  const deadline = performance.now() + work.runTimeoutMs
  for (;;) {
    const { events } = await sink.stats()
    if (events >= work.lines) return
    stop.throwIfAborted()
    if (hasEnded(child))
      throw new Error(`the sender ended (${child.exitCode ?? child.signalCode}) after ${events} lines`)
    if (performance.now() > deadline) throw new Error(`only ${events} of ${work.lines} lines arrived in time`)
    await sleep(POLL_MS)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
  await exited
  clearTimeout(timer)
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
