import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TeardownScope } from '../process/scope.ts'

export interface SmallRequest {
  /** Such as `POST /_bulk`, without the query. */
  readonly line: string
  readonly body: string
  /** By `performance.now()`. */
  readonly atMs: number
}

export interface SmallElasticsearch {
  readonly url: string
  readonly requests: readonly SmallRequest[]
  /** The index templates by name. */
  readonly templates: Map<string, unknown>
  /** The ids of each index. */
  readonly documents: ReadonlyMap<string, ReadonlySet<string>>
  lines(): readonly string[]
}

/** Answers before the server does; true if it has. It may also never answer. */
export type Interference = (
  request: SmallRequest,
  response: ServerResponse,
  count: number,
) => boolean | Promise<boolean>

/** A server that keeps templates and ids in memory, and misbehaves as `interfere` says. */
export async function startSmallElasticsearch(
  scope: TeardownScope,
  interfere: Interference = () => false,
): Promise<SmallElasticsearch> {
  const requests: SmallRequest[] = []
  const templates = new Map<string, unknown>()
  const documents = new Map<string, Set<string>>()
  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const path = decodeURIComponent(incoming.url?.split('?')[0] ?? '')
    const line = `${incoming.method} ${path}`
    const request = { line, body: await text(incoming), atMs: performance.now() }
    requests.push(request)
    const count = requests.filter(other => other.line === line).length
    if (await interfere(request, response, count)) return
    const { status, body } = answerAs(request, { templates, documents })
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  // A client that goes away in the middle of a request gets no answer.
  const server = createServer((incoming, response) => void answer(incoming, response).catch(() => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  scope.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, requests, templates, documents, lines: () => requests.map(({ line }) => line) }
}

interface State {
  readonly templates: Map<string, unknown>
  readonly documents: Map<string, Set<string>>
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

function answerAs({ line, body }: SmallRequest, state: State): Answer {
  const [method, path = ''] = line.split(' ')
  if (path === '/_bulk') return { status: 200, body: { errors: false, items: createAll(body, state.documents) } }
  if (path === '/_mget') return { status: 200, body: { docs: getAll(body, state.documents) } }
  if (!path.startsWith('/_index_template')) return { status: 200, body: {} }
  const name = path.slice('/_index_template/'.length)
  if (method === 'PUT') {
    state.templates.set(name, JSON.parse(body))
    return { status: 200, body: { acknowledged: true } }
  }
  const found = [...state.templates].filter(([known]) => name === '' || known === name)
  if (found.length === 0 && name !== '')
    return { status: 404, body: { error: { type: 'x', reason: 'x' }, status: 404 } }
  const list = found.map(([known, template]) => ({ name: known, index_template: template }))
  return { status: 200, body: { index_templates: list } }
}

function createAll(body: string, documents: Map<string, Set<string>>): unknown[] {
  const actions = body.split('\n').filter((_, i) => i % 2 === 0)
  return actions.filter(Boolean).map(action => {
    const { create } = JSON.parse(action) as { create: { _index: string; _id: string } }
    const ids = documents.get(create._index) ?? new Set()
    documents.set(create._index, ids)
    if (ids.has(create._id)) {
      return { create: { status: 409, error: { type: 'version_conflict_engine_exception', reason: '' } } }
    }
    ids.add(create._id)
    return { create: { status: 201 } }
  })
}

function getAll(body: string, documents: ReadonlyMap<string, ReadonlySet<string>>): unknown[] {
  const { docs } = JSON.parse(body) as { docs: { _index: string; _id: string }[] }
  return docs.map(({ _index, _id }) => {
    const ids = documents.get(_index)
    return ids === undefined
      ? { _index, _id, error: { type: 'index_not_found_exception' } }
      : { _index, _id, found: ids.has(_id) }
  })
}
