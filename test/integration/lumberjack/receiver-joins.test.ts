import test, { type ExecutionContext } from 'ava'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventBatch } from '../../../src/flow/event-batch.ts'
import { issueClientCertificate } from '../../../src/tls/file-authority.ts'
import { makeCertificates, makeOddCertificate } from '../../helpers/trust/certificates.ts'
import { forwarderWindow, jsonFrame, pairsFrame, windowOf } from '../../helpers/lumberjack/frames.ts'
import { startTestReceiver } from '../../helpers/lumberjack/receivers.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { type RawClient, connectRaw } from '../../helpers/peers/raw-client.ts'
import { connectSecure } from '../../helpers/peers/tls-clients.ts'
import { patience } from '../../helpers/time/patience.ts'
import { until } from '../../helpers/time/until.ts'

const ACK_OF_ONE = '314100000001'
const sameLine = windowOf(1, pairsFrame(1, [['line', 'same'], ['host', 'h']])) // prettier-ignore

const within = async (condition: () => boolean, what: string) => await until(condition, what, 3000)

/** What the client has read, keep-alives among it. */
const hexOf = (client: RawClient) => client.heard.toString('hex')

/** A sink that holds every batch until `open` is called, and counts the events of each delivery that ended well. */
class GatedSink {
  stored = 0
  deliveries = 0
  readonly ids: string[] = []
  #gate = Promise.withResolvers<void>()

