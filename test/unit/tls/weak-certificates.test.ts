import test, { type ExecutionContext } from 'ava'
import { once } from 'node:events'
import { appendFile, readFile } from 'node:fs/promises'
import { connect } from 'node:tls'
import { silentLog } from '../../../src/telemetry/log.ts'
import { explainClientFailure } from '../../../src/tls/explain-client-failure.ts'
import { inspectClientTls, inspectServerTls } from '../../../src/tls/inspect-files.ts'
import { createTlsServer } from '../../../src/tls/server-tls.ts'
import { listen, shakeHands } from '../../helpers/peers/handshakes.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { type OpensslFiles, type OpensslRequest, makeByOpenssl } from '../../helpers/trust/openssl-chain.ts'

type Kind = Pick<OpensslRequest, 'key' | 'digest'>

/** What is odd about the certificate itself, and about its authority; what the check says of it. */
const rows: [title: string, leaf: Kind, root: Kind, weakness: RegExp | undefined][] = [
  ['nothing', {}, {}, undefined],
  ['a key on P-256', { key: 'ec:prime256v1' }, { key: 'ec:secp384r1' }, undefined],
  ['SHA-384', { digest: 'sha384' }, {}, undefined],
  ['a root that signed itself with SHA-1', {}, { digest: 'sha1' }, undefined],
  ['an RSA key of 1,024 bits', { key: 'rsa:1024' }, {}, /with an RSA key of 1024 bits/],
  ['an RSA key of 1,536 bits', { key: 'rsa:1536' }, {}, /with an RSA key of 1536 bits/],
  ['a key on P-192', { key: 'ec:prime192v1' }, {}, /on the curve prime192v1/],
  ['SHA-1', { digest: 'sha1' }, {}, /signed with SHA-1/],
  ['SHA-1 by an ECDSA key', { digest: 'sha1' }, { key: 'ec:prime256v1' }, /signed with SHA-1/],
  ['MD5', { digest: 'md5' }, {}, /signed with MD5/],
  ['an authority with 1,024 bits', {}, { key: 'rsa:1024' }, /with an RSA key of 1024 bits/],
]

async function makePair(t: ExecutionContext, leaf: Kind, root: Kind) {
  const dir = await makeTempDir(t)
  const ca = await makeByOpenssl(dir, { name: 'root', isAuthority: true, ...root })
  return { ca: ca.certificate, own: await makeByOpenssl(dir, { name: 'leaf', issuer: ca, ...leaf }) }
}

/** Why a client with these files is refused, if it is. */
async function serve(t: ExecutionContext, { ca, own }: { ca: string; own: OpensslFiles }): Promise<string | undefined> {
  const dir = await makeTempDir(t)
  const strong = await makeByOpenssl(dir, { name: 'server' })
  const server = await createTlsServer({ ...strong, ca }, silentLog)
  const port = await listen(t, server)
  const keys = { cert: await readFile(own.certificate), key: await readFile(own.key), ciphers: 'DEFAULT@SECLEVEL=0' }
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...keys })
  socket.on('error', () => {})
  t.teardown(() => socket.destroy())
  const refused = once(server, 'tlsClientError').then(([error, peer]) => explainClientFailure(error, peer))
  return await Promise.race([refused, once(server, 'secureConnection').then(() => undefined)])
}

for (const [title, leaf, root, weakness] of rows)
  test(`a certificate with ${title} is ${weakness ? 'refused' : 'accepted'} by the check as by TLS`, async t => {
    const pair = await makePair(t, leaf, root)
    const { ca, own } = pair
    const refusal = await serve(t, pair).catch((error: unknown) => String(error))
    const found = [...(await inspectServerTls({ ...own, ca })), ...(await inspectClientTls({ ...own, ca }))]
    const errors = found.filter(({ severity }) => severity === 'error').map(({ message }) => message)
    t.is(refusal !== undefined, weakness !== undefined, refusal)
    if (weakness === undefined) return void t.deepEqual(errors, [])
    // No client can even offer such a curve.
    t.regex(refusal ?? '', leaf.key === 'ec:prime192v1' ? /shows no certificate/ : weakness)
    for (const message of errors) t.regex(message, weakness)
    t.true(errors.length >= 2, 'for both roles')
  })

test("the agent names what is weak in a server's certificate", async t => {
  const { ca, own } = await makePair(t, { digest: 'sha1' }, {})
  const server = await createTlsServer(own, silentLog)
  const port = await listen(t, server)
  await t.throwsAsync(shakeHands(t, { port, tls: { ca } }), { message: /signed with SHA-1, which TLS refuses/ })
})

test('a chain in the wrong order is refused with the certificate that has to come first', async t => {
  const { ca, own } = await makePair(t, {}, {})
  const chain = { ...own, certificate: ca }
  await appendFile(ca, await readFile(own.certificate))
  const [finding] = await inspectServerTls(chain)
  t.regex(finding?.message ?? '', /"leaf" is further down in that file, and has to come first/)
  await t.throwsAsync(createTlsServer(chain, silentLog), { message: /has to come first/ })
})

for (const sends of ['its certificate alone', 'the chain'])
  test(`an intermediate authority in ca is enough for a client that sends ${sends}, and for a server`, async t => {
    const dir = await makeTempDir(t)
    const root = await makeByOpenssl(dir, { name: 'root', isAuthority: true })
    const middle = await makeByOpenssl(dir, { name: 'middle', isAuthority: true, issuer: root })
    const own = await makeByOpenssl(dir, { name: 'leaf', issuer: middle })
    const other = await makeByOpenssl(dir, { name: 'other', issuer: root })
    if (sends === 'the chain') await appendFile(own.certificate, await readFile(middle.certificate))
    t.is(await serve(t, { ca: middle.certificate, own }), undefined)
    t.regex((await serve(t, { ca: middle.certificate, own: other })) ?? '', /not signed by an authority in our `ca`/)
    const server = await createTlsServer({ ...own, ca: middle.certificate, clientAuth: 'required' }, silentLog)
    const port = await listen(t, server)
    await t.notThrowsAsync(shakeHands(t, { port, tls: { ...own, ca: middle.certificate } }))
    t.deepEqual(await inspectServerTls({ ...own, ca: middle.certificate }), [])
  })
