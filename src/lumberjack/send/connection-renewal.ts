import { Bell } from '../../flow/wake-up-bell.ts'
import type { LinkConnection } from './link-connection.ts'
import type { LinkContext } from './link-context.ts'
import { waitForBetterServer } from './servers/failback.ts'
import type { ServerAddress } from './servers/server-address.ts'
import type { ServerChoice } from './servers/server-choice.ts'
import type { LinkRecord } from './link-track-record.ts'

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
  const probeOptions = { choice: parts.choice, dialing, ...times.failback }
  let isBetterBack = false
  const noteBetter = (better: ServerAddress | undefined) => {
    if (better === undefined) return
    parts.record.noteWorking(better)
    isBetterBack = true
    changed.ring()
  }
  const probeUntil = AbortSignal.any([over, probing.signal])
  void waitForBetterServer(connection.server, probeOptions, probeUntil).then(noteBetter)
  const find = () => (isBetterBack ? 'a better server is back' : findReason(connection, parts))
  const reason = await waitForReason(find, { changed, renewAtMs: connection.renewAtMs }, over)
  probing.abort()
  for (const stop of stopListening) stop?.()
  return reason
}

async function waitForReason(
  find: () => RenewalReason | undefined,
  { changed, renewAtMs }: { readonly changed: Bell; readonly renewAtMs: number },
  over: AbortSignal,
): Promise<RenewalReason | undefined> {
  while (!over.aborted) {
    const reason = find()
    if (reason !== undefined) return reason
    const leftMs = Math.max(0, renewAtMs - Date.now())
    await changed.wait(over, Math.min(Math.ceil(leftMs) + 1, MAX_TIMER_MS)) // timers may be early by a part of a millisecond
  }
  return undefined
}

function findReason(connection: LinkConnection, { choice, context }: RenewalParts): RenewalReason | undefined {
  const { servers, dialing } = context
  if (connection.credentials < (dialing.tls?.generation ?? 0)) return 'new certificates'
  // An empty list is more likely a fault of the list than a wish: a connection that works stays.
  const isListed = servers.current.length === 0 || choice.find(connection.server) !== undefined
  if (!isListed) return 'its server is not listed any more'
  return Date.now() >= connection.renewAtMs ? 'its age' : undefined
}
