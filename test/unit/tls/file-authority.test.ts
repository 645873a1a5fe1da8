import test from 'ava'
import { execFile } from 'node:child_process'
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { copyFile, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  createAuthority,
  issueClientCertificate,
  issueServerCertificate,
  readAuthority,
} from '../../../src/tls/file-authority.ts'
import { certifyKey, makeSigningRequest, readSigningRequest } from '../../../src/tls/certificate-maker.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { DAY_MS } from '../../../src/flow/time-units.ts'

async function openssl(...words: string[]): Promise<string> {
  return (await promisify(execFile)('openssl', words)).stdout
}

test('openssl strictly accepts the chain of an issued certificate for its purpose', async t => {
  const { ca, server, client } = await makeCertificates(await makeTempDir(t))
  const strictly = ['verify', '-x509_strict', '-CAfile', ca]
  const names = ['-verify_hostname', 'localhost', '-verify_ip', '127.0.0.1']
  t.regex(await openssl(...strictly, '-purpose', 'sslserver', ...names, server.certificate), /: OK/)
  t.regex(await openssl(...strictly, '-purpose', 'sslclient', client.certificate), /: OK/)
  await t.throwsAsync(openssl(...strictly, '-purpose', 'sslserver', client.certificate))
  await t.throwsAsync(openssl(...strictly, '-purpose', 'sslclient', server.certificate))
})

test('a server certificate is valid for each of its names and addresses', async t => {
  const dir = await makeTempDir(t)
  await createAuthority({ dir })
  const hosts = ['Logs.Example.com', '*.logs.example.com', 'bücher.example']
  const issued = await issueServerCertificate({ dir, hosts, ips: ['10.0.0.1', '::1', '2001:DB8::7'] })
  t.deepEqual(issued.names, [
    'logs.example.com',
    '*.logs.example.com',
    'xn--bcher-kva.example',
    '10.0.0.1',
    '::1',
    '2001:db8::7',
  ])
  const certificate = new X509Certificate(await readFile(issued.certificate))
  t.truthy(certificate.checkHost('a.logs.example.com', { subject: 'never' }))
  t.truthy(certificate.checkIP('2001:db8::7'))
  t.is(certificate.checkHost('example.com'), undefined)
})

test('issued files are for their owner only', async t => {
  const dir = join(await makeTempDir(t), 'fresh')
  await createAuthority({ dir })
  await issueServerCertificate({ dir, hosts: ['a.example'], ips: [] })
  await issueClientCertificate({ dir, name: 'web 1/α' })
  const names = (await readdir(dir)).sort()
  t.deepEqual(names, [
    'ca.key',
    'ca.pem',
    'client-web_1_α.key',
    'client-web_1_α.pem',
    'server-a.example.key',
    'server-a.example.pem',
  ])
  t.is((await stat(dir)).mode & 0o777, 0o700)
  for (const name of names) t.is((await stat(join(dir, name))).mode & 0o777, 0o600)
})

test('an existing key is replaced only with overwrite', async t => {
  const dir = await makeTempDir(t)
  await createAuthority({ dir })
  const issue = (overwrite: boolean) => issueClientCertificate({ dir, name: 'web1', overwrite })
  const { key } = await issue(false)
  const before = await readFile(key, 'utf8')
  const files = await readdir(dir)
  await t.throwsAsync(issue(false), { code: 'refused', message: /client-web1\.key exists/ })
  await t.throwsAsync(createAuthority({ dir }), { code: 'refused', message: /ca\.key exists/ })
  t.is(await readFile(key, 'utf8'), before)
  await issue(true)
  t.not(await readFile(key, 'utf8'), before)
  t.deepEqual(await readdir(dir), files, 'no temporary file is left')
})

