import type { Signals } from '../../flow/contract.ts'
import type { Log } from '../../telemetry/log.ts'

export interface ForcedEndOptions {
  readonly signals: Signals
  readonly log: Log
  /** How long an orderly stop may take, in milliseconds; undefined: as long as it takes. Asked when the stop begins. */
  readonly limitMs: () => number | undefined
}

/** What follows a second signal are a few writes. */
const LAST_WRITES_MS = 1000

/**
 * Kills the process where its end takes too long, for example because a disk hangs. `process.exit` would wait for the thread
 * that waits for the disk. State and journal are made for a kill at any moment.
 */
export function forceEnd({ signals, log, limitMs }: ForcedEndOptions): () => void {
  const timers = new Set<NodeJS.Timeout>()
  const killAfter = (milliseconds: number) => timers.add(setTimeout(() => kill(log), milliseconds))
  const onStop = () => {
    const milliseconds = limitMs()
    if (milliseconds !== undefined) killAfter(milliseconds)
  }
  const onGiveUp = () => killAfter(LAST_WRITES_MS)
  signals.stop.addEventListener('abort', onStop)
  signals.giveUp.addEventListener('abort', onGiveUp)
  return () => {
    signals.stop.removeEventListener('abort', onStop)
    signals.giveUp.removeEventListener('abort', onGiveUp)
    for (const timer of timers) clearTimeout(timer)
  }
}

function kill(log: Log): void {
  try {
    log.error({}, 'the end takes too long; killing the process. Lines without an ack are sent again at the next start')
  } finally {
    process.kill(process.pid, 'SIGKILL')
  }
}