  async deliver(batch: EventBatch, giveUp: AbortSignal): Promise<void> {
    this.deliveries++
    const { promise: givenUp, reject } = Promise.withResolvers<never>()
    giveUp.addEventListener('abort', () => reject(giveUp.reason))
    await Promise.race([this.#gate.promise, givenUp])
    this.stored += batch.events.length
    this.ids.push(...batch.events.map(({ id }) => id))
  }

  open(): void {
    this.#gate.resolve()
  }

  close(): void {
    this.#gate = Promise.withResolvers()
  }
}

async function setUp(t: ExecutionContext) {
  const sink = new GatedSink()
  const { port, receiver } = await startTestReceiver(t, { sink })
  return { sink, port, receiver }
}

async function halfClose(t: ExecutionContext, port: number, bytes: Buffer): Promise<RawClient> {
  const client = await connectRaw(t, port)
  client.socket.end(bytes)
  return client
}

test('equal windows of clients that half-close are each stored, one after the other', async t => {
  const { port, sink, receiver } = await setUp(t)
  for (let i = 1; i <= 3; i++) {
    sink.close()
    const client = await halfClose(t, port, sameLine)
    await within(() => sink.deliveries === i, `window ${i} is with the sink`)
    sink.open()
    t.is(await client.hear(6), ACK_OF_ONE)
    await client.over()
  }
  t.is(sink.stored, 3)
  t.is(receiver.status().windowsJoined, 0)
})

test('equal windows of clients that half-close are each stored, at the same time', async t => {
  const { port, sink, receiver } = await setUp(t)
  const clients = [await halfClose(t, port, sameLine), await halfClose(t, port, sameLine)]
  await within(() => receiver.status().windows === 2, 'both windows have come')
  sink.open()
  for (const client of clients) t.is(await client.hear(6), ACK_OF_ONE)
  t.is(sink.stored, 2)
})

test('equal windows of clients that are both connected are each stored', async t => {
  const { port, sink, receiver } = await setUp(t)
  const clients = [await connectRaw(t, port), await connectRaw(t, port)]
  for (const client of clients) client.send(sameLine)
  await within(() => receiver.status().windows === 2, 'both windows have come')
  sink.open()
  for (const client of clients) t.is(await client.hear(6), ACK_OF_ONE)
  t.is(sink.stored, 2)
})

for (const lines of [1, 1024, 3000])
  for (const isSecure of [false, true])
    test(`a protocol 1 window of ${lines} lines is stored once, however often its client returns (${isSecure ? 'TLS' : 'plain text'})`, async t => {
      const sink = new GatedSink()
      const { ca, server, client: files } = await makeCertificates(await makeTempDir(t))
      const { port, receiver } = await startTestReceiver(t, { sink, ...(isSecure && { tls: server }) })
      const connect = () => (isSecure ? connectSecure(t, port, { ...files, ca }) : connectRaw(t, port))
      const window = forwarderWindow(
        1,
        Array.from({ length: lines }, (_, i) => `line ${i}`),
      )
      for (let attempt = 1; attempt <= 3; attempt++) {
        const client = await connect()
        client.send(window)
        await within(() => receiver.status().windows === attempt, `window ${attempt} has come`)
        await within(() => sink.deliveries === 1 && receiver.status().windowsJoined === attempt - 1, 'it is in hand')
        client.socket.destroy()
        await sleep(patience(100)) // until its end was seen
      }
      const last = await connect()
      last.send(window)
      await within(() => receiver.status().windowsJoined === 3, 'the last one has joined')
      sink.open()
      await last.hear(6)
      t.is(last.heard.readUInt32BE(2), lines)
      t.is(sink.stored, lines)
    })

for (const [protocol, window, ack] of [
  [1, sameLine, ACK_OF_ONE],
  [2, windowOf(2, jsonFrame(1, '{"@metadata":{"_id":"a-1"},"message":"same"}')), '324100000001'],
] as const)
  test(`a window of protocol ${protocol} whose client is cut off with its certificate is taken from the renewed one, and stored once`, async t => {
    const sink = new GatedSink()
    const dir = await makeTempDir(t)
    const { ca, server } = await makeCertificates(dir)
    const request = { name: 'web1', purpose: 'client' } as const
    const old = await makeOddCertificate(dir, { ...request, notAfter: new Date(Date.now() + patience(2000)) })
    const renewed = await makeOddCertificate(await makeTempDir(t), request)
    const files = [old, renewed].map(({ paths }) => readFileSync(paths.certificate, 'utf8'))
    const both = join(dir, 'both.pem')
    writeFileSync(both, files.join(''))
    const { port, receiver } = await startTestReceiver(t, { sink, tls: { ...server, ca: both } })
    const first = await connectSecure(t, port, { ...old.paths, ca })
    first.send(window)
    await within(() => sink.deliveries === 1, 'the first window is with the sink')
    await first.over()
    t.false(hexOf(first).includes(ack))
    await sleep(patience(150)) // until its end was seen
    const second = await connectSecure(t, port, { ...renewed.paths, ca })
    second.send(window)
    await within(() => receiver.status().windows === 2, 'the second window has come')
    sink.open()
    await within(() => hexOf(second).endsWith(ack), 'the second window is acked')
    t.is(new Set(sink.ids).size, 1)
    t.is(sink.stored, protocol === 1 ? 1 : 2) // with ids, the store recognises the second one
  })

test('an equal window of another certificate is stored, also after the client of the first one has gone', async t => {
  const sink = new GatedSink()
  const dir = await makeTempDir(t)
  const { ca, server, client } = await makeCertificates(dir)
  const other = await issueClientCertificate({ dir: join(dir, 'tls'), name: 'web2' })
  const { port, receiver } = await startTestReceiver(t, { sink, tls: { ...server, ca } })
  const first = await connectSecure(t, port, { ...client, ca })
  first.send(sameLine)
  await within(() => sink.deliveries === 1, 'the first window is with the sink')
  first.socket.destroy()
  await sleep(patience(100)) // until its end was seen
  const second = await connectSecure(t, port, { ...other, ca })
  second.send(sameLine)
  await within(() => receiver.status().windows === 2, 'the second window has come')
  sink.open()
  t.is(await second.hear(6), ACK_OF_ONE)
  t.is(sink.stored, 2)
})

test('a window whose ack met a client that had gone is joined by its client, and never one whose ack was read', async t => {
  const { port, sink, receiver } = await setUp(t)
  const gone = await connectRaw(t, port)
  gone.send(sameLine)
  await within(() => sink.deliveries === 1, 'the window is with the sink')
  gone.socket.destroy()
  await sleep(patience(100)) // until its end was seen
  sink.open()
  await within(() => receiver.status().connections === 0, 'its connection is over')
  const back = await connectRaw(t, port)
  back.send(sameLine)
  t.is(await back.hear(6), ACK_OF_ONE)
  t.is(sink.stored, 1)
  back.socket.destroy()
  const other = await connectRaw(t, port)
  other.send(sameLine)
  t.is(await other.hear(6), ACK_OF_ONE)
  t.is(sink.stored, 2)
})