test('an authority is valid for ten years, a certificate for two, and renewal is due after two thirds', async t => {
  const dir = await makeTempDir(t)
  const nowMs = Date.UTC(2030, 0, 1)
  const authority = await createAuthority({ dir, nowMs })
  const server = await issueServerCertificate({ dir, hosts: ['a.example'], ips: [], nowMs })
  t.is(authority.notAfter.getTime(), nowMs + 3650 * DAY_MS)
  t.is(server.notAfter.getTime(), nowMs + 730 * DAY_MS)
  t.true(server.notBefore.getTime() < nowMs, 'a clock that is behind accepts it')
  const life = server.notAfter.getTime() - server.notBefore.getTime()
  t.is(server.renewAt.getTime() - server.notBefore.getTime(), (life * 2) / 3)
})

test('a certificate never outlives its authority', async t => {
  const dir = await makeTempDir(t)
  const authority = await createAuthority({ dir, days: 10 })
  const client = await issueClientCertificate({ dir, name: 'web1', days: 100 })
  t.deepEqual(client.notAfter, authority.notAfter)
})

test('an expired authority signs nothing', async t => {
  const dir = await makeTempDir(t)
  await createAuthority({ dir, days: 1, nowMs: Date.now() - 5 * DAY_MS })
  await t.throwsAsync(issueClientCertificate({ dir, name: 'web1' }), {
    code: 'refused',
    message: /ended on .*forwarder ca create/,
  })
})

test('serial numbers of certificates are random, positive and unique', async t => {
  const { ca, server, client } = await makeCertificates(await makeTempDir(t))
  const paths = [ca, server.certificate, client.certificate]
  const serials = await Promise.all(paths.map(async path => new X509Certificate(await readFile(path)).serialNumber))
  t.is(new Set(serials).size, 3)
  for (const serial of serials) t.regex(serial, /^[4-7][0-9A-F]{31}$/)
})

test('a foreign authority with an RSA key can sign', async t => {
  const dir = await makeTempDir(t)
  const files = ['-keyout', join(dir, 'ca.key'), '-out', join(dir, 'ca.pem')]
  await openssl(
    'req',
    '-x509',
    '-nodes',
    '-newkey',
    'rsa:2048',
    '-subj',
    '/O=Example, Inc./CN=Old CA',
    '-days',
    '30',
    ...files,
  )
  const issued = await issueServerCertificate({ dir, hosts: ['a.example'], ips: [] })
  t.regex(await openssl('verify', '-CAfile', join(dir, 'ca.pem'), issued.certificate), /: OK/)
})

test("a certificate that is not an authority's, or has another key, signs nothing", async t => {
  const dir = await makeTempDir(t)
  const { server } = await makeCertificates(dir)
  const odd = join(dir, 'odd')
  await mkdir(odd)
  await copyFile(server.ca, join(odd, 'ca.pem'))
  await copyFile(server.key, join(odd, 'ca.key'))
  await t.throwsAsync(issueClientCertificate({ dir: odd, name: 'web1' }), { message: /ca\.key does not belong to/ })
  await copyFile(server.certificate, join(odd, 'ca.pem'))
  await t.throwsAsync(issueClientCertificate({ dir: odd, name: 'web1' }), { message: /is not that of an authority/ })
})

test('issuing without an authority is an error with the remedy', async t => {
  const dir = await makeTempDir(t)
  await t.throwsAsync(issueClientCertificate({ dir, name: 'web1' }), {
    code: 'files',
    message: /forwarder ca create --dir/,
  })
})

const refusals: [string, { hosts: string[]; ips: string[] }, RegExp][] = [
  ['no name at all', { hosts: [], ips: [] }, /needs the names or addresses/],
  ['an address among the names', { hosts: ['10.0.0.1'], ips: [] }, /go after --ip/],
  ['a name among the addresses', { hosts: [], ips: ['logs.example.com'] }, /go after --host/],
  ['a name with a space', { hosts: ['my host'], ips: [] }, /is not a host name/],
  ['an empty name', { hosts: [''], ips: [] }, /is not a host name/],
  ['a URL', { hosts: ['https://a.example'], ips: [] }, /is not a host name/],
  ['a wildcard in the middle', { hosts: ['a.*.example'], ips: [] }, /is not a host name/],
  ['a wildcard over everything', { hosts: ['*.com'], ips: [] }, /is too wide/],
  ['an address with a zone', { hosts: [], ips: ['fe80::1%eth0'] }, /is not an IP address/],
]

