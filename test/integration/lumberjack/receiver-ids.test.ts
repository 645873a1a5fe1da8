import test, { type ExecutionContext } from 'ava'
import { join } from 'node:path'
import { hashName } from '../../../src/tls/name-hash.ts'
import { issueClientCertificate } from '../../../src/tls/file-authority.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { jsonFrame, windowOf, compressedFrame } from '../../helpers/lumberjack/frames.ts'
import { startTestReceiver } from '../../helpers/lumberjack/receivers.ts'
import { connectRaw } from '../../helpers/peers/raw-client.ts'
import { connectSecure } from '../../helpers/peers/tls-clients.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'

const RANDOM = 'AbCd-_0123456789'
const WEB1 = hashName('web1')
const WEB2 = hashName('web2')
const filler = Array.from({ length: 5000 }, (_, i) => i.toString(36)).join('')

function eventOf(id: string, host = 'web1'): string {
  return JSON.stringify({ '@metadata': { _id: id }, host: { name: host }, message: filler })
}

function ofAgent(id: string, host: string): string {
  return JSON.stringify({ agent: { id }, host: { name: host }, message: filler.slice(0, 5000) })
}

type Settings = Omit<NonNullable<Parameters<typeof startTestReceiver>[1]>, 'tls'>

async function setUp(t: ExecutionContext, settings: Settings = {}, clientAuth: 'required' | 'optional' = 'required') {
  const dir = await makeTempDir(t)
  const { ca, server } = await makeCertificates(dir)
  const started = await startTestReceiver(t, { ...settings, tls: { ...server, ca, clientAuth } })
  const connectAs = async (name: string) =>
    await connectSecure(t, started.port, { ...(await issueClientCertificate({ dir: join(dir, 'tls'), name })), ca })
  return { ...started, connectAs, ca }
}

/** Small and large frames, with and without compression, take different ways. */
const ways: readonly (readonly [name: string, send: (events: readonly string[]) => Buffer])[] = [
  ['a compressed frame', events => windowOfCompressed(events)],
  ['frames', events => windowOf(2, ...events.map((event, i) => jsonFrame(i + 1, event)))],
  ['short frames', events => windowOf(2, ...events.map((event, i) => jsonFrame(i + 1, event.replace(filler, ''))))],
]

function windowOfCompressed(events: readonly string[]): Buffer {
  const frames = events.map((event, i) => jsonFrame(i + 1, event))
  return Buffer.concat([windowOf(2, ...frames).subarray(0, 6), compressedFrame(2, ...frames)])
}

for (const [way, encode] of ways)
  test(`a machine cannot use up the ids of another one, whose lines are stored: ${way}`, async t => {
    const { receiver, sink, connectAs } = await setUp(t)
    const [thief, honest] = [await connectAs('web2'), await connectAs('web1')]
    const ids = [`${WEB1}${RANDOM}-30`, `${WEB1}-order 7`, `${WEB2}${RANDOM}-1`]
    thief.send(encode(ids.map(id => eventOf(id))))
    await thief.hear(6)
    honest.send(encode([eventOf(`${WEB1}${RANDOM}-30`), eventOf('order 7'), eventOf(`${RANDOM}-5`)]))
    await honest.hear(6)
    const stored = sink.batches.flatMap(batch => batch.events.map(({ id }) => id))
    t.deepEqual(stored, [
      `${WEB2}-${WEB1}${RANDOM}-30`,
      `${WEB2}-${WEB1}-order 7`,
      `${WEB2}${RANDOM}-1`,
      `${WEB1}${RANDOM}-30`,
      `${WEB1}-order 7`,
      `${RANDOM}-5`,
    ])
    t.is(receiver.status().foreignIds, 1)
  })

