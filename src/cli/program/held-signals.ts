import { watchTerminal } from './terminal-closed.ts'

/** Signals that came before the program could act on them. */
export interface HeldSignals {
  /** True once the terminal that the program started with is closed. */
  readonly isTerminalClosed: () => boolean
  /** Sends held signals again, to the handlers of now or to the default ones, and holds no more. */
  release(): void
}

const HELD = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** From now on these signals wait: a reload or stop that comes during the start must not kill the service. */
export function holdSignals(): HeldSignals {
  const isTerminalClosed = watchTerminal()
  const received = new Set<NodeJS.Signals>()
  const hold = (name: NodeJS.Signals) => void received.add(name)
  for (const name of HELD) process.on(name, hold)
  return {
    isTerminalClosed,
    release() {
      for (const name of HELD) process.off(name, hold)
      for (const name of received) process.kill(process.pid, name)
      received.clear()
    },
  }
}
