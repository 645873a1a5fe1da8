// The only importer of undici: one HTTP request, and what became of it.
import { readFile } from 'node:fs/promises'
import { Agent, buildConnector } from 'undici'
import { findAuthority } from './authority-by-fingerprint.ts'
import { explainFailure, type HttpFailure } from './http-failure.ts'
import type { StoreTls } from './options.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With the query; begins with `/`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

export interface HttpAnswer {
  readonly kind: 'answer'
  readonly status: number
  /** Lower case, without parameters; '' where the answer has none. */
  readonly contentType: string
  readonly body: Buffer
}

export type HttpResult = HttpAnswer | HttpFailure

export interface HttpOptions {
  readonly tls: StoreTls | undefined
  /** From the first byte sent to the last one received. */
  readonly timeoutMs: number
  /** No answer is read beyond it: protects memory from a server or proxy that never ends. */
  readonly maxAnswerBytes: number
}

export interface Http {
  /** Never rejects. `base` is an address such as `https://es1:9200/prefix`. */
  send(base: URL, request: HttpRequest, signal: AbortSignal): Promise<HttpResult>
  close(): Promise<void>
}

/** Reads the PEM files; rejects when one can't be read. */
export async function createHttp(options: HttpOptions): Promise<Http> {
  const agent = new Agent({
    connect: await makeConnector(options),
    allowH2: false,
    // The whole request has its own limit; these only have to be longer.
    headersTimeout: options.timeoutMs * 2,
    bodyTimeout: options.timeoutMs * 2,
  })

  const send = async (base: URL, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    const { statusCode, headers, body } = await agent.request({
      origin: base.origin,
      path: base.pathname.replace(/\/$/, '') + request.path,
      method: request.method,
      headers: request.headers ?? {},
      body: request.body ?? null,
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
        return explainFailure(error)
      }
    },
    close: () => agent.destroy(),
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

  // The certificate with that fingerprint, once the server has shown it, is the authority for a full verification.
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