test('batches of two agents with one address, or one certificate, name the agent, for each connection from its first events', async t => {
  const { port, sink } = await startTestReceiver(t)
  const [a, b, again] = [await connectRaw(t, port), await connectRaw(t, port), await connectRaw(t, port)]
  const send = async (client: typeof a, ...events: readonly string[]) => {
    client.send(windowOfCompressed(events))
    await client.hear(6)
  }
  await send(a, ofAgent('one', 'web1'), ofAgent('relayed', 'web9'))
  await send(b, ofAgent('two', 'web1'))
  await send(a, JSON.stringify({ message: 'without' }))
  await send(again, ofAgent('one', 'web1'))
  const agents = sink.batches.map(({ agent }) => agent)
  t.is(new Set(agents).size, 2)
  t.deepEqual([agents[0], agents[0]], [agents[2], agents[3]])
  t.notRegex(agents.join(), /one|two|web/)
  const secure = await setUp(t)
  const client = await secure.connectAs('web1')
  client.send(windowOf(2, jsonFrame(1, eventOf('x')), jsonFrame(2, eventOf('y'))))
  await client.hear(6)
  t.is(secure.sink.batches[0]?.agent, undefined, 'the host is the name in the certificate')
})

test('a setting binds ids of agents of the first edition too, and another one refuses events of other hosts', async t => {
  const { receiver, sink, connectAs } = await setUp(t, { ids: { requireBound: true, requireOwnHost: true } })
  const client = await connectAs('web1')
  client.send(windowOf(2, jsonFrame(1, eventOf(`${RANDOM}-5`)), jsonFrame(2, eventOf('x', 'web2'))))
  await client.hear(6)
  t.deepEqual(
    sink.batches.flatMap(batch => batch.events.map(({ id }) => id)),
    [`${WEB1}-${RANDOM}-5`],
  )
  t.deepEqual(
    sink.batches.flatMap(batch => batch.poison.map(({ type }) => type)),
    ['foreign_host'],
  )
  t.is(receiver.status().poisonEvents, 1)
})

for (const [way, encode] of ways)
  test(`the name in the certificate is stored with each event, and its sender cannot choose it: ${way}`, async t => {
    const nameField = 'tls.client.x509.subject.common_name'
    const { sink, connectAs } = await setUp(t, { ids: { requireBound: false, requireOwnHost: false, nameField } })
    const client = await connectAs('web1')
    const forged = eventOf('f').replace('{', '{"tls.client.x509":{"subject":{"common_name":"web2"}},')
    client.send(encode([eventOf('a', 'web2'), forged]))
    await client.hear(6)
    const stored = sink.batches.flatMap(batch => batch.events)
    const documents = stored.map(({ bytes, start, end }) => JSON.parse(bytes.toString('utf8', start, end)) as unknown)
    t.is(documents.length, 1)
    t.like(documents[0], { [nameField]: 'web1', host: { name: 'web2' } })
    const poison = sink.batches.flatMap(batch => batch.poison)
    t.deepEqual(
      poison.map(({ type, payload }) => [type, payload.toString().slice(0, 50)]),
      [['claimed_name', forged.slice(0, 50)]],
    )
  })

test('a client without a certificate cannot use up the ids of one with it, where certificates are optional', async t => {
  const { sink, port, ca } = await setUp(t, {}, 'optional')
  const client = await connectSecure(t, port, { ca })
  client.send(windowOf(2, jsonFrame(1, eventOf(`${WEB1}${RANDOM}-30`))))
  await client.hear(6)
  t.is(sink.batches[0]?.events[0]?.id, `${hashName('')}-${WEB1}${RANDOM}-30`)
})

test('ids stay as they are where no certificate is asked for', async t => {
  const { sink, port } = await startTestReceiver(t)
  const client = await connectRaw(t, port)
  client.send(windowOf(2, jsonFrame(1, eventOf(`${WEB1}${RANDOM}-30`)), jsonFrame(2, eventOf('order 7'))))
  await client.hear(6)
  t.deepEqual(
    sink.batches.flatMap(batch => batch.events.map(({ id }) => id)),
    [`${WEB1}${RANDOM}-30`, 'order 7'],
  )
})
