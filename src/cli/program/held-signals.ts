import { watchTerminal } from './terminal-closed.ts'

/** Signals that came before anyone was there to act on them. */
export interface HeldSignals {
  /** Whether the terminal that the program began with was closed since. */
  readonly isTerminalClosed: () => boolean
  /** Holds no more; what came meanwhile is sent again, to whoever listens now or to the system's own ways. */
  release(): void
}

const HELD = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** From now on these signals wait: a service that is told to reload or to stop while it begins must not be killed by it. */
export function holdSignals(): HeldSignals {
  const isTerminalClosed = watchTerminal()
  const came = new Set<NodeJS.Signals>()
  const hold = (name: NodeJS.Signals) => void came.add(name)
  for (const name of HELD) process.on(name, hold)
  return {
    isTerminalClosed,
    release() {
      for (const name of HELD) process.off(name, hold)
      for (const name of came) process.kill(process.pid, name)
      came.clear()
    },
  }
}
