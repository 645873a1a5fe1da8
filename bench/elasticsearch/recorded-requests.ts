// The bulk requests of a collector, recorded and sent again as they were.
import { once } from 'node:events'
import { Agent, createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer, text } from 'node:stream/consumers'

export interface BulkRequest {
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface Recorder {
  readonly url: string
  readonly requests: readonly BulkRequest[]
  close(): void
}

/** Takes everything at once, and keeps it. */
export async function startRecorder(): Promise<Recorder> {
  const requests: BulkRequest[] = []
  const server = createServer((request, response) => void answer(request, response, requests))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, requests, close: () => void server.close() }
}

async function answer(request: IncomingMessage, response: ServerResponse, requests: BulkRequest[]): Promise<void> {
  const body = await buffer(request)
  response.setHeader('content-type', 'application/json')
  response.setHeader('x-elastic-product', 'Elasticsearch')
  const path = request.url ?? ''
  if (!path.includes('_bulk')) return void response.end('{"version":{"number":"8.19.21"}}')
  requests.push({ path, headers: pickHeaders(request), body })
  const item = '{"create":{"_index":"x","status":201}}'
  response.end(`{"errors":false,"items":[${Array.from({ length: countDocuments(body) }, () => item).join(',')}]}`)
}

function pickHeaders({ headers }: IncomingMessage): Record<string, string> {
  const kept = ['content-type', 'content-encoding'].flatMap(name => {
    const value = headers[name]
    return typeof value === 'string' ? [[name, value]] : []
  })
  return Object.fromEntries(kept) as Record<string, string>
}

/** Of a body that is not compressed: two lines each. */
function countDocuments(body: Buffer): number {
  let count = 0
  for (let at = body.indexOf(10); at !== -1; at = body.indexOf(10, at + 1)) count++
  return count / 2
}

/** Sends them, so many at a time; throws where a document is refused. */
export async function sendAll(url: string, requests: readonly BulkRequest[], atOnce: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const left = requests.values()
  const sendRest = async () => {
    for (const request of left) await sendOne(url, request, agent)
  }
  await Promise.all(Array.from({ length: atOnce }, sendRest))
  agent.destroy()
}

async function sendOne(url: string, { path, headers, body }: BulkRequest, agent: Agent): Promise<void> {
  const request = sendRequest(url + path, {
    method: 'POST',
    agent,
    headers: { ...headers, 'content-length': body.length },
  })
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const answered = await text(response)
  if (response.statusCode !== 200 || answered.includes('"error"'))
    throw new Error(`the server answered ${response.statusCode}: ${answered.slice(0, 500)}`)
}
