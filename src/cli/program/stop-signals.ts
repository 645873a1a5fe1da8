import type { Signals } from '../../flow/contract.ts'

const STOPPING = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

export interface StopSignals extends Signals {
  /** Listens no more. */
  release(): void
}

/**
 * The first signal asks for an orderly stop; the second one ends the patience. SIGHUP is one of them where `isHangUp` says
 * so: for whoever reads a configuration again at that signal, only a terminal that was closed is a reason to stop.
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
