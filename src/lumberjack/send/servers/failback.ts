import { performance } from 'node:perf_hooks'
import { wait } from '../../../flow/backoff.ts'
import { type DialOptions, dial } from './dial.ts'
import { type ServerAddress, keyOf } from './server-address.ts'
import type { ServerChoice } from './server-choice.ts'

export interface FailbackTimes {
  /** Between two attempts to reach a better server. */
  readonly probeMs: number
  /** It has to be reached by each attempt for this long. */
  readonly wellMs: number
}

export const defaultFailbackTimes: FailbackTimes = { probeMs: 10_000, wellMs: 30_000 }

export interface FailbackOptions extends FailbackTimes {
  readonly choice: ServerChoice
  readonly dialing: DialOptions
}

/** Resolves with a better server than this one that has worked for a while; with undefined when `signal` fires. */
export async function waitForBetterServer(
  server: ServerAddress,
  { choice, dialing, probeMs, wellMs }: FailbackOptions,
  signal: AbortSignal,
): Promise<ServerAddress | undefined> {
  let wellKey = ''
  let wellSinceMs = 0
  while (choice.better !== undefined && !signal.aborted) {
    // Each at its own pace, so that a fleet does not probe at the same moment.
    await wait(probeMs * (0.75 + 0.5 * dialing.random()), signal)
    const found = await findWorking(choice.better(server), dialing, signal)
    if (found === undefined || keyOf(found) !== wellKey) {
      wellKey = found === undefined ? '' : keyOf(found)
      wellSinceMs = performance.now()
    } else if (performance.now() - wellSinceMs >= wellMs) {
      return found
    }
  }
  return undefined
}

/** The first that takes a connection, TLS included. */
async function findWorking(
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
      continue // it does not work, whatever the reason: the link logs reasons when it connects in earnest
    }
  }
  return undefined
}
