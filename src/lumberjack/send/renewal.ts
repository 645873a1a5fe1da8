import type { ServerChoice } from './servers/server-choice.ts'
import { waitForBetterServer } from './servers/failback.ts'
import type { LinkContext } from './link-context.ts'
import type { LinkConnection } from './link-connection.ts'

/** Why a connection that works is replaced by another one. */
export type RenewalReason =
  | 'its age'
  | 'new certificates'
  | 'its server is not listed any more'
  | 'a better server is back'

/** The longest that a timer takes. */
const LONGEST_MS = 2 ** 31 - 2

/** Resolves when the connection is to be renewed; with undefined when `over` fires first. */
export async function waitForRenewal(
  connection: LinkConnection,
  { choice, context }: { readonly choice: ServerChoice; readonly context: LinkContext },
  over: AbortSignal,
): Promise<RenewalReason | undefined> {
  const { servers, dialing, failback } = context
  const { promise, resolve } = Promise.withResolvers<RenewalReason | undefined>()
  const done = new AbortController()
  const check = () => {
    const reason = findReason(connection, choice, context)
    if (reason !== undefined) resolve(reason)
  }
  const ageMs = Math.min(Math.max(0, connection.renewAtMs - Date.now()), LONGEST_MS)
  const timer = setTimeout(check, Math.ceil(ageMs) + 1).unref() // timers may be early by a part of a millisecond
  const leave = [servers.onChange(check), dialing.tls?.onChange(check), () => clearTimeout(timer)]
  const onOver = () => resolve(undefined)
  over.addEventListener('abort', onOver, { once: true })
  if (over.aborted) resolve(undefined)
  check()
  const noteBetter = (isThere: boolean) => (isThere ? resolve('a better server is back') : undefined)
  void waitForBetterServer(
    connection.server,
    { choice, dialing, ...failback },
    AbortSignal.any([over, done.signal]),
  ).then(noteBetter)
  try {
    return await promise
  } finally {
    done.abort()
    over.removeEventListener('abort', onOver)
    for (const stop of leave) stop?.()
  }
}

function findReason(
  connection: LinkConnection,
  choice: ServerChoice,
  { servers, dialing }: LinkContext,
): RenewalReason | undefined {
  if (connection.connection.credentials < (dialing.tls?.generation ?? 0)) return 'new certificates'
  // An empty list is more likely a fault of the list than a wish: what works stays.
  if (servers.current.length > 0 && choice.find(connection.server) === undefined)
    return 'its server is not listed any more'
  return Date.now() >= connection.renewAtMs ? 'its age' : undefined
}
