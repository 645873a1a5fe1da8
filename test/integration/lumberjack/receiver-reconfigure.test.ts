import test from 'ava'
import { copyFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DEFAULT_RECEIVER_LIMITS } from '../../../src/lumberjack/receive/receiver-contract.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { jsonFrame, windowOf } from '../../helpers/lumberjack/frames.ts'
import { listen } from '../../helpers/peers/handshakes.ts'
import { connectRaw } from '../../helpers/peers/raw-client.ts'
import { startTestReceiver } from '../../helpers/lumberjack/receivers.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { connectSecure } from '../../helpers/peers/tls-clients.ts'
import { until } from '../../helpers/time/until.ts'

const anyPort = { host: '127.0.0.1', port: 0 }
const settings = { listen: [anyPort], limits: DEFAULT_RECEIVER_LIMITS, keepaliveMs: 5000 }
const oneEvent = windowOf(2, jsonFrame(1, '{"message":"m"}'))
const ackOfOne = '324100000001'

test('listeners are opened and closed, and open connections stay', async t => {
  const { receiver, port } = await startTestReceiver(t)
  const old = await connectRaw(t, port)
  old.send(oneEvent)
  t.is(await old.hear(6), ackOfOne)

  await receiver.reconfigure({ ...settings, listen: [anyPort, anyPort] })
  t.is(receiver.addresses.length, 2)
  t.is(receiver.addresses[0]?.port, port, 'what is asked for as before stays open')
  const added = receiver.addresses[1]!.port
  const fresh = await connectRaw(t, added)
  fresh.send(oneEvent)
  t.is(await fresh.hear(6), ackOfOne)

  await receiver.reconfigure({ ...settings, listen: [{ host: '::1', port: 0 }] })
  t.deepEqual(
    receiver.addresses.map(({ host }) => host),
    ['::1'],
  )
  for (const gone of [port, added]) {
    const error = await t.throwsAsync<NodeJS.ErrnoException>(connectRaw(t, gone))
    t.true(['ECONNREFUSED', 'ECONNRESET'].includes(error?.code ?? ''), error?.code)
  }
  for (const client of [old, fresh]) client.send(windowOf(2, jsonFrame(2, '{}')))
  for (const client of [old, fresh]) t.is(await client.hear(12), `${ackOfOne}324100000002`)
})

test('a reconfiguration with an address that cannot be listened on changes nothing', async t => {
  const { receiver, port } = await startTestReceiver(t, { limits: { connections: 1 } })
  const taken = await listen(t, createServer())
  const change = {
    ...settings,
    listen: [
      { host: '::1', port: 0 },
      { host: '127.0.0.1', port: taken },
    ],
  }
  await t.throwsAsync(receiver.reconfigure(change), {
    message: /cannot listen on 127\.0\.0\.1 port \d+: another program/,
  })
  t.deepEqual(receiver.addresses, [{ host: '127.0.0.1', port }])
  const [first, second] = [await connectRaw(t, port), await connectRaw(t, port)]
  first.send(oneEvent)
  t.is(await first.hear(6), ackOfOne)
  await second.over()
})

test('an address that overlaps with a removed one replaces it, and gives it back if another address fails', async t => {
  const { receiver, port } = await startTestReceiver(t)
  const old = await connectRaw(t, port)
  const taken = await listen(t, createServer())
  const everywhere = { host: '0.0.0.0', port }
  const change = { ...settings, listen: [everywhere, { host: '127.0.0.1', port: taken }] }
  await t.throwsAsync(receiver.reconfigure(change), { message: /cannot listen on 127\.0\.0\.1/ })
  t.deepEqual(receiver.addresses, [{ host: '127.0.0.1', port }])
  const between = await connectRaw(t, port)
  await receiver.reconfigure({ ...settings, listen: [everywhere] })
  t.deepEqual(receiver.addresses, [everywhere])
  for (const open of [old, between, await connectRaw(t, port)]) {
    open.send(oneEvent)
    t.is(await open.hear(6), ackOfOne)
  }
})

