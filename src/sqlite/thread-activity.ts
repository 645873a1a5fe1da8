import { readFileSync, readlinkSync } from 'node:fs'

/** What one of this process's threads does, as the kernel sees it. */
export interface ThreadActivity {
  /** System calls that read or wrote, since it began. */
  readonly calls: number
  /** The thread is in a system call that does not wait for other threads: it reads, writes or syncs, however long that takes. */
  readonly isInSystem: boolean
}

/** System calls in which a thread waits for another: futex, epoll_wait, epoll_pwait, epoll_pwait2, poll, ppoll. */
const WAITS: Readonly<Record<string, readonly number[]>> = {
  x64: [202, 232, 281, 441, 7, 271],
  arm64: [98, 22, 441, 73],
}

/** The calling thread's place in `/proc`; undefined on a system that has none. */
export function findOwnThread(): string | undefined {
  try {
    return `/proc/${readlinkSync('/proc/thread-self')}`
  } catch {
    return undefined // not Linux, or /proc is not mounted: then the thread is not watched
  }
}

/** Undefined where the system does not show it. */
export function lookAtThread(thread: string): ThreadActivity | undefined {
  const waits = WAITS[process.arch]
  if (waits === undefined) return undefined
  try {
    return {
      calls: countCalls(readFileSync(`${thread}/io`, 'utf8')),
      isInSystem: isInSystem(readFileSync(`${thread}/syscall`, 'utf8'), waits),
    }
  } catch {
    return undefined // the thread has ended, or the system hides it
  }
}

function countCalls(io: string): number {
  const [reads, writes] = ['syscr', 'syscw'].map(name =>
    Number(new RegExp(`^${name}: (\\d+)$`, 'mu').exec(io)?.[1] ?? 0),
  )
  return (reads ?? 0) + (writes ?? 0)
}

/** The text is `running` or the number of the system call; -1 for any other wait in the kernel, such as for a page. */
function isInSystem(text: string, waits: readonly number[]): boolean {
  const [first = ''] = text.split(' ', 1)
  return first.trim() !== 'running' && !waits.includes(Number(first))
}
