// The only importer of undici: sends one HTTP request and gives its outcome.
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { Agent, buildConnector } from 'undici'
import { findAuthority } from './authority-by-fingerprint.ts'
import { explainTls } from './explain-tls.ts'
import { explainFailure, type HttpFailure } from './http-failure.ts'
import type { StoreTls } from '../options.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Begins with `/` and includes the query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Pieces are sent one after the other, each when the one before has left. */
  readonly body?: Buffer | readonly Buffer[]
  /** A question, which another host is asked too while one is silent. Default: if it is a GET. */
  readonly isRepeatable?: boolean
}

export interface HttpAnswer {
  readonly kind: 'answer'
  readonly status: number
  /** Lower case, without parameters; '' if the answer has none. */
  readonly contentType: string
  readonly body: Buffer
}

export type HttpResult = HttpAnswer | HttpFailure

export interface HttpOptions {
  readonly tls: StoreTls | undefined
  /** From the first byte sent to the last one received. */
  readonly timeoutMs: number
  /** Protects memory from a server or proxy whose answer never ends. */
  readonly maxAnswerBytes: number
}

export interface Http {
  /** Never rejects. `base` is an address such as `https://es1:9200/prefix`. */
  send(base: URL, request: HttpRequest, signal: AbortSignal): Promise<HttpResult>
  /** Closes the connections to all other hosts, each after its last answer. */
  keep(bases: readonly URL[]): void
  close(): Promise<void>
}

/** Reads the PEM files; rejects if one cannot be read. */
export async function createHttp(options: HttpOptions): Promise<Http> {
  const connect = await makeConnector(options)
  const agents = new HostAgents(
    () =>
      new Agent({
        connect,
        allowH2: false,
        // The whole request has its own limit; these must only be longer.
        headersTimeout: options.timeoutMs * 2,
        bodyTimeout: options.timeoutMs * 2,
      }),
  )

  const send = async (base: URL, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    const sent = toBody(request.body)
    const { statusCode, headers, body } = await agents.of(base.origin).request({
      origin: base.origin,
      path: base.pathname.replace(/\/$/, '') + request.path,
      method: request.method,
      headers: { ...request.headers, ...sent.headers },
      body: sent.body,
      signal,
    })
    const contentType = String(headers['content-type'] ?? '').toLowerCase()
    return {
      kind: 'answer',
      status: statusCode,
      contentType: contentType.split(';', 1)[0]?.trim() ?? '',
      body: await readAll(body, options.maxAnswerBytes),
    }
  }

  return {
    async send(base, request, signal) {
      const timeout = AbortSignal.timeout(options.timeoutMs)
      try {
        return await send(base, request, AbortSignal.any([signal, timeout]))
      } catch (error) {
        if (signal.aborted) return { kind: 'unanswered', reason: 'given up' }
        if (timeout.aborted) return { kind: 'unanswered', reason: `no answer within ${options.timeoutMs} ms` }
        const failure = explainFailure(error)
        if (failure.kind !== 'untrusted') return failure
        return { ...failure, reason: (await explainTls(base, options.tls ?? {})) ?? failure.reason }
      }
    },
    keep: bases => agents.keep(new Set(bases.map(({ origin }) => origin))),
    close: () => agents.destroy(),
  }
}

/** The length of several pieces has to be said, or they would be sent in chunks. */
function toBody(body: HttpRequest['body']) {
  if (body === undefined || Buffer.isBuffer(body)) return { body: body ?? null, headers: {} }
  if (body.length === 1) return { body: body[0] as Buffer, headers: {} }
  const length = body.reduce((sum, piece) => sum + piece.length, 0)
  return { body: Readable.from(body), headers: { 'content-length': String(length) } }
}

/** One agent per host, so that the connections to one host can be closed. */
class HostAgents {
  readonly #create: () => Agent
  readonly #byOrigin = new Map<string, Agent>()
  /** Agents that still finish their requests. */
  readonly #leaving = new Set<Agent>()

  constructor(create: () => Agent) {
    this.#create = create
  }

  of(origin: string): Agent {
    const agent = this.#byOrigin.get(origin) ?? this.#create()
    this.#byOrigin.set(origin, agent)
    return agent
  }

  keep(origins: ReadonlySet<string>): void {
    for (const [origin, agent] of this.#byOrigin) {
      if (origins.has(origin)) continue
      this.#byOrigin.delete(origin)
      this.#leaving.add(agent)
      // Failures go to the requests that wait for an answer.
      const left = () => void this.#leaving.delete(agent)
      agent.close().then(left, left)
    }
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.#byOrigin.values(), ...this.#leaving].map(agent => agent.destroy()))
  }
}

async function readAll(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

async function makeConnector({ tls = {}, timeoutMs }: HttpOptions): Promise<buildConnector.connector> {
  const [ca, cert, key] = await Promise.all([readPem(tls.ca), readPem(tls.certificate), readPem(tls.key)])
  const own = { ...(cert && { cert }), ...(key && { key }), timeout: Math.min(timeoutMs, 10_000) }
  const fingerprint = tls.caFingerprint
  if (fingerprint === undefined) return buildConnector({ ...own, ...(ca && { ca }) })

  // The certificate with that fingerprint, which the server sends, is the authority for a full verification.
  return (target, callback) => {
    void (async () => {
      if (target.protocol !== 'https:') return buildConnector(own)(target, callback)
      const authority = await settle(findAuthority({ ...target, ...own, fingerprint }))
      if (authority instanceof Error) return callback(authority, null)
      return buildConnector({ ...own, ca: authority })(target, callback)
    })()
  }
}

async function readPem(path: string | undefined): Promise<Buffer | undefined> {
  return path === undefined ? undefined : await readFile(path)
}

async function settle(found: Promise<string>): Promise<string | Error> {
  return await found.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
}
