import test from 'ava'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeCertificates, makeNamelessCertificate } from '../../../helpers/trust/certificates.ts'
import { makeNumberedBatches, numberedLines } from '../../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher, type TestPublisher } from '../../../helpers/lumberjack/publishers.ts'
import { ackAll, startScriptedServer } from '../../../helpers/peers/scripted-server.ts'
import { messagesOf } from '../../../helpers/lumberjack/seen-windows.ts'
import { startTcpGate, type TcpGate } from '../../../helpers/peers/tcp-gate.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { patience } from '../../../helpers/time/patience.ts'
import { until } from '../../../helpers/time/until.ts'

const [batch] = makeNumberedBatches(1, 3)

async function readPair(paths: { readonly certificate: string; readonly key: string }) {
  const [cert, key] = await Promise.all([readFile(paths.certificate), readFile(paths.key)])
  return { cert, key }
}

function warningOf(publisher: TestPublisher) {
  const warning = publisher.log.lines.find(({ level }) => level === 'warn')
  return { message: warning?.message, reason: String(warning?.fields['reason']) }
}

test('batches travel over TLS, both to a name and to an address', async t => {
  const { ca, server } = await makeCertificates(await makeTempDir(t))
  const scripted = await startScriptedServer(t, ackAll, { tls: await readPair(server) })
  for (const host of ['localhost', '127.0.0.1'])
    await startPublisher(t, [{ host, port: scripted.port }], { tls: { ca } }).send(batch!)
  t.deepEqual(scripted.windows.flatMap(messagesOf), [...numberedLines(3), ...numberedLines(3)])
})

test('a self-signed certificate that is given as certificate, key and ca is trusted, as logstash-forwarder trusts it', async t => {
  const nameless = await makeNamelessCertificate(await makeTempDir(t))
  const scripted = await startScriptedServer(t, ackAll, { tls: await readPair(nameless) })
  const tls = { certificate: nameless.certificate, key: nameless.key, ca: nameless.certificate }
  const publisher = startPublisher(t, [scripted], { tls, protocol: 1 })
  await publisher.send(batch!)
  t.regex(warningOf(publisher).message ?? '', /trusting it because it is in the CA file itself/)
})

test('nothing is sent to a server with a certificate of another authority, and one log line has the reason', async t => {
  const dir = await makeTempDir(t)
  const { server } = await makeCertificates(dir)
  const { ca } = await makeCertificates(join(dir, 'other'))
  const scripted = await startScriptedServer(t, ackAll, { tls: await readPair(server) })
  const publisher = startPublisher(t, [scripted], { tls: { ca }, backoff: { firstMs: 60_000, maxMs: 60_000 } })
  const delivery = t.throwsAsync(publisher.send(batch!), { code: 'closed' })
  await until(() => publisher.status().connectFailures === 1, 'it has failed')
  await publisher.close()
  await delivery
  t.is(scripted.windows.length, 0)
  t.is(warningOf(publisher).message, 'Failed to tls handshake with')
  t.regex(warningOf(publisher).reason, /not with the key of that name in the authorities in/)
})

test('batches go to the next server when one has a wrong certificate', async t => {
  const dir = await makeTempDir(t)
  const ours = await makeCertificates(dir)
  const other = await makeCertificates(join(dir, 'other'))
  const impostor = await startScriptedServer(t, ackAll, { tls: await readPair(other.server) })
  const genuine = await startScriptedServer(t, ackAll, { tls: await readPair(ours.server) })
  await startPublisher(t, [impostor, genuine], { tls: { ca: ours.ca } }).send(batch!)
  t.is(impostor.windows.length, 0)
  t.is(genuine.windows.length, 1)
})

test('a CA file that is replaced while the agent runs is used for the next connection', async t => {
  const dir = await makeTempDir(t)
  const before = await makeCertificates(join(dir, 'before'))
  const after = await makeCertificates(join(dir, 'after'))
  const live = join(dir, 'live.pem')
  await copyFile(before.ca, live)
  const scripted = await startScriptedServer(t, ackAll, { tls: await readPair(after.server) })
  const publisher = startPublisher(t, [scripted], { tls: { ca: live } })
  const delivery = publisher.send(batch!)
  await until(() => publisher.status().connectFailures > 0, 'it is refused with the old file')
  await copyFile(after.ca, live)
  await delivery
  t.is(scripted.windows.length, 1)
})

