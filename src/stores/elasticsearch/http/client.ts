import { StoreError } from './store-error.ts'
import { normalizeFingerprint } from './authority-by-fingerprint.ts'
import { parseFirstHosts, parseUsable, watchHosts } from './host-addresses.ts'
import { HostRotation } from './host-rotation.ts'
import { createSender, isHostFailure } from './send-to-hosts.ts'
import { createHttp, type HttpRequest, type HttpResult } from './send-one-request.ts'
import type { Credentials, ElasticsearchOptions } from '../options.ts'

const MAX_ANSWER_BYTES = 64 * 1024 * 1024
const PROBE_MS = 5000

/** Sends requests to any host that answers. */
export interface Client {
  /** Never rejects. A request that cannot have arrived is tried on each host before it counts as failed. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpResult>
  readonly timeoutMs: number
  /** Requests to hosts that hang while others answer. */
  stalledRequests(): number
  /** Changes when hosts are added. */
  readonly hostsVersion: number
  close(): Promise<void>
}

/** Throws a StoreError `options` for invalid options; asks no server. */
export async function createClient(options: ElasticsearchOptions): Promise<Client> {
  const timeoutMs = options.requestTimeoutMs ?? 60_000
  const { log } = options
  const first = parseFirstHosts(options.hosts, log)
  checkFingerprint(options.tls?.caFingerprint)
  const headers = authorize(options.credentials)
  const http = await createHttp({ tls: options.tls, timeoutMs, maxAnswerBytes: MAX_ANSWER_BYTES })
  const probe = async (base: URL) => {
    const limit = AbortSignal.timeout(Math.min(timeoutMs, PROBE_MS))
    return !isHostFailure(await http.send(base, { method: 'GET', path: '/', headers }, limit))
  }
  const hosts = new HostRotation(first, { restMs: options.hostRestMs ?? 30_000, probe })

  const list = watchHosts(options.hosts)
  let hostsVersion = 0
  const forget = list.onChange(() => {
    const before = hosts.bases.map(({ href }) => href)
    hosts.replace(parseUsable(list.current, log))
    const after = hosts.bases.map(({ href }) => href)
    http.keep(hosts.bases)
    const [added, removed] = [difference(after, before), difference(before, after)]
    if (added.length > 0) hostsVersion++
    if (added.length + removed.length > 0) log.info({ added, removed }, 'the hosts of the store have changed')
  })

  const send = createSender({ hosts, http, headers })
  const close = async () => {
    forget()
    await http.close()
  }
  return {
    send,
    timeoutMs,
    stalledRequests: () => hosts.stalledRequests(),
    close,
    get hostsVersion() {
      return hostsVersion
    },
  }
}

function difference(some: readonly string[], others: readonly string[]): readonly string[] {
  return some.filter(one => !others.includes(one))
}

function authorize(credentials: Credentials | undefined): Record<string, string> {
  if (credentials === undefined) return {}
  if (credentials.kind === 'bearer') return { authorization: `Bearer ${credentials.token}` }
  if (credentials.kind === 'basic') {
    return { authorization: `Basic ${toBase64(`${credentials.user}:${credentials.password}`)}` }
  }
  const { key } = credentials
  return { authorization: `ApiKey ${key.includes(':') ? toBase64(key) : key}` }
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function checkFingerprint(fingerprint: string | undefined): void {
  if (fingerprint === undefined || normalizeFingerprint(fingerprint).length === 64) return
  throw new StoreError('options', 'caFingerprint is not a SHA-256, which has 64 hexadecimal digits')
}
