import test, { type ExecutionContext } from 'ava'
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { type TLSSocket, connect } from 'node:tls'
import { Variable } from '../../../src/flow/watched-value.ts'
import { issueClientCertificate } from '../../../src/tls/file-authority.ts'
import type { Revocations } from '../../../src/tls/peer-gate.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { jsonFrame, windowOf } from '../../helpers/lumberjack/frames.ts'
import { startTestReceiver } from '../../helpers/lumberjack/receivers.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { connectSecure } from '../../helpers/peers/tls-clients.ts'
import { until } from '../../helpers/time/until.ts'

const oneEvent = windowOf(2, jsonFrame(1, '{"message":"m"}'))

function only(...serials: readonly string[]): Revocations {
  return { has: ({ serialNumber }) => serials.includes(serialNumber) }
}

async function setUp(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const { ca, server, client } = await makeCertificates(dir)
  const other = await issueClientCertificate({ dir: join(dir, 'tls'), name: 'other' })
  const serial = new X509Certificate(await readFile(client.certificate)).serialNumber
  const revoked = new Variable(only())
  const started = await startTestReceiver(t, { tls: { ...server, ca, revoked } })
  return { ...started, ca, serial, revoked, client: { ...client, ca }, other: { ...other, ca } }
}

test('a revoked certificate is refused before a byte is read, in one line with its name and serial', async t => {
  const { port, log, sink, serial, revoked, client, other, receiver } = await setUp(t)
  revoked.set(only(serial))
  const thief = await connectSecure(t, port, client)
  thief.send(oneEvent)
  await thief.over()
  const lines = log.lines.filter(({ message }) => message.includes('revoked'))
  t.is(lines.length, 1)
  t.like(lines[0], { level: 'warn', fields: { name: 'agent', serial } })
  t.deepEqual([sink.batches.length, receiver.status().handshakeErrors], [0, 1])
  const good = await connectSecure(t, port, other)
  good.send(oneEvent)
  t.is(await good.hear(6), '324100000001')
  revoked.set(only())
  const pardoned = await connectSecure(t, port, client)
  pardoned.send(oneEvent)
  t.is(await pardoned.hear(6), '324100000001')
})

test('open connections are cut off as soon as their certificate is revoked, and the others stay', async t => {
  const { port, log, sink, serial, revoked, client, other, receiver } = await setUp(t)
  const [bad, good] = [await connectSecure(t, port, client), await connectSecure(t, port, other)]
  const { promise, resolve } = Promise.withResolvers<void>()
  sink.hold = promise
  for (const one of [bad, good]) one.send(oneEvent)
  await until(() => sink.batches.length === 2, 'both events are with the sink')
  revoked.set(only(serial))
  await bad.over()
  resolve()
  t.is(await good.hear(6), '324100000001')
  await until(() => receiver.status().connections === 1, 'one is left')
  await until(() => receiver.status().bytesInFlight === 0, 'all memory is given back')
  t.is(bad.heard.length, 0)
  const lines = log.lines.filter(({ message }) => message.includes('cut off'))
  t.like(lines[0], { level: 'warn', fields: { name: 'agent', serial } })
  t.is(lines.length, 1)
  revoked.set(only(serial, '00'))
  t.is(log.lines.filter(({ message }) => message.includes('cut off')).length, 1)
})

for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
  test(`a resumed ${version} session does not hide a revoked certificate`, async t => {
    const { port, log, serial, revoked, client } = await setUp(t)
    const options = {
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: await readFile(client.ca),
      cert: await readFile(client.certificate),
      key: await readFile(client.key),
      minVersion: version,
      maxVersion: version,
    }
    const first = connect(options)
    t.teardown(() => first.destroy())
    first.write(oneEvent)
    const [session] = (await once(first, 'session')) as [Buffer]
    revoked.set(only(serial))
    const second: TLSSocket = connect({ ...options, session })
    second.on('error', () => {}) // it is cut off
    t.teardown(() => second.destroy())
    second.on('data', () => t.fail('a revoked client got an answer'))
    await once(second, 'secureConnect')
    t.true(second.isSessionReused())
    second.write(oneEvent)
    await once(second, 'close')
    t.is(log.lines.filter(({ message }) => message.includes('is refused')).length, 1)
  })
