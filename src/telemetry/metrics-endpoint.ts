import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { type AddressInfo, isIP } from 'node:net'
import { hostname } from 'node:os'
import { formatAddress } from '../flow/host-port.ts'
import type { Log } from './log.ts'
import type { Meters } from './prometheus.ts'
import type { MetricValue } from './status-to-metrics.ts'

export interface Health {
  readonly isHealthy: boolean
  /** Sentences that say what is wrong and what to do; they need not make a role unhealthy. */
  readonly reasons: readonly string[]
}

export interface MetricsOptions {
  readonly listen: { readonly host: string; readonly port: number }
  /** Asked at every scrape. */
  readonly collect: () => readonly MetricValue[]
  readonly health: () => Health
  readonly meters: Meters
  readonly log: Log
}

/** Protects descriptors: a role that serves hosts it does not control needs them for its own work. */
const MAX_CONNECTIONS = 32

export interface MetricsEndpoint {
  readonly address: { readonly host: string; readonly port: number }
  close(): Promise<void>
}

/** The endpoint cannot listen: the address is in use or does not belong to this machine. */
export class MetricsError extends Error {
  readonly code = 'METRICS_LISTEN'

  constructor({ host, port }: MetricsOptions['listen'], cause: Error) {
    const remedy = 'set "metrics.listen" to a free address of this machine'
    super(`cannot serve metrics on ${formatAddress({ host, port })}: ${cause.message}; ${remedy}`, { cause })
    this.name = 'MetricsError'
  }
}

/** Serves `/metrics` (Prometheus' text format) and `/health` (200 or 503, JSON with the reasons) on one address. */
export async function startMetrics(options: MetricsOptions): Promise<MetricsEndpoint> {
  options.meters.includeProcess()
  // Protects from clients that connect and stay silent: few connections, short limits on each.
  const limits = { headersTimeout: 5000, requestTimeout: 5000, keepAliveTimeout: 5000, maxHeaderSize: 8192 }
  const server = createServer({ ...limits, connectionsCheckingInterval: 1000 }, (request, response) => {
    void answer(options, request, response)
  })
  server.maxConnections = MAX_CONNECTIONS
  await listen(server, options)
  const { address: host, port } = server.address() as AddressInfo
  return { address: { host, port }, close: () => close(server) }
}

async function answer(options: MetricsOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendText(response, 405, 'only GET is supported\n')
    if (isForeign(request)) return sendText(response, 421, 'this address is asked for by a name of another machine\n')
    const path = (request.url ?? '').split('?', 1)[0]
    if (path === '/metrics') return await sendMetrics(options, response)
    if (path === '/health') return sendHealth(options.health(), response)
    sendText(response, 404, 'only /metrics and /health are served\n')
  } catch (error) {
    options.log.error({ error }, 'cannot answer a request for metrics')
    sendText(response, 500, 'the request failed; the log has the reason\n')
  }
}

/**
 * True for a request to this machine alone by a name that is none of it. A page in a browser here could make such a request,
 * with a name of its own that leads to 127.0.0.1, and read the answer.
 */
function isForeign({ headers, socket }: IncomingMessage): boolean {
  const isLocal = /^(?:127\.|::1$|::ffff:127\.)/u.test(socket.localAddress ?? '')
  const name = URL.parse(`http://${headers.host ?? 'localhost'}`)?.hostname ?? ''
  const isAddress = isIP(name.replaceAll(/[[\]]/gu, '')) !== 0
  return isLocal && !isAddress && name !== 'localhost' && name !== hostname().toLowerCase()
}

async function sendMetrics({ collect, meters }: MetricsOptions, response: ServerResponse): Promise<void> {
  send(response, 200, { type: meters.contentType, body: await meters.format(collect()) })
}

function sendHealth({ isHealthy, reasons }: Health, response: ServerResponse): void {
  const body = JSON.stringify({ status: isHealthy ? 'healthy' : 'unhealthy', reasons })
  send(response, isHealthy ? 200 : 503, { type: 'application/json', body: `${body}\n` })
}

function sendText(response: ServerResponse, status: number, body: string): void {
  send(response, status, { type: 'text/plain; charset=utf-8', body })
}

interface Content {
  readonly type: string
  readonly body: string
}

function send(response: ServerResponse, status: number, { type, body }: Content): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

async function listen(server: Server, options: MetricsOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', error => reject(new MetricsError(options.listen, error)))
  server.listen({ ...options.listen }, resolve)
  await promise
  server.on('error', error => options.log.warn({ error }, 'the metrics endpoint reported an error'))
}

async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve()) // its only error is that it was closed already
  server.closeAllConnections()
  await promise
}
