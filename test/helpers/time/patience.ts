import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'

/** How long something may take now that takes at most `limitMs` on a quiet machine: every time limit of a test is one. */
export function patience(limitMs: number): number {
  return Math.ceil(limitMs * weighLoad([loadavg()[0] ?? 0, countRunnable()], availableParallelism()))
}

/** More than one process wants each core: an order of events between processes cannot be relied on. */
export function isBusy(): boolean {
  return patience(1000) > 1000
}

/** How many want each core, by the figure that has most of them; at least 1. */
export function weighLoad(wanting: readonly number[], cores: number): number {
  return Math.max(1, ...wanting.map(count => count / cores))
}

/** At this moment; the load average follows it by a minute. */
function countRunnable(): number {
  try {
    return Number(/ (\d+)\//.exec(readFileSync('/proc/loadavg', 'utf8'))?.[1] ?? 0)
  } catch {
    return 0 // only Linux has it
  }
}
