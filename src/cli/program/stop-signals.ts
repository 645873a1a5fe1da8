import type { Signals } from '../../flow/contract.ts'

const STOPPING = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

export interface StopSignals extends Signals {
  /** Stops listening. */
  release(): void
}

/**
 * The first signal asks for an orderly stop; the second one ends the program at once. SIGHUP counts only where `isHangUp`
 * gives true: a role reloads its configuration at that signal, and stops only if its terminal was closed.
 */
export function listenForStop(
  onSignal: (name: string, isLast: boolean) => void,
  isHangUp: () => boolean = () => true,
): StopSignals {
  const stop = new AbortController()
  const giveUp = new AbortController()
  const listener = (name: NodeJS.Signals) => {
    if (name === 'SIGHUP' && !isHangUp()) return
    const isLast = stop.signal.aborted
    onSignal(name, isLast)
    if (isLast) giveUp.abort()
    else stop.abort()
  }
  for (const name of STOPPING) process.on(name, listener)
  return {
    stop: stop.signal,
    giveUp: giveUp.signal,
    release() {
      for (const name of STOPPING) process.off(name, listener)
    },
  }
}
