import test, { type ExecutionContext } from 'ava'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:net'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { DEFAULT_RECEIVER_LIMITS } from '../../../src/lumberjack/receive/receiver-contract.ts'
import { encodeWindowFrame } from '../../../src/lumberjack/wire/frames.ts'
import { makeCertificates, makeOddCertificate, readCertificate } from '../../helpers/trust/certificates.ts'
import { jsonFrame, windowOf } from '../../helpers/lumberjack/frames.ts'
import { startTestReceiver } from '../../helpers/lumberjack/receivers.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { RawClient, connectRaw } from '../../helpers/peers/raw-client.ts'
import { connectSecure } from '../../helpers/peers/tls-clients.ts'
import { until } from '../../helpers/time/until.ts'

const event = jsonFrame(1, '{"message":"m"}')
const oneEvent = windowOf(2, event)
const ACK_OF_ONE = '324100000001'
const within = async (condition: () => boolean, what: string) => await until(condition, what, 8000)

async function connectFrom(t: ExecutionContext, port: number, localAddress: string): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  t.teardown(() => socket.destroy())
  const client = new RawClient(socket)
  await once(socket, 'connect')
  return client
}

async function isServed(client: RawClient): Promise<boolean> {
  client.send(oneEvent)
  await within(() => client.isOver || client.heard.length >= 6, 'there is an answer')
  return client.heard.length >= 6
}

test('one address cannot take all places', async t => {
  const { port, log } = await startTestReceiver(t, { limits: { connections: 10, connectionsPerAddress: 3 } })
  for (let i = 0; i < 3; i++) t.true(await isServed(await connectFrom(t, port, '127.0.0.2')))
  const refused = await connectFrom(t, port, '127.0.0.2')
  await refused.over()
  t.true(await isServed(await connectFrom(t, port, '127.0.0.3')))
  t.true(log.lines.some(({ message }) => message.includes('connectionsPerAddress')))
})

test('handshakes under way do not count as connections, and have a limit of their own', async t => {
  const { ca, server, client: files } = await makeCertificates(await makeTempDir(t))
  const { port, receiver, log } = await startTestReceiver(t, {
    tls: { ...server, ca },
    limits: { connections: 2, handshakes: 4, connectionsPerAddress: 4 },
  })
  for (let i = 0; i < 3; i++) await connectRaw(t, port)
  await within(() => receiver.status().connections === 3, 'all are connected')
  const good = [await connectSecure(t, port, { ...files, ca }), await connectSecure(t, port, { ...files, ca })]
  for (const client of good) t.true(await isServed(client))
  for (const client of good) client.socket.destroy()
  await within(() => receiver.status().connections === 3, 'the good ones have left')
  await connectRaw(t, port)
  await within(() => receiver.status().connections === 4, 'as many handshakes as may be are under way')
  await (await connectRaw(t, port)).over()
  t.true(log.lines.some(({ message }) => message.includes('`handshakes`')))
})

test('one address cannot take all handshakes', async t => {
  const { ca, server, client: files } = await makeCertificates(await makeTempDir(t))
  const limits = { connections: 100, connectionsPerAddress: 50, handshakes: 6 }
  const { port, receiver, log } = await startTestReceiver(t, { tls: { ...server, ca }, limits })
  for (let i = 0; i < 3; i++) await connectFrom(t, port, '127.0.0.2')
  await within(() => receiver.status().connections === 3, 'all are connected')
  const more = [await connectFrom(t, port, '127.0.0.2'), await connectFrom(t, port, '127.0.0.2')]
  await connectFrom(t, port, '127.0.0.2')
  t.true(await isServed(await connectSecure(t, port, { ...files, ca })))
  for (const client of more) await client.over()
  t.true(log.lines.some(({ message }) => message.includes('connectionsPerAddress')))
})

test('refused clients cause at most as many lines as the quota has, and the number of the others', async t => {
  const { port, receiver, log } = await startTestReceiver(t, { limits: { rejectDelayMs: 0 } })
  const clients = 100
  for (let i = 0; i < clients; i++) {
    const client = await connectRaw(t, port)
    client.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
    await client.over()
  }
  await within(() => receiver.status().protocolErrors === clients, 'all have been refused')
  await receiver.close()
  const warnings = log.lines.filter(({ level }) => level === 'warn')
  t.true(warnings.length <= 11, `${warnings.length} lines`)
  t.is(warnings.at(-1)?.fields['count'], clients - 10)
})

const silent = test.macro({
  title: (name = '') => `a client that ${name} is disconnected, and another one is served`,
  exec: async (
    t,
    limits: Partial<typeof DEFAULT_RECEIVER_LIMITS> & object,
    act: (client: RawClient) => Promise<void>,
  ) => {
    const { port } = await startTestReceiver(t, { limits: { ...limits, rejectDelayMs: 1 } })
    const client = await connectRaw(t, port)
    const acting = act(client)
    await client.over()
    await acting
    t.true(await isServed(await connectRaw(t, port)))
  },
})

