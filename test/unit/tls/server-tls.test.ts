import test, { type ExecutionContext } from 'ava'
import { once } from 'node:events'
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { connect as connectTcp } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ConnectionOptions, type TLSSocket, connect } from 'node:tls'
import { explainClientFailure } from '../../../src/tls/explain-client-failure.ts'
import { type ServerTls, createTlsServer, peerNameOf } from '../../../src/tls/server-tls.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import {
  makeCertificates,
  makeNamelessCertificate,
  makeOddCertificate,
  type TestCertificates,
} from '../../helpers/trust/certificates.ts'
import { listen } from '../../helpers/peers/handshakes.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

/** What the server made of one client: its name, or why it was refused. */
async function greet(t: ExecutionContext, tls: ServerTls, client: ConnectionOptions): Promise<string | undefined> {
  const server = await createTlsServer(tls, silentLog)
  const port = await listen(t, server)
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...client })
  socket.on('error', () => {}) // a refusal, which the server explains
  t.teardown(() => socket.destroy())
  const refused = once(server, 'tlsClientError').then(([error, peer]) => explainClientFailure(error, peer))
  const accepted = once(server, 'secureConnection').then(async ([peer]: TLSSocket[]) => {
    if (peer!.destroyed) return peer!.errored?.message
    return peerNameOf(peer!) ?? 'nameless'
  })
  return await Promise.race([refused, accepted])
}

async function clientOf({ client }: TestCertificates): Promise<ConnectionOptions> {
  return { cert: await readFile(client.certificate), key: await readFile(client.key) }
}

test('a server without client authentication requests no certificate', async t => {
  const own = await makeCertificates(await makeTempDir(t))
  t.is(await greet(t, own.server, { ...(await clientOf(own)), servername: 'x' }), 'agent', 'ca alone demands one')
  const { certificate, key } = own.server
  t.is(await greet(t, { certificate, key }, await clientOf(own)), 'nameless')
  t.is(await greet(t, { ...own.server, clientAuth: 'none' }, await clientOf(own)), 'nameless')
})

for (const clientAuth of ['optional', 'required'] as const)
  test(`with ${clientAuth} client authentication a valid certificate shows its name`, async t => {
    const own = await makeCertificates(await makeTempDir(t))
    t.is(await greet(t, { ...own.server, clientAuth }, await clientOf(own)), 'agent')
  })

test('with optional client authentication a client without a certificate is admitted', async t => {
  const own = await makeCertificates(await makeTempDir(t))
  t.is(await greet(t, { ...own.server, clientAuth: 'optional' }, {}), 'nameless')
})

test("one PEM file may hold a server's certificate, its key and the authorities", async t => {
  const dir = await makeTempDir(t)
  const own = await makeCertificates(dir)
  const parts = [own.server.certificate, own.server.key, own.ca].map(path => readFile(path, 'utf8'))
  const all = join(dir, 'all.pem')
  await writeFile(all, (await Promise.all(parts)).join(''), { mode: 0o600 })
  t.is(await greet(t, { certificate: all, key: all, ca: own.ca }, await clientOf(own)), 'agent')
})

test('a server uses changed files at once after refresh()', async t => {
  const dir = await makeTempDir(t)
  const [one, other] = [await makeCertificates(join(dir, 'one')), await makeCertificates(join(dir, 'other'))]
  const server = await createTlsServer({ ...one.server, clientAuth: 'none' }, silentLog, { refreshMs: 3_600_000 })
  const port = await listen(t, server)
  const shownCertificate = async () => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    t.teardown(() => socket.destroy())
    await once(socket, 'secureConnect')
    return socket.getPeerX509Certificate()?.fingerprint256
  }
  const before = await shownCertificate()
  await copyFile(other.server.certificate, one.server.certificate)
  await server.refresh()
  t.is(await shownCertificate(), before, 'a certificate without its key is not used')
  await copyFile(other.server.key, one.server.key)
  await server.refresh()
  t.not(await shownCertificate(), before)
})

test('with required client authentication a client without a certificate is refused', async t => {
  const own = await makeCertificates(await makeTempDir(t))
  t.regex(
    (await greet(t, { ...own.server, clientAuth: 'required' }, {})) ?? '',
    /shows no certificate, and `clientAuth` demands one of our `ca` \S+ca\.pem \("test CA"\): forwarder ca issue client --dir DIR NAME/,
  )
})

for (const clientAuth of ['optional', 'required'] as const)
  test(`with ${clientAuth} client authentication a certificate of another authority is refused`, async t => {
    const dir = await makeTempDir(t)
    const own = await makeCertificates(join(dir, 'own'))
    const other = await makeCertificates(join(dir, 'other'))
    const said = await greet(t, { ...own.server, clientAuth }, await clientOf(other))
    t.regex(
      said ?? '',
      /the client's certificate "agent", signed by "test CA", valid from 20\S+Z until 20\S+Z, is not signed by an authority in our `ca` \S+own\/tls\/ca\.pem \("test CA"\), where another authority has the same name: .*forwarder ca issue client --dir DIR agent$/,
    )
  })

