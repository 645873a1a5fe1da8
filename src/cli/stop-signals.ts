import type { Signals } from '../flow/contract.ts'

/** SIGHUP is a terminal that was closed: as good a reason to stop in order as the others. */
const STOPPING = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

export interface StopSignals extends Signals {
  /** Listens no more. */
  release(): void
}

/** The first signal asks for an orderly stop; the second one ends the patience. */
export function listenForStop(onSignal: (name: string, isLast: boolean) => void): StopSignals {
  const stop = new AbortController()
  const giveUp = new AbortController()
  const listener = (name: NodeJS.Signals) => {
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
