import { wait } from '../../../flow/backoff.ts'
import type { ServerChoice } from './server-choice.ts'
import { type DialOptions, dial } from './dial.ts'
import { type ServerAddress, keyOf } from './server-address.ts'

export interface FailbackTimes {
  /** Between two looks whether a better server is there. */
  readonly probeMs: number
  /** It has to be there at each look for so long. */
  readonly wellMs: number
}

export const defaultFailbackTimes: FailbackTimes = { probeMs: 10_000, wellMs: 30_000 }

export interface FailbackOptions extends FailbackTimes {
  readonly choice: ServerChoice
  readonly dialing: DialOptions
}

/** Resolves with true when a better server than this one has been well for a while; with false when `signal` fires. */
export async function waitForBetterServer(
  server: ServerAddress,
  { choice, dialing, probeMs, wellMs }: FailbackOptions,
  signal: AbortSignal,
): Promise<boolean> {
  let wellKey = ''
  let wellSinceMs = 0
  while (choice.better !== undefined && !signal.aborted) {
    // Each at its own pace, so that a fleet does not knock at once.
    await wait(probeMs * (0.75 + 0.5 * dialing.random()), signal)
    const found = await findWell(choice.better?.(server) ?? [], dialing, signal)
    if (found === undefined || keyOf(found) !== wellKey) {
      wellKey = found === undefined ? '' : keyOf(found)
      wellSinceMs = performance.now()
    } else if (performance.now() - wellSinceMs >= wellMs) {
      choice.worked(found)
      return true
    }
  }
  return false
}

/** The first that takes a connection, TLS and all. */
async function findWell(
  servers: readonly ServerAddress[],
  dialing: DialOptions,
  signal: AbortSignal,
): Promise<ServerAddress | undefined> {
  for (const server of servers) {
    if (signal.aborted) return undefined
    try {
      const { socket } = await dial(server, dialing, signal)
      socket.destroySoon()
      return server
    } catch {
      continue // not well, whatever the reason: the link says reasons when it tries in earnest
    }
  }
  return undefined
}
