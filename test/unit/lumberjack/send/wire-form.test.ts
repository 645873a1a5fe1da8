import test, { type ExecutionContext } from 'ava'
import { readFile } from 'node:fs/promises'
import type { TlsOptions } from 'node:tls'
import type { LineBatch } from '../../../../src/flow/line-batch.ts'
import type { PublisherOptions } from '../../../../src/lumberjack/send/publisher-contract.ts'
import { MAX_RUN_HEADER_BYTES } from '../../../../src/lumberjack/wire/run-format.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { makeBatch, makeOrigin, makeRun } from '../../../helpers/lumberjack/line-batches.ts'
import { makeNumberedBatches, numberedLines } from '../../../helpers/lumberjack/numbered-batches.ts'
import { type TestPublisher, startPublisher } from '../../../helpers/lumberjack/publishers.ts'
import { type SeenWindow, messagesOf, metadataOf } from '../../../helpers/lumberjack/seen-windows.ts'
import { startOfferGate } from '../../../helpers/peers/offer-gate.ts'
import { type ScriptedConnection, ackAll, startScriptedServer } from '../../../helpers/peers/scripted-server.ts'
import { makeCertificates } from '../../../helpers/trust/certificates.ts'
import { until } from '../../../helpers/time/until.ts'

const TAKING: TlsOptions = { ALPNProtocols: ['forwarder/1'] }

const certificates = new Map<ExecutionContext, ReturnType<typeof makeCertificates>>()

/** A TLS server, and what a publisher needs to trust it. */
async function startTlsServer(
  t: ExecutionContext,
  options: TlsOptions,
  script: (connection: ScriptedConnection, index: number) => Promise<void> | void = ackAll,
) {
  const made = certificates.get(t) ?? makeTempDir(t).then(makeCertificates)
  certificates.set(t, made)
  const { ca, server } = await made
  const [cert, key] = await Promise.all([readFile(server.certificate), readFile(server.key)])
  return { server: await startScriptedServer(t, script, { tls: { cert, key, ...options } }), tls: { ca } }
}

const formsOf = (windows: readonly SeenWindow[]) => windows.map(({ runFrames }) => (runFrames > 0 ? 'runs' : 'events'))
const idsOf = (window: SeenWindow | undefined) => metadataOf(window).map(({ _id }) => _id)
const stateOf = (publisher: TestPublisher) => publisher.status().links[0]?.state

async function deliver(
  t: ExecutionContext,
  options: TlsOptions,
  {
    change = {},
    batches = makeNumberedBatches(2, 3),
  }: { change?: Partial<PublisherOptions>; batches?: LineBatch[] } = {},
) {
  const { server, tls } = await startTlsServer(t, options)
  const publisher = startPublisher(t, [server], { tls, ...change })
  for (const batch of batches) await publisher.send(batch)
  return { server, publisher }
}

test('a server that selects our own wire form gets runs, and the same events as any other', async t => {
  const run = makeRun(['a\n', 'b\r\n', Buffer.of(0xff, 0x0a)], { origin: makeOrigin({ fields: { type: 'x' } }) })
  const batches = [makeBatch([run, makeRun(['c\n'], { offset: 100 })])]
  const own = await deliver(t, TAKING, { batches })
  const other = await deliver(t, {}, { batches })
  t.deepEqual(formsOf(own.server.windows), ['runs'])
  t.deepEqual(formsOf(other.server.windows), ['events'])
  t.deepEqual(own.server.windows[0]?.events, other.server.windows[0]?.events)
  t.like(own.publisher.status(), { eventsAcked: 4, windowsAcked: 1, eventsSent: 4, eventsResent: 0 })
})

test('the form of a connection is in its log line and in the status', async t => {
  const own = await deliver(t, TAKING)
  const other = await deliver(t, {})
  for (const [{ publisher }, form] of [
    [own, 'forwarder/1'],
    [other, 'lumberjack'],
  ] as const) {
    t.like(stateOf(publisher), { kind: 'connected', form })
    t.is(publisher.log.lines.find(({ message }) => message === 'Connected to')?.fields['form'], form)
  }
})

test('the offer is made neither with protocol 1 nor where the settings exclude it', async t => {
  for (const change of [{ protocol: 1 }, { wireForm: 'lumberjack' }] as const) {
    const { server } = await deliver(t, TAKING, { change })
    t.deepEqual(formsOf(server.windows), ['events', 'events'])
  }
})

test('a server that refuses the offer is asked again without it at once, and not offered it again: nothing failed', async t => {
  const { server, tls } = await startTlsServer(t, { ALPNProtocols: ['h2'] }, async connection => {
    const window = await connection.window()
    connection.ack(window?.count ?? 0)
    connection.socket.end()
  })
  const gate = await startOfferGate(t, server.port, { offer: 'no such offer', end: () => {} })
  const publisher = startPublisher(t, [{ host: '127.0.0.1', port: gate.port }], { tls })
  for (const batch of makeNumberedBatches(3, 2)) await publisher.send(batch)
  t.deepEqual(server.windows.flatMap(messagesOf), numberedLines(6))
  t.is(gate.connectionCount, server.connectionCount + 1)
  t.like(publisher.status(), { connectFailures: 0, connectionsLost: 0 })
  t.deepEqual(
    publisher.log.lines.filter(({ level }) => level === 'warn' || level === 'error'),
    [],
  )
})