test('a link waits for missing certificate files, and a log line has the reason', async t => {
  const dir = await makeTempDir(t)
  const { ca, server } = await makeCertificates(dir)
  const scripted = await startScriptedServer(t, ackAll, { tls: await readPair(server) })
  const late = join(dir, 'late', 'ca.pem')
  const publisher = startPublisher(t, [scripted], { tls: { ca: late } })
  const delivery = publisher.send(batch!)
  await until(() => publisher.status().connectFailures > 0, 'it has failed')
  t.is(warningOf(publisher).message, 'Failed to load certificates')
  t.regex(warningOf(publisher).reason, /late\/ca\.pem cannot be read: ENOENT/)
  await mkdir(join(dir, 'late'))
  await copyFile(ca, late)
  await delivery
  t.is(scripted.windows.length, 1)
})

test('the error for a server that requires a client certificate reports that none is configured', async t => {
  const { ca, server } = await makeCertificates(await makeTempDir(t))
  const demanding = { ...(await readPair(server)), requestCert: true, rejectUnauthorized: true, ca: await readFile(ca) }
  const scripted = await startScriptedServer(t, ackAll, { tls: demanding })
  const publisher = startPublisher(t, [scripted], { tls: { ca } })
  await until(() => publisher.status().links[0]?.lastError !== undefined, 'it has failed')
  t.regex(publisher.status().links[0]?.lastError ?? '', /demands a client certificate and none is set/)
  t.is(publisher.status().eventsAcked, 0)
})

test('plain text to a TLS server, and TLS to a plain one, fail with an explanation', async t => {
  const { ca, server } = await makeCertificates(await makeTempDir(t))
  const secure = await startScriptedServer(t, ackAll, { tls: await readPair(server) })
  const open = await startScriptedServer(t, ({ socket }) => void socket.once('data', () => socket.end()))
  const plainClient = startPublisher(t, [secure])
  const tlsClient = startPublisher(t, [open], { tls: { ca } })
  const refused = t.throwsAsync(plainClient.send(batch!), { code: 'closed' })
  await until(() => plainClient.status().links[0]?.lastError !== undefined, 'plain text has failed')
  await until(() => tlsClient.status().links[0]?.lastError !== undefined, 'TLS has failed')
  await plainClient.close()
  await refused
  t.regex(warningOf(plainClient).reason, /may expect TLS where we speak plain text|that is TLS, so set `tls`/)
  t.regex(warningOf(tlsClient).reason, /closed the connection during the TLS handshake.*may speak plain text/)
})

for (const [how, stop] of [
  ['ends each handshake', (gate: TcpGate) => gate.close()],
  ['leaves each handshake unanswered', (gate: TcpGate) => gate.swallow()],
] as const)
  test(`a server that has acked, and then ${how}, is not suspected of being something else`, async t => {
    const { ca, server } = await makeCertificates(await makeTempDir(t))
    const collector = await startScriptedServer(t, ackAll, { tls: await readPair(server) })
    const gate = await startTcpGate(t, collector.port)
    const address = { host: '127.0.0.1', port: gate.port }
    const publisher = startPublisher(t, [address], { tls: { ca }, timeoutMs: patience(300) })
    const [one, two] = makeNumberedBatches(2, 1)
    await publisher.send(one!)
    gate.close() // also the connection there is: it is made again
    await until(() => publisher.status().links[0]?.state.kind === 'resting', 'the link has seen the end')
    stop(gate)
    const sent = publisher.send(two!)
    await until(() => publisher.status().connectFailures > 0, 'an attempt has failed')
    gate.open()
    await sent
    const reasons = publisher.log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['reason'])
    t.true(reasons.length > 0)
    for (const reason of reasons) {
      t.regex(String(reason), /TLS handshake: it has acked before/)
      t.notRegex(String(reason), /plain text|certificate|not be a Lumberjack/)
    }
  })
