import test from 'ava'
import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestCertificates, makeCertificates, makeOddCertificate } from '../../helpers/trust/certificates.ts'
import { failureOf, openTestEtcd, recordWatch } from '../../helpers/servers/etcd-client.ts'
import { startEtcd } from '../../helpers/servers/etcd.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'
import { DAY_MS } from '../../../src/flow/time-units.ts'

function serverTls({ ca, server }: TestCertificates) {
  return { ca, certificate: server.certificate, key: server.key }
}

test('etcd is reached over TLS with its authority in `ca`', async t => {
  const certificates = await makeCertificates(await makeTempDir(t))
  const server = await startEtcd(t, { tls: serverTls(certificates) })
  for (const host of ['127.0.0.1', 'localhost']) {
    const etcd = await openTestEtcd(t, { endpoints: [`https://${host}:${server.port}`], ca: certificates.ca })
    await etcd.put('/tls', host)
    t.is((await etcd.get('/tls'))?.toString(), host)
  }
})

test('each reason for missing trust has its own message', async t => {
  const dir = await makeTempDir(t)
  const certificates = await makeCertificates(dir)
  const others = await makeCertificates(await makeTempDir(t))
  const server = await startEtcd(t, { tls: serverTls(certificates) })
  const plain = await startEtcd(t)
  const { endpoints, port } = server
  const rows = [
    [{ endpoints }, 'tls', /signed by "test CA", and that signer is not among the system's authorities/],
    [
      { endpoints, ca: others.ca },
      'tls',
      /etcd at 127\.0\.0\.1:\d+ shows a certificate .* but not with the key of that name in the authorities in /,
    ],
    [{ endpoints, ca: join(dir, 'nowhere.pem') }, 'tls', /nowhere\.pem cannot be read/],
    [{ endpoints: [`http://127.0.0.1:${port}`] }, 'unavailable', /does it speak TLS \(then write https:\/\/\)/],
    [{ endpoints: [plain.endpoint.replace('http:', 'https:')], ca: certificates.ca }, 'tls', /plain text/],
  ] as const
  for (const [options, code, sentence] of rows) {
    const error = await failureOf((await openTestEtcd(t, options)).get('a'))
    t.is(error.code, code, error.message)
    t.regex(error.message, sentence)
  }
})

test('a certificate of etcd for another name, or an expired one, is reported with its name and date', async t => {
  const dir = await makeTempDir(t)
  const authority = await makeOddCertificate(dir, { name: 'ca', purpose: 'authority', dnsNames: [], ipAddresses: [] })
  const ended = { notBefore: new Date(Date.now() - 9 * DAY_MS), notAfter: new Date(Date.now() - 2 * DAY_MS) }
  const rows = [
    [{ name: 'misnamed', dnsNames: ['other.example'], ipAddresses: [] }, /127\.0\.0\.1.*other\.example/],
    [{ name: 'expired', ...ended }, /expired|ended/],
  ] as const
  for (const [change, sentence] of rows) {
    const { paths } = await makeOddCertificate(dir, change, authority)
    const server = await startEtcd(t, { tls: { ca: authority.paths.certificate, ...paths } })
    const etcd = await openTestEtcd(t, { ...server, ca: authority.paths.certificate })
    const error = await failureOf(etcd.get('a'))
    t.is(error.code, 'tls', error.message)
    t.regex(error.message, sentence)
  }
})

test('where etcd demands client certificates, a missing or wrong one is reported and the right one is accepted', async t => {
  const certificates = await makeCertificates(await makeTempDir(t))
  const others = await makeCertificates(await makeTempDir(t))
  const { ca, client } = certificates
  const server = await startEtcd(t, { tls: { ...serverTls(certificates), clientCa: ca, client } })
  const none = await failureOf((await openTestEtcd(t, { ...server, ca })).get('a'))
  t.is(none.code, 'tls')
  t.regex(none.message, /demands a client certificate and none is set/)
  const { certificate, key } = others.client
  const wrong = await failureOf((await openTestEtcd(t, { ...server, ca, certificate, key })).get('a'))
  t.is(wrong.code, 'tls')
  t.regex(wrong.message, /refuses the client certificate .*client-agent\.pem/)
  const etcd = await openTestEtcd(t, { ...server, ca, certificate: client.certificate, key: client.key })
  await t.notThrowsAsync(etcd.put('a', 'b'))
})

test('a certificate renewed on disk is used for new connections, and an open watch continues', async t => {
  const dir = await makeTempDir(t)
  const certificates = await makeCertificates(dir)
  const others = await makeCertificates(await makeTempDir(t))
  const server = await startEtcd(t, { tls: serverTls(certificates) })
  const ca = join(dir, 'trusted.pem')
  await copyFile(others.ca, ca)
  const etcd = await openTestEtcd(t, { ...server, ca })
  t.is((await failureOf(etcd.get('a'))).code, 'tls')
  await copyFile(certificates.ca, ca)
  await etcd.put('/renewed/1', 'x')
  const watch = await recordWatch(etcd, '/renewed/', '1')
  await copyFile(others.ca, ca)
  t.is((await failureOf(etcd.get('a'))).code, 'tls')
  await server.etcdctl('put', '/renewed/2', 'x')
  await until(() => watch.keys().includes('/renewed/2'), 'the watch continues')
  await rm(ca)
  t.is((await failureOf(etcd.get('a'))).code, 'tls')
})

test('an etcd with TLS that stops is unavailable, and not reported as untrusted', async t => {
  const certificates = await makeCertificates(await makeTempDir(t))
  const server = await startEtcd(t, { tls: serverTls(certificates) })
  const etcd = await openTestEtcd(t, { ...server, ca: certificates.ca, timeoutMs: patience(3000) })
  const { revision } = await etcd.list('/p')
  const watch = await recordWatch(etcd, '/p', revision)
  server.pause()
  t.is((await failureOf(etcd.get('a'))).code, 'unavailable')
  t.is((await watch.ended)?.code, 'unavailable')
  t.is((await failureOf(etcd.get('a'))).code, 'unavailable')
  server.resume()
  await until(
    async () =>
      await etcd.put('a', 'b').then(
        () => true,
        () => false,
      ),
    'etcd is used again',
  )
})