test('TLS is switched on, changed and switched off for new connections; unusable certificates change nothing', async t => {
  const dir = await makeTempDir(t)
  const [one, other] = [await makeCertificates(join(dir, 'one')), await makeCertificates(join(dir, 'other'))]
  const { receiver, port } = await startTestReceiver(t)
  const plain = await connectRaw(t, port)
  await receiver.reconfigure({ ...settings, tls: { ...one.server, ca: one.ca } })
  const client = { ...one.client, ca: one.ca }
  const first = await connectSecure(t, port, client)
  await t.throwsAsync(receiver.reconfigure({ ...settings, tls: { ...one.server, key: other.server.key } }), {
    code: 'files',
  })
  const second = await connectSecure(t, port, client)
  await receiver.reconfigure({ ...settings, tls: { ...other.server, clientAuth: 'none' } })
  await t.throwsAsync(connectSecure(t, port, client))
  const third = await connectSecure(t, port, { ca: other.ca })
  await receiver.reconfigure(settings)
  const fourth = await connectRaw(t, port)
  for (const open of [plain, first, second, third, fourth]) {
    open.send(oneEvent)
    t.is(await open.hear(6), ackOfOne)
  }
})

test('renewed certificate files of the same names are used at once', async t => {
  const dir = await makeTempDir(t)
  const [one, other] = [await makeCertificates(join(dir, 'one')), await makeCertificates(join(dir, 'other'))]
  const tls = { ...one.server, clientAuth: 'none' } as const
  const { receiver, port } = await startTestReceiver(t, { tls })
  await connectSecure(t, port, { ca: one.ca })
  await copyFile(other.server.certificate, tls.certificate)
  await copyFile(other.server.key, tls.key)
  await receiver.reconfigure({ ...settings, tls: { ...tls } })
  const client = await connectSecure(t, port, { ca: other.ca })
  client.send(oneEvent)
  t.is(await client.hear(6), ackOfOne)
})

test('changed limits and keep-alives apply to new connections, and the limit on connections counts all', async t => {
  const { receiver, port, sink, log } = await startTestReceiver(t, { limits: { windowEvents: 1 } })
  const old = await connectRaw(t, port)
  const limits = { ...DEFAULT_RECEIVER_LIMITS, windowEvents: 2, connections: 2 }
  await receiver.reconfigure({ ...settings, limits, keepaliveMs: 20 })
  const fresh = await connectRaw(t, port)
  const over = await connectRaw(t, port)
  await over.over()
  const { promise, resolve } = Promise.withResolvers<void>()
  sink.hold = promise
  fresh.send(windowOf(2, jsonFrame(1, '{}'), jsonFrame(2, '{}')))
  t.is((await fresh.hear(12)).slice(0, 24), '324100000000'.repeat(2))
  resolve()
  old.send(windowOf(2, jsonFrame(1, '{}'), jsonFrame(2, '{}')))
  await old.over()
  await until(() => log.lines.some(({ fields }) => fields['code'] === 'window_too_large'), 'the reason is logged')
  await until(() => receiver.status().connections === 1, 'the old one is gone')
  t.is(receiver.status().connectionsRefused, 1)
})

test('more memory for events wakes a connection that waits for it', async t => {
  const limits = { bytesInFlight: 400_000 }
  const { receiver, port, sink } = await startTestReceiver(t, { limits })
  const { promise, resolve } = Promise.withResolvers<void>()
  sink.hold = promise
  t.teardown(resolve)
  const big = windowOf(2, jsonFrame(1, `{"message":"${'x'.repeat(150_000)}"}`))
  const clients = [await connectRaw(t, port), await connectRaw(t, port)]
  for (const client of clients) client.send(big, big, big)
  await until(() => receiver.status().bytes >= 2 * big.length, 'as much of both is read as one event has')
  const before = sink.batches.length
  await receiver.reconfigure({ ...settings, limits: DEFAULT_RECEIVER_LIMITS })
  await until(() => sink.batches.length === 6, 'all events are with the sink')
  t.true(before < 6, 'there was memory for all from the beginning')
})

test('reconfigurations run one after another, and none runs after the end', async t => {
  const { receiver } = await startTestReceiver(t)
  const counts = [3, 1, 2]
  await Promise.all(
    counts.map(
      async count => await receiver.reconfigure({ ...settings, listen: Array.from({ length: count }, () => anyPort) }),
    ),
  )
  t.is(receiver.addresses.length, 2)
  const ports = receiver.addresses.map(({ port }) => port)
  const late = receiver.reconfigure({ ...settings, listen: [anyPort, anyPort, anyPort] })
  await receiver.close()
  await late
  await receiver.reconfigure(settings)
  for (const port of ports) await t.throwsAsync(connectRaw(t, port), { code: 'ECONNREFUSED' })
})