test('sends nothing', silent, { firstByteMs: 30 } as object, async () => {})
test('is idle after its windows', silent, { idleMs: 30 } as object, async client => {
  client.send(oneEvent)
  await client.hear(6)
})
test('drips', silent, { silenceMs: 60, minBytesPerSecond: 10_000 } as object, async client => {
  client.send(encodeWindowFrame(2, 1), Buffer.from('2J\0\0\0\x01\0\0\xff\xff'))
  while (!client.isOver) {
    client.send(Buffer.from('x'))
    await sleep(10)
  }
})

test('a client that waits for its ack is not idle, and one that is not read is not slow', async t => {
  const { port, sink } = await startTestReceiver(t, {
    limits: { idleMs: 20, silenceMs: 4000, minBytesPerSecond: 10_000_000, batchesInFlight: 1 },
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  sink.hold = promise
  const client = await connectRaw(t, port)
  client.send(oneEvent, oneEvent, oneEvent, encodeWindowFrame(2, 1), event.subarray(0, 10))
  await within(() => sink.batches.length === 1, 'the first window is with the sink')
  await sleep(50)
  t.false(client.isOver)
  resolve()
  client.send(event.subarray(10))
  t.is(await client.hear(24), ACK_OF_ONE.repeat(4))
})

test('a connection ends with its certificate', async t => {
  const dir = await makeTempDir(t)
  const { ca, server } = await makeCertificates(dir)
  const request = { name: 'short', purpose: 'client', notAfter: new Date(Date.now() + 3000) } as const
  const { paths } = await makeOddCertificate(dir, request)
  const { port, log } = await startTestReceiver(t, { tls: { ...server, ca: paths.certificate } })
  const client = await connectSecure(t, port, { ...paths, ca })
  t.true(await isServed(client))
  await client.over()
  t.true(Date.now() >= Math.floor(request.notAfter.getTime() / 1000) * 1000)
  t.true(log.lines.some(({ message }) => message === 'client is cut off: its certificate has ended'))
})

test('a connection ends when the authority of its certificate is not trusted any more, and the others stay', async t => {
  const dir = await makeTempDir(t)
  const one = await makeCertificates(join(dir, 'one'))
  const other = await makeCertificates(join(dir, 'other'))
  const both = join(dir, 'both.pem')
  const texts = await Promise.all([one.ca, other.ca].map(async path => (await readCertificate(path)).toString()))
  await writeFile(both, texts.join(''))
  const tls = { ...one.server, ca: both }
  const { port, receiver, log } = await startTestReceiver(t, { tls })
  const stays = await connectSecure(t, port, { ...one.client, ca: one.ca })
  const goes = await connectSecure(t, port, { ...other.client, ca: one.ca })
  for (const client of [stays, goes]) t.true(await isServed(client))
  await copyFile(one.ca, both)
  await receiver.reconfigure({ listen: [{ host: '127.0.0.1', port: 0 }], limits: DEFAULT_RECEIVER_LIMITS, keepaliveMs: 0, tls }) // prettier-ignore
  await goes.over()
  t.true(log.lines.some(({ message }) => message.startsWith('client is cut off: its authority')))
  stays.send(oneEvent)
  t.is(await stays.hear(12), ACK_OF_ONE.repeat(2))
})

test('a client whose handshakes fail waits before the next, and is counted instead of logged', async t => {
  const { ca, server } = await makeCertificates(await makeTempDir(t))
  const { port, receiver, log } = await startTestReceiver(t, {
    tls: { ...server, ca },
    limits: { failedHandshakeWaitMs: 40 },
  })
  const startedMs = performance.now()
  for (let i = 1; i <= 4; i++) {
    await connectSecure(t, port, { ca }).then(
      client => client.over(),
      () => {},
    )
    await within(() => receiver.status().handshakeErrors === i, `handshake ${i} has failed`)
  }
  t.true(performance.now() - startedMs >= 40 + 80 + 160)
  t.is(log.lines.filter(({ message }) => message.startsWith('a TLS handshake failed')).length, 1)
})

test('a client that waits after a failed handshake is disconnected when the receiver closes', async t => {
  const { ca, server } = await makeCertificates(await makeTempDir(t))
  const limits = { failedHandshakeWaitMs: 600_000 }
  const { port, receiver } = await startTestReceiver(t, { tls: { ...server, ca }, limits })
  const fails = await connectFrom(t, port, '127.0.0.1')
  fails.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
  await within(() => receiver.status().handshakeErrors === 1, 'the first one has failed')
  const waits = await connectFrom(t, port, '127.0.0.1')
  await within(() => receiver.status().connectionsAccepted === 2, 'the second one is accepted')
  t.false(waits.isOver)
  await receiver.close()
  await within(() => waits.isOver, 'it is disconnected')
})

test('an address that has a connection that works does not wait for what its neighbours do', async t => {
  const { ca, server, client: files } = await makeCertificates(await makeTempDir(t))
  const { port, receiver } = await startTestReceiver(t, {
    tls: { ...server, ca },
    limits: { failedHandshakeWaitMs: 60_000 },
  })
  t.true(await isServed(await connectSecure(t, port, { ...files, ca })))
  await connectSecure(t, port, { ca }).then(
    client => client.over(),
    () => {},
  )
  await within(() => receiver.status().handshakeErrors === 1, 'a neighbour has failed')
  t.true(await isServed(await connectSecure(t, port, { ...files, ca })))
})