for (const [how, end] of [
  ['resets', (socket: { resetAndDestroy(): unknown }) => void socket.resetAndDestroy()],
  ['ends', (socket: { end(): unknown }) => void socket.end()],
] as const)
  test(`a server that ${how} a handshake because of the offer is asked again without it at once`, async t => {
    const { server, tls } = await startTlsServer(t, TAKING)
    const gate = await startOfferGate(t, server.port, { offer: 'forwarder/1', end })
    const publisher = startPublisher(t, [{ host: '127.0.0.1', port: gate.port }], { tls })
    await publisher.send(makeNumberedBatches(1, 2)[0]!)
    t.deepEqual(formsOf(server.windows), ['events'])
    t.is(gate.connectionCount, 2)
    t.is(publisher.status().connectFailures, 0)
  })

test('a server that ends every handshake fails once an attempt, and for another reason than the offer', async t => {
  const gate = await startOfferGate(t, 1, { offer: '', end: socket => void socket.end() })
  const { tls } = await startTlsServer(t, {})
  const publisher = startPublisher(t, [{ host: '127.0.0.1', port: gate.port }], { tls })
  await until(() => publisher.status().connectFailures >= 3, 'three attempts have failed')
  await publisher.close()
  t.is(gate.connectionCount, publisher.status().connectFailures + 1)
  const warnings = publisher.log.lines.filter(({ level }) => level === 'warn')
  t.true(
    warnings.every(({ fields }) => /closed the connection during the TLS handshake/.test(String(fields['reason']))),
  )
})

test('a resend over a connection of the other form is the same events with the same ids', async t => {
  for (const [first, second] of [
    [TAKING, {}],
    [{}, TAKING],
  ] as const) {
    const lost = await startTlsServer(t, first, async connection => {
      await connection.window()
      await lost.server.close()
    })
    const { server, tls } = await startTlsServer(t, second)
    const publisher = startPublisher(t, [lost.server, server], { tls, balance: 'failover' })
    await publisher.send(makeNumberedBatches(1, 3)[0]!)
    const windows = [lost.server.windows[0], server.windows[0]]
    t.not(windows[0]!.runFrames, windows[1]!.runFrames)
    t.deepEqual(idsOf(windows[0]), idsOf(windows[1]))
    t.deepEqual(messagesOf(windows[0]), messagesOf(windows[1]))
    t.true(metadataOf(windows[1]).every(({ doubtful }) => doubtful !== undefined))
  }
})

test('a partial ack shortens a resend in our own wire form to the events after it', async t => {
  const { server, tls } = await startTlsServer(t, TAKING, async (connection, index) => {
    if (index > 0) return ackAll(connection)
    await connection.window()
    connection.ack(3)
    connection.socket.end()
  })
  const publisher = startPublisher(t, [server], { tls })
  await publisher.send(makeNumberedBatches(1, 10)[0]!)
  t.deepEqual(messagesOf(server.windows[1]), numberedLines(10).slice(3))
  t.deepEqual(formsOf(server.windows), ['runs', 'runs'])
  t.like(publisher.status(), { eventsAcked: 7, partialAcks: 1, eventsResent: 7 })
})

test('a window that is suspected is sent as to any receiver, so that no event is refused for its form', async t => {
  const { server, tls } = await startTlsServer(t, TAKING, async connection => {
    for (let next = await connection.window(); next !== undefined; next = await connection.window()) {
      if (next.runFrames > 0 && messagesOf(next).includes('line 2')) return void connection.socket.end()
      connection.ack(next.count)
    }
  })
  const publisher = startPublisher(t, [server], { tls })
  await Promise.all(makeNumberedBatches(3, 1).map(batch => publisher.send(batch)))
  t.like(publisher.status(), { eventsRefused: 0 })
  t.deepEqual(formsOf(server.windows.filter(window => messagesOf(window).includes('line 2'))), [
    'runs',
    'runs',
    'events',
  ])
})

test('a window of more than 1 MiB is several frames of runs, and one whose header no reader takes is sent as events', async t => {
  const lines = Array.from({ length: 20 }, (_, i) => `${i} ${'x'.repeat(100_000)}\n`)
  const origin = makeOrigin({ path: `/${'x'.repeat(MAX_RUN_HEADER_BYTES)}` })
  const batches = [makeBatch([makeRun(lines)]), makeBatch([makeRun(['a\n'], { origin })])]
  const { server } = await deliver(t, TAKING, { batches })
  t.deepEqual(server.windows.flatMap(messagesOf), [...lines.map(line => line.trimEnd()), 'a'])
  t.deepEqual(
    server.windows.map(({ count, runFrames }) => [count, runFrames]),
    [
      [20, 2],
      [1, 0],
    ],
  )
})
