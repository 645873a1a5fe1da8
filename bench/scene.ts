import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type LumberSink, spawnLumberSink } from '../test/helpers/peers/lumber-sink.ts'
import { startSender, type SenderProcess } from './sender-process.ts'
import type { Sender } from './senders/sender.ts'

/** What all runs have in common. */
export interface Site {
  readonly dir: string
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string }
  readonly runTimeoutMs: number
  readonly stop: AbortSignal
}

/** One sender in a fresh directory, with a receiver of its own. */
export interface Scene {
  readonly sender: Sender
  readonly site: Site
  readonly dir: string
  readonly sink: LumberSink
  /** If it was asked for, it has a line for each window: the number of lines so far, and the time. */
  readonly tracePath: string
  start(env?: NodeJS.ProcessEnv): Promise<SenderProcess>
}

export interface Run {
  readonly sender: Sender
  readonly site: Site
  /** A path or a pattern. */
  readonly logPath: string
  readonly isTraced?: boolean
  readonly metricsPort?: number
}

/** Sets the scene, and clears it. An error has the last output of the sender in its message. */
export async function withScene<Result>(run: Run, play: (scene: Scene) => Promise<Result>): Promise<Result> {
  const { sender, site, logPath, metricsPort } = run
  const dir = await mkdtemp(join(site.dir, 'run-'))
  const tracePath = join(dir, 'trace')
  const sink = await openSink(run, tracePath)
  const started: SenderProcess[] = []
  try {
    const place = { dir, logPath, port: sink.port, ca: site.tls.ca }
    const command = await sender.prepare(metricsPort === undefined ? place : { ...place, metricsPort })
    const start = async (env: NodeJS.ProcessEnv = {}) => {
      const child = await startSender(command, { dir, env })
      started.push(child)
      return child
    }
    return await play({ sender, site, dir, sink, tracePath, start })
  } catch (cause) {
    throw new Error(`${sender.name}: ${(cause as Error).message}\n${await readOutput(dir)}`, { cause })
  } finally {
    for (const child of started) await child.stop()
    await sink.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Leaves the CA out: with it, the receiver would ask the senders for certificates. */
async function openSink({ sender, site, isTraced }: Run, trace: string): Promise<LumberSink> {
  const { cert, key } = site.tls
  const { protocol, isOwnForm: own = false } = sender
  const options = { count: true, own, protocols: [protocol], tls: { cert, key } }
  return spawnLumberSink(isTraced ? { ...options, trace } : options)
}

async function readOutput(dir: string): Promise<string> {
  return (await readFile(join(dir, 'output'), 'utf8').catch(() => 'it was not started')).slice(-2000)
}

const POLL_MS = 10
/** The time after the last line in which nothing more may arrive; a line that is sent twice would. */
const QUIET_MS = 300

/** Resolves as soon as the receiver has counted at least that many lines. */
export async function waitForLines(scene: Scene, child: SenderProcess, lines: number): Promise<void> {
  const { runTimeoutMs, stop } = scene.site
  const deadline = performance.now() + runTimeoutMs
  for (;;) {
    const { events } = await scene.sink.stats()
    if (events >= lines) return
    stop.throwIfAborted()
    child.checkRunning()
    if (performance.now() > deadline) throw new Error(`only ${events} of ${lines} lines arrived in time`)
    await sleep(POLL_MS)
  }
}

/** Throws unless the receiver counts exactly that many lines, also after a pause. */
export async function checkCount({ sink }: Scene, lines: number): Promise<void> {
  await sleep(QUIET_MS)
  const { events } = await sink.stats()
  if (events !== lines) throw new Error(`${lines} lines were expected, ${events} arrived`)
}
