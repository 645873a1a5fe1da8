import type { Choice } from './servers/choice.ts'
import { waitForBetter } from './servers/failback.ts'
import type { LinkContext } from './link-context.ts'
import type { Visit } from './visit.ts'

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
  visit: Visit,
  { choice, context }: { readonly choice: Choice; readonly context: LinkContext },
  over: AbortSignal,
): Promise<RenewalReason | undefined> {
  const { servers, dialing, failback } = context
  const { promise, resolve } = Promise.withResolvers<RenewalReason | undefined>()
  const done = new AbortController()
  const check = () => {
    const reason = findReason(visit, choice, context)
    if (reason !== undefined) resolve(reason)
  }
  const ageMs = Math.min(Math.max(0, visit.renewAtMs - Date.now()), LONGEST_MS)
  const timer = setTimeout(check, Math.ceil(ageMs) + 1).unref() // timers may be early by a part of a millisecond
  const leave = [servers.onChange(check), dialing.tls?.onChange(check), () => clearTimeout(timer)]
  const onOver = () => resolve(undefined)
  over.addEventListener('abort', onOver, { once: true })
  if (over.aborted) resolve(undefined)
  check()
  const noteBetter = (isThere: boolean) => (isThere ? resolve('a better server is back') : undefined)
  void waitForBetter(visit.server, { choice, dialing, ...failback }, AbortSignal.any([over, done.signal])).then(
    noteBetter,
  )
  try {
    return await promise
  } finally {
    done.abort()
    over.removeEventListener('abort', onOver)
    for (const stop of leave) stop?.()
  }
}

function findReason(visit: Visit, choice: Choice, { servers, dialing }: LinkContext): RenewalReason | undefined {
  if (visit.connection.credentials < (dialing.tls?.generation ?? 0)) return 'new certificates'
  // An empty list is more likely a fault of the list than a wish: what works stays.
  if (servers.current.length > 0 && choice.find(visit.server) === undefined) return 'its server is not listed any more'
  return Date.now() >= visit.renewAtMs ? 'its age' : undefined
}