for (const clientAuth of ['optional', 'required'] as const)
  test(`with ${clientAuth} client authentication the dates of a refused certificate are in the message`, async t => {
    const dir = await makeTempDir(t)
    const own = await makeCertificates(dir)
    const authority = await Promise.all(['ca.pem', 'ca.key'].map(name => readFile(join(dir, 'tls', name), 'utf8')))
    const issuer = { certificate: authority[0] ?? '', key: authority[1] ?? '' }
    const dates = { notBefore: new Date('2021-01-01T00:00:00Z'), notAfter: new Date('2022-03-04T05:06:07Z') }
    const old = await makeOddCertificate(dir, { name: 'web1', purpose: 'client', ...dates }, issuer)
    const said = await greet(t, { ...own.server, clientAuth }, { cert: old.certificate, key: old.key })
    t.regex(
      said ?? '',
      /the client's certificate "web1", signed by "test CA", valid from 2021-01-01T00:00:00Z until 2022-/,
    )
    t.regex(
      said ?? '',
      /has been expired since 2022-03-04T05:06:07Z .* forwarder ca issue client --dir DIR web1 --overwrite$/,
    )
  })

test('where clients enrol, the remedy for one without a certificate is a join token', async t => {
  const dir = await makeTempDir(t)
  const own = await makeCertificates(join(dir, 'own'))
  const other = await makeCertificates(join(dir, 'other'))
  const ca = join(dir, 'identity', 'authorities.pem')
  await mkdir(join(dir, 'identity'))
  await copyFile(own.ca, ca)
  const said = await greet(t, { ...own.server, ca }, await clientOf(other))
  t.regex(said ?? '', /"agent", signed by "test CA".*: forwarder ca token create --dir DIR --for agent --name agent$/)
  t.notRegex(said ?? '', /ca issue/)
})

test("a client that shows a server's certificate is refused", async t => {
  const own = await makeCertificates(await makeTempDir(t))
  const client = { cert: await readFile(own.server.certificate), key: await readFile(own.server.key) }
  t.regex((await greet(t, { ...own.server, clientAuth: 'required' }, client)) ?? '', /not made for clients/)
})

test('a self-signed client certificate in `ca` is accepted', async t => {
  const dir = await makeTempDir(t)
  const nameless = await makeNamelessCertificate(dir)
  const client = { cert: await readFile(nameless.certificate), key: await readFile(nameless.key) }
  t.regex((await greet(t, { ...nameless, ca: nameless.certificate }, client)) ?? '', /Internet Widgits/)
})

test('a client with an old version of TLS is refused', async t => {
  const { certificate, key } = (await makeCertificates(await makeTempDir(t))).server
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  t.regex((await greet(t, { certificate, key }, old)) ?? '', /1\.2 or later is needed/)
})

const strangers: Record<string, [string, RegExp]> = {
  'an HTTP request': ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', /plain HTTP request/],
  'a window in plain text': ['2W\0\0\0\x01', /plain text where TLS is expected/],
  'a closed connection': ['', /went away during the TLS handshake: it may not trust our certificate/],
}

for (const [title, [bytes, says]] of Object.entries(strangers))
  test(`${title} instead of a handshake is explained to the server`, async t => {
    const { certificate, key } = (await makeCertificates(await makeTempDir(t))).server
    const server = await createTlsServer({ certificate, key }, silentLog)
    const port = await listen(t, server)
    const failure = once(server, 'tlsClientError')
    const socket = connectTcp(port, '127.0.0.1', () => socket.end(bytes))
    socket.on('error', () => {}) // the server may reset it
    t.regex(explainClientFailure((await failure)[0]), says)
  })

test('a client that does not finish its handshake in time is disconnected', async t => {
  const { certificate, key } = (await makeCertificates(await makeTempDir(t))).server
  const server = await createTlsServer({ certificate, key }, silentLog, { handshakeTimeoutMs: 40 })
  const port = await listen(t, server)
  const failure = once(server, 'tlsClientError')
  const socket = connectTcp(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  t.regex(explainClientFailure((await failure)[0]), /did not finish the TLS handshake in time/)
})

test('a server uses renewed files without a restart, and keeps the last good ones while new ones are invalid', async t => {
  const dir = await makeTempDir(t)
  const [first, second] = await Promise.all(['a', 'b'].map(name => makeCertificates(join(dir, name))))
  const paths = { certificate: join(dir, 'live.pem'), key: join(dir, 'live.key') }
  const put = (from: TestCertificates) =>
    Promise.all([copyFile(from.server.certificate, paths.certificate), copyFile(from.server.key, paths.key)])
  await put(first!)
  const log = makeRecordingLog()
  const port = await listen(t, await createTlsServer(paths, log, { refreshMs: 10 }))
  const fingerprint = async () => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const shown = socket.getPeerX509Certificate()?.raw.toString('base64')
    socket.destroy()
    return shown
  }
  const before = await fingerprint()
  await put(second!)
  await until(async () => (await fingerprint()) !== before, 'the new certificate is shown')
  // Between the two copies above the pair may have been seen not to match: that is said as well, and counts apart.
  const errors = () => log.lines.filter(({ level }) => level === 'error').length
  const earlier = errors()
  await writeFile(join(dir, 'garbage'), 'garbage')
  await rename(join(dir, 'garbage'), paths.key)
  await until(() => errors() > earlier, 'the bad key is noticed')
  await sleep(50)
  t.not(await fingerprint(), before)
  t.is(errors() - earlier, 1, 'once')
})

test('a server does not start with unusable files', async t => {
  const { server, client } = await makeCertificates(await makeTempDir(t))
  const { certificate, key } = server
  await t.throwsAsync(createTlsServer({ certificate, key: client.key }, silentLog), {
    code: 'files',
    message: /does not belong/,
  })
  await t.throwsAsync(createTlsServer({ certificate, key, clientAuth: 'required' }, silentLog), {
    code: 'files',
    message: /needs `ca`/,
  })
  await t.throwsAsync(createTlsServer({ certificate: '/nonexistent.pem', key }, silentLog), {
    code: 'files',
    message: /ENOENT/,
  })
})
