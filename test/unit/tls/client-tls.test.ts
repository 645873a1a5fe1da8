import type { Revocations } from '../../../src/tls/peer-gate.ts'
import test, { type ExecutionContext } from 'ava'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TlsOptions, createServer } from 'node:tls'
import { Variable } from '../../../src/flow/watched-value.ts'
import type { ClientTls } from '../../../src/tls/client-tls.ts'
import { makeCertificates, makeNamelessCertificate, makeOddCertificate } from '../../helpers/trust/certificates.ts'
import { listen, shakeHands } from '../../helpers/peers/handshakes.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

async function startServer(
  t: ExecutionContext,
  paths: { readonly certificate: string; readonly key: string },
  options: TlsOptions = {},
): Promise<number> {
  const [cert, key] = await Promise.all([readFile(paths.certificate), readFile(paths.key)])
  return await listen(t, createServer({ cert, key, ...options }))
}

test('a server whose certificate our authority signed for that name is trusted', async t => {
  const { ca, server } = await makeCertificates(await makeTempDir(t))
  const socket = await shakeHands(t, { port: await startServer(t, server), tls: { ca } })
  t.is(socket.getProtocol(), 'TLSv1.3')
})

test('a server that is reached by an address in its certificate is trusted', async t => {
  const { ca, server } = await makeCertificates(await makeTempDir(t))
  const port = await startServer(t, server)
  await t.notThrowsAsync(shakeHands(t, { port, host: '127.0.0.1', tls: { ca } }))
  await t.notThrowsAsync(shakeHands(t, { port, host: '::1', tls: { ca } }))
})

test('a server that supports TLS 1.2 only is accepted', async t => {
  const { ca, server } = await makeCertificates(await makeTempDir(t))
  const port = await startServer(t, server, { maxVersion: 'TLSv1.2' })
  t.is((await shakeHands(t, { port, tls: { ca } })).getProtocol(), 'TLSv1.2')
})

test("the client sends the server's name (SNI), but not an address", async t => {
  const { ca, server } = await makeCertificates(await makeTempDir(t))
  const [cert, key] = await Promise.all([readFile(server.certificate), readFile(server.key)])
  const tlsServer = createServer({ cert, key })
  const port = await listen(t, tlsServer)
  const seen: unknown[] = []
  for (const host of ['localhost', '127.0.0.1']) {
    const [[socket]] = await Promise.all([
      once(tlsServer, 'secureConnection'),
      shakeHands(t, { port, host, tls: { ca } }),
    ])
    seen.push(socket.servername)
  }
  t.deepEqual(seen, ['localhost', false])
})

test('each certificate of a CA file is trusted, not only the first', async t => {
  const dir = await makeTempDir(t)
  const ours = await makeCertificates(join(dir, 'ours'))
  const other = await makeCertificates(join(dir, 'other'))
  const bundle = join(dir, 'bundle.pem')
  const texts = await Promise.all([other.ca, ours.ca].map(path => readFile(path, 'utf8')))
  await writeFile(bundle, `# two authorities\n${texts.join('\n# and the second\n')}`)
  await t.notThrowsAsync(shakeHands(t, { port: await startServer(t, ours.server), tls: { ca: bundle } }))
})

test("a server's own certificate in the CA file is trusted by identity, with any names and one warning", async t => {
  const paths = await makeNamelessCertificate(await makeTempDir(t))
  const port = await startServer(t, paths)
  const log = makeRecordingLog()
  const tls: ClientTls = { ca: paths.certificate, certificate: paths.certificate, key: paths.key }
  await shakeHands(t, { port, host: '127.0.0.1', tls, log })
  t.deepEqual(
    log.lines.map(({ level }) => level),
    ['warn'],
  )
  t.regex(log.lines[0]?.message ?? '', /trusting it because it is in the CA file itself/)
})

test('a certificate in the CA file is trusted by identity even if its signer is unknown', async t => {
  const dir = await makeTempDir(t)
  const { server } = await makeCertificates(dir)
  const log = makeRecordingLog()
  const port = await startServer(t, server)
  await t.notThrowsAsync(shakeHands(t, { port, host: 'other.example', tls: { ca: server.certificate }, log }))
  t.is(log.lines.length, 1)
})

test('another self-signed certificate with the same name is refused', async t => {
  const dir = await makeTempDir(t)
  const mine = await makeOddCertificate(dir, { name: 'mine', commonName: 'same' })
  const other = await makeOddCertificate(dir, { name: 'other', commonName: 'same' })
  const port = await startServer(t, other.paths)
  await t.throwsAsync(shakeHands(t, { port, tls: { ca: mine.paths.certificate } }), { code: 'handshake' })
})

test('an authority in the CA file is not trusted by identity for names it does not have', async t => {
  const dir = await makeTempDir(t)
  const { ca, server } = await makeCertificates(dir)
  const port = await startServer(t, server)
  await t.throwsAsync(shakeHands(t, { port, host: 'other.example', tls: { ca } }), {
    message: /not for the name "other.example"/,
  })
})

test('a client shows its certificate if the server requests one', async t => {
  const { ca, server, client } = await makeCertificates(await makeTempDir(t))
  const asking = { requestCert: true, rejectUnauthorized: true, ca: await readFile(ca) }
  const [cert, key] = await Promise.all([readFile(server.certificate), readFile(server.key)])
  const tlsServer = createServer({ cert, key, ...asking })
  const port = await listen(t, tlsServer)
  const tls = { ca, certificate: client.certificate, key: client.key }
  const [[socket]] = await Promise.all([once(tlsServer, 'secureConnection'), shakeHands(t, { port, tls })])
  t.is(socket.getPeerX509Certificate().subject, 'CN=agent')
})

test('unusable client files are an error that names them', async t => {
  const dir = await makeTempDir(t)
  const { ca, server, client } = await makeCertificates(dir)
  const port = await startServer(t, server)
  const missing = join(dir, 'missing.pem')
  const mixed = { ca, certificate: client.certificate, key: server.key }
  await t.throwsAsync(shakeHands(t, { port, tls: { ca: missing } }), {
    code: 'files',
    message: /missing\.pem cannot be read/,
  })
  await t.throwsAsync(shakeHands(t, { port, tls: mixed }), {
    code: 'files',
    message: /server-localhost\.key does not belong/,
  })
  await copyFile(client.key, join(dir, 'ca.pem'))
  await t.throwsAsync(shakeHands(t, { port, tls: { ca: join(dir, 'ca.pem') } }), {
    message: /holds no certificate.*private key/,
  })
})

function only(...serials: readonly string[]): Revocations {
  return { has: ({ serialNumber }) => serials.includes(serialNumber) }
}

test('a server whose certificate is revoked is refused, and an open connection to it is closed', async t => {
  const { ca, server } = await makeCertificates(await makeTempDir(t))
  const port = await startServer(t, server)
  const { serialNumber } = new X509Certificate(await readFile(server.certificate))
  const revoked = new Variable(only('AB'))
  const log = makeRecordingLog()
  const socket = await shakeHands(t, { port, tls: { ca, revoked }, log })
  revoked.set(only('CD'))
  t.false(socket.destroyed)
  const closed = once(socket, 'close')
  revoked.set(only('AB', serialNumber))
  await closed
  t.is(log.lines.at(-1)?.message, "closing a connection: the server's certificate was revoked")
  const message = new RegExp(`${serialNumber}, which was revoked`)
  await t.throwsAsync(shakeHands(t, { port, tls: { ca, revoked } }), { code: 'handshake', message })
})