for (const [title, names, message] of refusals)
  test(`issuing a certificate for ${title} is refused`, async t => {
    const dir = await makeTempDir(t)
    await t.throwsAsync(issueServerCertificate({ dir, ...names }), { code: 'refused', message })
  })

test('a client name that no certificate can carry is refused', async t => {
  const dir = await makeTempDir(t)
  await createAuthority({ dir })
  await t.throwsAsync(issueClientCertificate({ dir, name: 'x'.repeat(65) }), { code: 'refused' })
  await t.throwsAsync(issueClientCertificate({ dir, name: ' ' }), { code: 'refused' })
  await t.throwsAsync(issueClientCertificate({ dir, name: 'web1', days: 0 }), { code: 'refused' })
})

test('an encrypted authority signs only with its passphrase', async t => {
  const dir = await makeTempDir(t)
  const passphrase = 'a long sentence that is hard to guess'
  await createAuthority({ dir, passphrase })
  t.regex(await readFile(join(dir, 'ca.key'), 'utf8'), /BEGIN ENCRYPTED PRIVATE KEY/)
  const { certificate, ca } = await issueClientCertificate({ dir, name: 'web1', passphrase })
  t.regex(await openssl('verify', '-CAfile', ca, certificate), /: OK/)
  const issue = (other: object) => issueClientCertificate({ dir, name: 'web2', ...other })
  await t.throwsAsync(issue({}), { message: /ca\.key is encrypted.*--passphrase-file/ })
  await t.throwsAsync(issue({ passphrase: 'wrong' }), { message: /cannot be decrypted/ })
})

test('a signing request is certified for its own key', async t => {
  const dir = await makeTempDir(t)
  await createAuthority({ dir })
  const { request, key } = await makeSigningRequest('web1')
  const wanted = { commonName: 'web1', purpose: 'client', dnsNames: ['web1'], ipAddresses: [] } as const
  const dates = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) }
  const pem = await certifyKey({ ...wanted, ...dates }, await readSigningRequest(request), await readAuthority(dir))
  const certificate = new X509Certificate(pem)
  t.true(certificate.checkPrivateKey(createPrivateKey(key)))
  await writeFile(join(dir, 'web1.pem'), pem)
  const strictly = ['verify', '-x509_strict', '-purpose', 'sslclient', '-CAfile', join(dir, 'ca.pem')]
  t.regex(await openssl(...strictly, join(dir, 'web1.pem')), /: OK/)
})

const poorKeys: [string, string[], RegExp][] = [
  ['an RSA key', ['-newkey', 'rsa:2048'], /kind rsa/],
  ['another curve', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1'], /secp256k1/],
]

for (const [title, words, message] of poorKeys)
  test(`a signing request with ${title} is refused`, async t => {
    const dir = await makeTempDir(t)
    const args = ['req', '-new', '-nodes', '-subj', '/CN=web1', '-keyout', join(dir, 'key')]
    await t.throwsAsync(readSigningRequest(await openssl(...args, ...words)), { message })
  })

test('a signing request that was changed is refused', async t => {
  const { request } = await makeSigningRequest('web1')
  const bytes = Buffer.from(request.replaceAll(/-----.*-----|\s/g, ''), 'base64')
  bytes[bytes.indexOf('web1')] = 'x'.charCodeAt(0)
  const changed = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`
  await t.throwsAsync(readSigningRequest(changed), { message: /not signed by the key/ })
})
