import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readGroupMemory, readGroupThreads, readGroupUsage, sum, type GroupMemory } from './process-group.ts'
import type { Usage } from './usage.ts'

const KILL_AFTER_MS = 60_000

/** A sender and its children, which are a process group of their own. */
export interface SenderProcess {
  /** In ms since 1970. */
  readonly startedMs: number
  usage(): Promise<Usage>
  memory(): Promise<GroupMemory>
  /** CPU seconds by the name of the thread. */
  threads(): Promise<Map<string, number>>
  /** Throws if it has ended. */
  checkRunning(): void
  /** SIGTERM, and resolves after its end. More calls do nothing more. */
  stop(): Promise<void>
}

export interface StartOptions {
  readonly dir: string
  readonly env?: NodeJS.ProcessEnv
}

/** Its output is appended to the file `output` in `dir`. */
export async function startSender(command: readonly string[], { dir, env }: StartOptions): Promise<SenderProcess> {
  const [program = '', ...args] = command
  await using output = await open(join(dir, 'output'), 'a')
  const startedMs = performance.timeOrigin + performance.now()
  const stdio = ['ignore', output.fd, output.fd] as const
  const child = spawn(program, args, { cwd: dir, stdio: [...stdio], detached: true, env: { ...process.env, ...env } })
  await once(child, 'spawn')
  const group = child.pid as number
  const kill = () => killGroup(group)
  process.once('exit', kill)
  return {
    startedMs,
    usage: () => readGroupUsage(group),
    memory: () => readGroupMemory(group),
    threads: () => readGroupThreads(group),
    checkRunning: () => {
      if (hasEnded(child)) throw new Error(`the sender has ended (${child.exitCode ?? child.signalCode})`)
    },
    stop: async () => {
      await end(child)
      kill()
      process.off('exit', kill)
    },
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
  await exited
  clearTimeout(timer)
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // all of its processes have ended
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

export async function readThreadSeconds(sender: SenderProcess): Promise<number> {
  return sum([...(await sender.threads()).values()])
}

const MAX_QUIET_STEP_SECONDS = 5
const MAX_QUIET_SHARE = 0.05

/** Its CPU time has grown by less than a twentieth of a core over five seconds, or as long as it is going to be measured. */
export async function waitUntilQuiet(sender: SenderProcess, seconds: number): Promise<void> {
  const stepSeconds = Math.min(seconds, MAX_QUIET_STEP_SECONDS)
  for (let before = -Infinity; ;) {
    await sleep(stepSeconds * 1000)
    sender.checkRunning()
    const now = await readThreadSeconds(sender)
    if (now - before < MAX_QUIET_SHARE * stepSeconds) return
    before = now
  }
}
