import test, { type ExecutionContext } from 'ava'
import type { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { appendFile, copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ConnectionOptions, type TLSSocket, connect } from 'node:tls'
import { Variable } from '../../../src/flow/watched-value.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import type { Revocations } from '../../../src/tls/peer-gate.ts'
import { createTlsServer } from '../../../src/tls/server-tls.ts'
import { listen } from '../../helpers/peers/handshakes.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { type OpensslFiles, makeByOpenssl } from '../../helpers/trust/openssl-chain.ts'

/** A server whose `ca` may change, two authorities, and clients of each; one sends its authority as well. */
async function setScene(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const [a, b] = await Promise.all(['a', 'b'].map(name => makeByOpenssl(dir, { name, isAuthority: true })))
  const middle = await makeByOpenssl(dir, { name: 'middle', isAuthority: true, issuer: a! })
  const [direct, chained] = [
    await makeByOpenssl(dir, { name: 'direct', issuer: a! }),
    await makeByOpenssl(dir, { name: 'chained', issuer: middle }),
  ]
  await appendFile(chained.certificate, await readFile(middle.certificate))
  const ca = join(dir, 'ca.pem')
  await copyFile(a!.certificate, ca)
  const revoked = new Variable<Revocations>({ has: () => false })
  const server = await createTlsServer({ ...(await makeByOpenssl(dir, { name: 'server' })), ca, revoked }, silentLog)
  const port = await listen(t, server)
  const trust = async (...authorities: readonly OpensslFiles[]) => {
    const texts = await Promise.all(authorities.map(one => readFile(one.certificate, 'utf8')))
    await writeFile(ca, texts.join(''))
    await server.refresh()
  }
  const admit = async (client: OpensslFiles, options: ConnectionOptions = {}) => {
    const keys = { cert: await readFile(client.certificate), key: await readFile(client.key) }
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...keys, ...options })
    socket.on('error', () => {})
    t.teardown(() => socket.destroy())
    const [peer] = (await once(server, 'secureConnection')) as [TLSSocket]
    peer.on('error', () => {})
    const certificate = peer.getPeerX509Certificate()!
    t.is(server.gate.isRefused(certificate), undefined, 'at the handshake')
    return { certificate, socket, peer }
  }
  return { a: a!, b: b!, middle, direct, chained, server, revoked, trust, admit }
}

test('a connected client is untrusted as soon as no authority of it is in ca', async t => {
  const { a, b, middle, direct, chained, server, trust, admit } = await setScene(t)
  const [one, two] = [await admit(direct), await admit(chained)]
  const verdicts = () => [one, two].map(({ certificate }) => server.gate.isRefused(certificate))
  let changes = 0
  t.teardown(server.gate.onChange(() => changes++))
  await trust(a, b)
  t.deepEqual(verdicts(), [undefined, undefined])
  await trust(b, middle)
  t.deepEqual(verdicts(), ['untrusted', undefined])
  await trust(b)
  t.deepEqual(verdicts(), ['untrusted', 'untrusted'])
  await trust(a)
  t.deepEqual(verdicts(), [undefined, undefined])
  t.is(changes, 4)
})

test('a revoked client is refused, and its certificate has an end', async t => {
  const { direct, server, revoked, admit } = await setScene(t)
  const { certificate } = await admit(direct)
  const heard: (string | undefined)[] = []
  const stop = server.gate.onChange(() => heard.push(server.gate.isRefused(certificate)))
  revoked.set({ has: (one: X509Certificate) => one.subject === certificate.subject })
  stop()
  revoked.set({ has: () => false })
  t.deepEqual(heard, ['revoked'])
  t.is(server.gate.endsAtMs(certificate), Date.parse(certificate.validTo))
})

for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
  test(`a resumed ${version} session, which does not show the authorities in between, is not refused for that`, async t => {
    const { chained, admit } = await setScene(t)
    const versions = { minVersion: version, maxVersion: version }
    const first = await admit(chained, versions)
    const session = once(first.socket, 'session')
    first.peer.write('x')
    const second = await admit(chained, { ...versions, session: ((await session) as [Buffer])[0] })
    t.true(second.peer.isSessionReused())
  })
