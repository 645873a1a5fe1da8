// Ends what takes too long in this thread: JavaScript, and a pattern of which V8 never comes back.
import { Script, createContext } from 'node:vm'

/** A call with a limit costs a quarter of a millisecond, so tasks are run together for this long. */
const TOGETHER_MS = 50
/** A machine that is busy must not end a task: so much of the limit has to be CPU time. */
const CPU_SHARE = 0.8
/** A task that waits uses no CPU time: so many times the limit are too long anyway. */
const MAX_PATIENCE = 10

const CALL = new Script('call()')
const host = createContext({ call: () => {} })

/** What is to be done for each number from 0 to below `count`. */
export interface Tasks<Result> {
  readonly count: number
  readonly run: (task: number) => Result
  /** The result of a task that was ended. */
  readonly giveUp: (task: number) => Result
}

/** Runs the tasks in their order; each of them may use this much CPU time. A task may be begun again. */
export function runWithin<Result>(limitMs: number, { count, run, giveUp }: Tasks<Result>): Result[] {
  const results: Result[] = []
  let begunAtMs = 0
  let patience = 1
  const runSome = (): void => {
    const untilMs = performance.now() + TOGETHER_MS
    while (results.length < count && performance.now() < untilMs) {
      begunAtMs = cpuMs()
      results.push(run(results.length))
      patience = 1
    }
  }
  while (results.length < count) {
    if (!isEnded(runSome, TOGETHER_MS + limitMs * patience)) continue
    const isOver = patience >= MAX_PATIENCE || cpuMs() - begunAtMs >= CPU_SHARE * limitMs
    if (isOver) results.push(giveUp(results.length))
    patience = isOver ? 1 : patience * 2
  }
  return results
}

/** Whether it was ended; no `finally` of it has run then. */
function isEnded(call: () => void, timeoutMs: number): boolean {
  try {
    host['call'] = call
    CALL.runInContext(host, { timeout: Math.ceil(timeoutMs) })
    return false
  } catch (error) {
    // It is an error of the other context, and no instance of Error here.
    if ((error as { readonly code?: unknown } | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return true
    throw error
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
