import test from 'ava'
import { BodyRooms } from '../../../../src/stores/elasticsearch/bulk/body-rooms.ts'
import { createBulkRequest } from '../../../../src/stores/elasticsearch/bulk/bulk-request.ts'
import { RequestSize } from '../../../../src/stores/elasticsearch/bulk/request-size.ts'
import type { HttpResult } from '../../../../src/stores/elasticsearch/http/send-one-request.ts'
import { eventOf } from '../../../helpers/stores/store-events.ts'

const MiB = 1024 * 1024

test('a room that was given back is taken again if it is large enough', t => {
  const rooms = new BodyRooms()
  const room = rooms.take(300_000)
  rooms.give(room)
  t.not(rooms.take(MiB), room)
  t.is(rooms.take(200_000), room)
  t.not(rooms.take(200_000), room)
})

test('at most three rooms are kept, and none of more than 4 MiB', t => {
  const rooms = new BodyRooms()
  const all = [1, 2, 3, 4, 5 * MiB].map(size => rooms.take(size))
  for (const room of all.toReversed()) rooms.give(room)
  t.is(all.filter(room => room.length > 0).length, 3)
  t.is(all[4]?.length, 0)
})

/** The memory of the bodies of two requests, of which the first ends in this way. */
async function bodiesAfter(first: HttpResult): Promise<readonly ArrayBufferLike[]> {
  const bodies: ArrayBufferLike[] = []
  const client = {
    timeoutMs: 1000,
    send: async ({ body = [] }: { readonly body?: readonly Buffer[] }) => {
      bodies.push(...body.map(({ buffer }) => buffer))
      return await Promise.resolve(bodies.length === 1 ? first : answer(200))
    },
  } as unknown as Parameters<typeof createBulkRequest>[0]['client']
  const target = { name: 'logs', nameFor: () => 'logs' }
  const request = createBulkRequest({
    client,
    target,
    size: new RequestSize(MiB),
    isCompressed: false,
    pipeline: undefined,
  })
  for (const id of ['a', 'b']) await request([eventOf(id, '{}')], new AbortController().signal)
  return bodies
}

const answer = (status: number): HttpResult => ({
  kind: 'answer',
  status,
  contentType: 'application/json',
  body: Buffer.from('{"errors":false,"items":[{"create":{"status":201}}]}'),
})

async function isReusedAfter(first: HttpResult): Promise<boolean> {
  const [one, other] = await bodiesAfter(first)
  return one === other
}

test('the memory of a body is used again once its request is answered, and is left alone where it may still be sent', async t => {
  t.true(await isReusedAfter(answer(200)))
  t.false(await isReusedAfter(answer(413)))
  t.false(await isReusedAfter(answer(503)))
  t.false(await isReusedAfter({ kind: 'unanswered', reason: 'no answer within 10 ms' }))
})
