import { within } from '../../../flow/backoff.ts'
import type { HostRotation, HostUse } from './host-rotation.ts'
import type { Http, HttpRequest, HttpResult } from './send-one-request.ts'

/** A question without an answer is put to the next host after this. */
const REPEAT_MS = 1000

interface SenderOptions {
  readonly hosts: HostRotation
  readonly http: Http
  /** Of every request. */
  readonly headers: Readonly<Record<string, string>>
}

export type Sender = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResult>

/** Sends each request to a host; one that cannot have arrived to each of them, and a question also while a host is silent. */
export function createSender({ hosts, http, headers }: SenderOptions): Sender {
  const sendTo = async ({ base, end }: HostUse, request: HttpRequest, signal: AbortSignal): Promise<HttpResult> => {
    const result = await http.send(base, { ...request, headers: { ...headers, ...request.headers } }, signal)
    end(signal.aborted ? 'unknown' : isHostFailure(result) ? 'failed' : 'answered')
    return result.kind !== 'answer' && hasNotArrived(result)
      ? { ...result, reason: `${base.host}: ${result.reason}` }
      : result
  }

  return async (request, signal) => {
    const { isRepeatable = request.method === 'GET' } = request
    const tried = new Set<URL>()
    const running = new Set<Promise<HttpResult>>()
    let result: HttpResult = { kind: 'unsent', reason: 'the list of hosts of the store is empty' }
    for (;;) {
      const use = hosts.take(tried)
      if (use !== undefined) {
        tried.add(use.base)
        const sent = sendTo(use, request, signal).finally(() => running.delete(sent))
        running.add(sent)
      }
      if (running.size === 0) return result
      const first = Promise.race(running)
      const outcome = use === undefined || !isRepeatable ? await first : await within(REPEAT_MS, first)
      if (outcome === undefined) continue // the host is silent: another one is asked too
      result = outcome
      if (signal.aborted || result.kind === 'answer' || !(isRepeatable || hasNotArrived(result))) return result
    }
  }
}

function hasNotArrived({ kind }: HttpResult): boolean {
  return kind === 'unsent' || kind === 'untrusted'
}

/** No answer, or that of a proxy in front of a server that is away. */
export function isHostFailure(result: HttpResult): boolean {
  if (result.kind !== 'answer') return true
  return [502, 503, 504].includes(result.status) && result.contentType !== 'application/json'
}
