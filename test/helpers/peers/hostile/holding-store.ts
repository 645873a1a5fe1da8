import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TeardownScope } from '../../process/scope.ts'

const HELD = {
  status: 403,
  error: { type: 'cluster_block_exception', reason: 'index [x] blocked by: [FORBIDDEN/8/index write (api)];' },
}

/** As much of Elasticsearch as stores lines and never takes the documents that say `held`. */
export interface HoldingStore {
  readonly url: string
  /** The honest lines that were stored, with the time at which each was. */
  readonly honest: ReadonlyMap<number, number>
  /** Those that came under several ids, and so would be stored several times. */
  readonly doubled: ReadonlySet<number>
}

/** A store in this process: no real server can be brought to hold some events of an index. */
export async function startHoldingStore(scope: TeardownScope): Promise<HoldingStore> {
  const honest = new Map<number, number>()
  const ids = new Map<number, string>()
  const doubled = new Set<number>()
  const note = (number: number, id: string) => {
    if (ids.has(number) && ids.get(number) !== id) doubled.add(number)
    ids.set(number, id)
    honest.set(number, Date.now())
  }
  const server = createServer(
    (request, response) => void answer(request, response, note).catch(() => response.destroy()),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  scope.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, honest, doubled }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  note: (number: number, id: string) => void,
): Promise<void> {
  const body = Buffer.concat(await request.toArray())
  response.writeHead(200, { 'content-type': 'application/json' })
  if (request.url?.startsWith('/_bulk') !== true) return void response.end('{"version":{"number":"8.19.0"}}')
  const items = [...documentsOf(body)].map(({ action, document }) => {
    const number = /"message":"honest (\d+)/.exec(document)?.[1]
    if (number !== undefined) note(Number(number), action)
    return { create: { _index: 'x', ...(document.includes('"held ') ? HELD : { status: 201 }) } }
  })
  response.end(JSON.stringify({ took: 1, errors: items.some(({ create }) => 'error' in create), items }))
}

/** The beginning of each document is enough. The action has its id. */
function* documentsOf(body: Buffer): Generator<{ readonly action: string; readonly document: string }, void> {
  let action: string | undefined
  for (let start = 0; start < body.length;) {
    const end = body.indexOf(0x0a, start)
    const text = body.toString('latin1', start, Math.min(end, start + 600))
    if (action === undefined) action = text
    else {
      yield { action, document: text }
      action = undefined
    }
    start = end + 1
  }
}
