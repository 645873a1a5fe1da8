import test, { type ExecutionContext } from 'ava'
import { execFile } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Finding, inspectClientTls, inspectServerTls } from '../../../src/tls/inspect-files.ts'
import { makeCertificates, makeNamelessCertificate, makeOddCertificate } from '../../helpers/trust/certificates.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { DAY_MS } from '../../../src/flow/time-units.ts'

async function setScene(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  return { dir, ...(await makeCertificates(dir)) }
}

type Scene = Awaited<ReturnType<typeof setScene>>

async function writeText(scene: Scene, text: string): Promise<string> {
  const path = join(scene.dir, 'written.pem')
  await writeFile(path, text)
  return path
}

test('the inspection of valid files finds nothing', async t => {
  const { ca, server, client } = await setScene(t)
  t.deepEqual(await inspectServerTls({ ...server, clientAuth: 'required' }), [])
  t.deepEqual(await inspectClientTls({ certificate: client.certificate, key: client.key, ca }), [])
  t.deepEqual(await inspectClientTls({ ca }), [])
  t.deepEqual(await inspectClientTls({}), [])
})

const cases: Record<string, [(scene: Scene) => Promise<Finding[]>, Finding['severity'], RegExp]> = {
  "another certificate's key": [
    ({ server, client }) => inspectServerTls({ ...server, key: client.key }),
    'error',
    /the key in \S+client-agent\.key does not belong to the certificate in \S+server-localhost\.pem \("localhost"\)/,
  ],
  'an expired certificate': [
    ({ server }) => inspectServerTls({ certificate: server.certificate, key: server.key }, Date.now() + 800 * DAY_MS),
    'error',
    /server-localhost\.pem \("localhost", signed by "test CA"\) has been expired since 20\S+ \(\d+ days\).*issue it again: forwarder ca issue server --dir DIR --host localhost --ip 127\.0\.0\.1 --ip ::1 --overwrite$/,
  ],
  'an expired authority': [
    ({ ca }) => inspectClientTls({ ca }, Date.now() + 4000 * DAY_MS),
    'error',
    /ca\.pem \("test CA", signed by itself\) has been expired since 20\S+ .*forwarder ca create/,
  ],
  'a certificate of tomorrow': [
    ({ server }) => inspectServerTls({ certificate: server.certificate, key: server.key }, Date.now() - DAY_MS),
    'error',
    /is not valid before .*: is this clock right\? Otherwise issue it again: forwarder ca issue server/,
  ],
  'a certificate that expires soon': [
    ({ server }) => inspectServerTls({ certificate: server.certificate, key: server.key }, Date.now() + 720 * DAY_MS),
    'warning',
    /expires on .*, in 9 days/,
  ],
  'an authority that did not sign the certificate': [
    async ({ dir, server }) => inspectServerTls({ ...server, ca: (await makeCertificates(`${dir}/other`)).ca }),
    'warning',
    /is signed by "test CA", none of the authorities in \S+other\S+ \("test CA"\)/,
  ],
  'a server certificate without names': [
    async ({ dir }) => inspectServerTls(await makeNamelessCertificate(dir)),
    'warning',
    /logstash-forwarder\.crt \(.*signed by itself\) has no subject alternative names, and a common name does not count: agents refuse it unless .*forwarder ca issue server --dir DIR --host NAME/,
  ],
  "a client's certificate at the server": [
    ({ client }) => inspectServerTls({ certificate: client.certificate, key: client.key }),
    'error',
    /is not made for a server/,
  ],
  "a server's certificate at the client": [
    ({ ca, server }) => inspectClientTls({ certificate: server.certificate, key: server.key, ca }),
    'error',
    /is not made for a client.*forwarder ca issue client --dir DIR localhost/,
  ],
  'a key that everyone can read': [
    async ({ server }) => {
      await chmod(server.key, 0o644)
      return inspectServerTls(server)
    },
    'warning',
    /can be read by every user of this machine \(mode 644\): chmod 600 /,
  ],
  'an encrypted key': [
    async ({ dir, server }) => {
      const out = join(dir, 'encrypted.key')
      await promisify(execFile)('openssl', ['pkey', '-in', server.key, '-aes256', '-passout', 'pass:x', '-out', out])
      return inspectServerTls({ ...server, key: out })
    },
    'error',
    /encrypted\.key is encrypted.*openssl pkey -in/,
  ],
  'a missing file': [
    ({ server }) => inspectServerTls({ ...server, certificate: '/nonexistent/x.pem' }),
    'error',
    /\/nonexistent\/x\.pem cannot be read: ENOENT/,
  ],
  'an empty CA file': [
    async scene => inspectClientTls({ ca: await writeText(scene, '') }),
    'error',
    /holds no certificate: .* it is empty/,
  ],
  'garbage for a certificate': [
    async scene => inspectServerTls({ ...scene.server, certificate: await writeText(scene, 'hello') }),
    'error',
    /holds no certificate: .* it holds something else/,
  ],
  'a damaged certificate': [
    async scene => {
      const text = '-----BEGIN CERTIFICATE-----\nMIIBhello\n-----END CERTIFICATE-----\n'
      return inspectServerTls({ ...scene.server, certificate: await writeText(scene, text) })
    },
    'error',
    /holds a certificate that cannot be read/,
  ],
  'a key where the certificate belongs': [
    ({ server }) => inspectServerTls({ ...server, certificate: server.key }),
    'error',
    /holds no certificate: .* it holds a private key/,
  ],
  'a certificate where the key belongs': [
    ({ server }) => inspectServerTls({ ...server, key: server.certificate }),
    'error',
    /holds no private key: .* it holds a certificate/,
  ],
  'a certificate without a key': [
    ({ ca, client }) => inspectClientTls({ ca, certificate: client.certificate }),
    'warning',
    /`certificate` is set without `key`: no client certificate is shown/,
  ],
  'client authentication without authorities': [
    ({ server: { certificate, key } }) => inspectServerTls({ certificate, key, clientAuth: 'required' }),
    'error',
    /clientAuth "required" needs `ca`/,
  ],
}

for (const [title, [inspect, severity, message]] of Object.entries(cases))
  test(`the inspection of certificate files finds ${title}`, async t => {
    const findings = await inspect(await setScene(t))
    t.is(findings.length, 1, JSON.stringify(findings))
    t.is(findings[0]?.severity, severity)
    t.regex(findings[0]?.message ?? '', message)
  })

test('the inspection of certificate files finds several faults at once', async t => {
  const scene = await setScene(t)
  const old = await makeOddCertificate(scene.dir, {
    name: 'old',
    notAfter: new Date('2021-01-01'),
    notBefore: new Date('2020-01-01'),
  })
  await chmod(old.paths.key, 0o604)
  const findings = await inspectServerTls({
    certificate: old.paths.certificate,
    key: old.paths.key,
    ca: '/nonexistent.pem',
  })
  t.deepEqual(findings.map(({ severity }) => severity).sort(), ['error', 'error', 'warning'])
})
