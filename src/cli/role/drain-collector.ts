import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseDuration } from '../../config/values/duration.ts'
import { loadCollectorStateDir } from '../../config/load.ts'
import { readHolder, type Holder } from '../../sqlite/state-directory-lock.ts'
import type { CommandInput } from '../program/command-contract.ts'
import { UsageError, requiredOption, textOption } from '../program/option-values.ts'
import { EXIT } from '../program/exit-codes.ts'
import type { ExitCode } from '../program/exit-codes.ts'

const DEFAULT_TIMEOUT_MS = 60_000
const POLL_MS = 50

/** Stops the collector of a configuration, and waits for its end. */
export async function drainCollector(input: CommandInput): Promise<ExitCode> {
  const stateDir = loadCollectorStateDir(requiredOption(input, 'config'))
  const timeoutMs = readTimeout(input)
  const holder = findRunning(stateDir)
  if (holder === undefined) {
    input.terminal.err.write(`no collector is running with the state directory ${stateDir}\n`)
    return EXIT.failed
  }
  requestStop(holder)
  const startedAtMs = Date.now()
  while (Date.now() - startedAtMs < timeoutMs) {
    if (findRunning(stateDir)?.pid !== holder.pid) {
      input.terminal.out.write(`drained: the collector (process ${holder.pid}) has finished its windows and exited\n`)
      return EXIT.done
    }
    await sleep(POLL_MS)
  }
  input.terminal.err.write(
    `the collector (process ${holder.pid}) is still stopping after ${timeoutMs} ms; its log shows what it is waiting for\n`,
  )
  return EXIT.failed
}

/** Throws where the process belongs to another user. */
function requestStop({ pid }: Holder): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch (error) {
    // It has just ended, as intended.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return
    throw new UsageError(
      `this user may not stop collector ${pid}: run the command as the user of that process, or as root`,
    )
  }
}

function readTimeout(input: CommandInput): number {
  const text = textOption(input, 'timeout')
  if (text === undefined) return DEFAULT_TIMEOUT_MS
  const timeoutMs = parseDuration(text)
  if (timeoutMs !== undefined) return timeoutMs
  throw new UsageError(`--timeout takes a duration such as "90s" or "5m", not "${text}"`)
}

/** The collector that holds the directory now. Throws where it runs on another machine. */
function findRunning(stateDir: string): Holder | undefined {
  const found = readHolder(stateDir)
  if (found?.isHeld !== true || found.holder.role !== 'collector') return undefined
  if (found.holder.host === hostname()) return found.holder
  throw new UsageError(
    `the collector with the state directory ${stateDir} runs on ${found.holder.host}; drain it there`,
  )
}
