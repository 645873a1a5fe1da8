import { Bell } from '../../flow/bell.ts'
import type { LinkConnection } from './link-connection.ts'
import type { LinkContext } from './link-context.ts'
import { waitForBetterServer } from './servers/failback.ts'
import type { ServerChoice } from './servers/server-choice.ts'
import type { LinkRecord } from './link-record.ts'

/** Why a connection that works is replaced by another one. */
export type RenewalReason =
  | 'its age'
  | 'new certificates'
  | 'its server is not listed any more'
  | 'a better server is back'

export interface RenewalParts {
  readonly context: LinkContext
  readonly choice: ServerChoice
  readonly record: LinkRecord
}

/** The longest time that a timer takes. */
export const MAX_TIMER_MS = 2 ** 31 - 1

/** Resolves when the connection is to be renewed; with undefined when `over` fires first. */
export async function waitForRenewal(
  connection: LinkConnection,
  parts: RenewalParts,
  over: AbortSignal,
): Promise<RenewalReason | undefined> {
  const { servers, dialing, times } = parts.context
  const changed = new Bell()
  const stopListening = [servers, dialing.tls].map(watched => watched?.onChange(() => changed.ring()))
  const probing = new AbortController()
  let isBetterBack = false
  const probe = async () => {
    const probeOptions = { choice: parts.choice, dialing, ...times.failback }
    const better = await waitForBetterServer(connection.server, probeOptions, AbortSignal.any([over, probing.signal]))
    if (better === undefined) return
    parts.record.noteWorking(better)
    isBetterBack = true
    changed.ring()
  }
  void probe()
  try {
    while (!over.aborted) {
      const reason = isBetterBack ? 'a better server is back' : findReason(connection, parts)
      if (reason !== undefined) return reason
      const leftMs = Math.max(0, connection.renewAtMs - Date.now())
      await changed.wait(over, Math.min(Math.ceil(leftMs) + 1, MAX_TIMER_MS)) // timers may be early by a part of a millisecond
    }
    return undefined
  } finally {
    probing.abort()
    for (const stop of stopListening) stop?.()
  }
}

function findReason(connection: LinkConnection, { choice, context }: RenewalParts): RenewalReason | undefined {
  const { servers, dialing } = context
  if (connection.credentials < (dialing.tls?.generation ?? 0)) return 'new certificates'
  // An empty list is more likely a fault of the list than a wish: a connection that works stays.
  const isListed = servers.current.length === 0 || choice.find(connection.server) !== undefined
  if (!isListed) return 'its server is not listed any more'
  return Date.now() >= connection.renewAtMs ? 'its age' : undefined
}
