// A server that answers each item of a bulk request as it is told to, over HTTP.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { AddressInfo } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { makeElasticsearchIndexer } from '../../../helpers/servers/elasticsearch-indexer.ts'
import { makeBatch, makeEvent } from '../../../helpers/stores/store-events.ts'
import { until } from '../../../helpers/time/until.ts'

const never = new AbortController().signal
const GIVE_UP_MS = 1500

/** Stores every document but those with the word SECRET, which get `status`. */
async function startServer(t: ExecutionContext, status: number): Promise<string> {
  const error = { type: 'illegal_state_exception', reason: 'cannot read [SECRET line] of the document' }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const documents = (await text(request)).split('\n').filter((_, i) => i % 2 === 1)
    const items = documents.map(document => ({
      create: document.includes('SECRET') ? { status, error } : { status: 201 },
    }))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ items }))
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function setUp(t: ExecutionContext, status: number) {
  const log = makeRecordingLog()
  const indexer = await makeElasticsearchIndexer(
    t,
    { hosts: [await startServer(t, status)], target: { kind: 'index', pattern: 'logs-1' }, installsTemplate: false },
    { log, limits: { giveUpAfterMs: GIVE_UP_MS } },
  )
  let sent = 0
  const sendOther = async () => {
    const event = makeEvent(`other-${sent++}`, { message: 'a line' })
    await indexer.deliver(makeBatch([event], { peer: '10.0.0.2:1' }), never)
  }
  return { indexer, log, sendOther }
}

const odd = makeBatch([makeEvent('odd', { message: 'a SECRET line' })], { peer: '10.0.0.1:1 (web1)' })

test('a document on which the server fails forever does not stop its sender, and log and health name it without its text', async t => {
  const { indexer, log, sendOther } = await setUp(t, 500)
  let isOver = false
  const reasons: string[] = []
  void indexer.deliver(odd, never).then(() => (isOver = true))
  await until(async () => {
    await sendOther()
    reasons.push(...indexer.status().health.reasons)
    return isOver
  }, 'the document is a dead letter')
  t.like(indexer.status(), { deadLettered: 1, setAside: 0, requestLimit: 4 })
  t.true(reasons.some(reason => reason.startsWith('logs-1: the server fails on 1 events of web1')))
  t.true(log.lines.some(({ level, fields }) => level === 'error' && fields['sender'] === 'web1'))
  t.notRegex(JSON.stringify([log.lines, reasons]), /SECRET|takes (nothing|events again)/)
})

for (const status of [429, 502, 503, 504]) {
  test(`a document that gets ${status} while others are stored is never a dead letter`, async t => {
    const { indexer, log, sendOther } = await setUp(t, status)
    const giveUp = new AbortController()
    const delivered = indexer.deliver(odd, giveUp.signal)
    const startedMs = performance.now()
    await until(async () => {
      await sendOther()
      return indexer.status().retries > 5 && performance.now() - startedMs > 1.5 * GIVE_UP_MS
    }, 'it was tried long enough')
    t.like(indexer.status(), { deadLettered: 0, setAside: 0 })
    t.notRegex(JSON.stringify([log.lines, indexer.status()]), /SECRET|takes (nothing|events again)/)
    giveUp.abort(new Error('over'))
    await t.throwsAsync(delivered, { message: 'over' })
  })
}
