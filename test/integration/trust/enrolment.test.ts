import test from 'ava'
import { execFile } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inspectClientTls } from '../../../src/tls/inspect-files.ts'
import { revokeName } from '../../../src/trust/authority/revocations.ts'
import { type EtcdServer, startEtcd } from '../../helpers/servers/etcd.ts'
import { readCertificate } from '../../helpers/trust/certificates.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { makeTrustPlace, untilSaid } from '../../helpers/trust/trust.ts'
import { until } from '../../helpers/time/until.ts'

const scope = makeScope()
let server: EtcdServer

test.before(async () => {
  server = await startEtcd(scope)
})
test.after.always(() => scope.end())

async function openssl(...words: string[]): Promise<string> {
  return (await promisify(execFile)('openssl', words)).stdout
}

test('an agent with a token gets a client certificate for its name that openssl accepts', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const signer = await place.startSigner()
  const agent = place.join('web1.example.com', { token: place.token({ patterns: ['web*.example.com'] }) })
  await agent.ready
  const { certificate, key, ca } = agent.files
  t.is(certificate, key, 'one file, whose halves always fit')
  t.is((await stat(key)).mode & 0o777, 0o600)
  t.is((await stat(join(key, '..'))).mode & 0o777, 0o700)
  t.regex(await openssl('verify', '-x509_strict', '-purpose', 'sslclient', '-CAfile', ca, certificate), /: OK/)
  await t.throwsAsync(openssl('verify', '-purpose', 'sslserver', '-CAfile', ca, certificate))
  const parsed = await readCertificate(certificate)
  t.is(parsed.subjectAltName, 'DNS:web1.example.com')
  t.is(agent.serial.current, parsed.serialNumber)
  t.like(agent.status(), { state: 'enrolled', name: 'web1.example.com', authorities: 1 })
  t.is(signer.status().issued, 1)
  t.deepEqual(
    await inspectClientTls(agent.files, Date.now() - 3600_000).then(all =>
      all.filter(({ severity }) => severity === 'error'),
    ),
    [],
  )
})

test('a collector with a token gets a server certificate for all names that it advertises', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  await place.startSigner()
  const token = place.token({ kind: 'collector', patterns: ['*.example.com', '10.0.0.*', 'fd00::*'] })
  const names = ['Logs1.Example.com', '10.0.0.5', 'FD00::0007']
  const collector = place.join('logs1', { role: 'collector', names, token })
  await collector.ready
  const { certificate, ca } = collector.files
  const checks = ['-verify_hostname', 'logs1.example.com', '-verify_ip', '10.0.0.5']
  t.regex(
    await openssl('verify', '-x509_strict', '-purpose', 'sslserver', ...checks, '-CAfile', ca, certificate),
    /: OK/,
  )
  t.truthy((await readCertificate(certificate)).checkIP('fd00::7'))
})

test('an agent that starts before the authority waits for it and then enrols', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const agent = place.join('web1', { token: place.token() })
  await untilSaid(place.lines, /waiting for the authority.*no trust document/)
  t.like(agent.status(), { state: 'enrolling', authorities: 0 })
  await place.startSigner()
  await agent.ready
  t.pass()
})

test('neither a private key nor a token is ever in etcd or in a log', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const { etcd, prefix } = place
  const seen: string[] = []
  const stop = new AbortController()
  const { revision } = await etcd.list(prefix)
  const watching = (async () => {
    for await (const changes of etcd.watch(prefix, revision, stop.signal))
      seen.push(...changes.map(({ value }) => String(value)))
  })()
  await place.startSigner()
  const token = place.token()
  const agent = place.join('web1', { token })
  await agent.ready
  const first = await readFile(agent.files.key, 'utf8')
  const serial = agent.serial.current
  agent.renewNow()
  await until(() => agent.serial.current !== serial, 'it is renewed')
  const second = await readFile(agent.files.key, 'utf8')
  await until(
    () => seen.some(text => text.includes('"answers"') || text.includes('BEGIN CERTIFICATE')),
    'etcd was seen',
  )
  stop.abort()
  await watching
  const caKey = await readFile(join(place.caDir, 'ca.key'), 'utf8')
  const [, secret = ''] = token.split('.')
  const forms = [
    secret,
    Buffer.from(secret, 'base64url').toString('base64'),
    Buffer.from(secret, 'base64url').toString('hex'),
  ]
  const keys = [first, second, caKey].flatMap(pem => {
    const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
    const scalar = createPrivateKey(pem).export({ format: 'jwk' }).d ?? ''
    return [der.toString('base64').slice(0, 60), Buffer.from(scalar, 'base64url').toString('base64').slice(0, 40)]
  })
  const visible = seen.join('\n').replaceAll(String.raw`\n`, '') + JSON.stringify(place.lines)
  t.true(visible.includes('BEGIN CERTIFICATE REQUEST'), 'the requests were seen')
  for (const text of [...forms, ...keys, 'PRIVATE KEY']) t.false(visible.includes(text))
})

test('a new token in the token file is used at once', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  await place.startSigner()
  const file = join(await makeTempDir(t), 'token')
  const revoked = place.token({ patterns: ['other'] })
  await writeFile(file, revoked)
  const agent = place.join('web1', { readToken: () => readFile(file, 'utf8') })
  const { fields } = await untilSaid(place.lines, 'the signer refuses this machine a certificate; a person must act')
  t.regex(String(fields['reason']), /"web1" is not among the names for which the token .* is valid: other/)
  await writeFile(file, place.token({ patterns: ['web*'] }))
  await agent.ready
  t.is(agent.status().state, 'enrolled')
})

const refusals: [string, Parameters<Awaited<ReturnType<typeof makeTrustPlace>>['token']>[0], RegExp][] = [
  ['for a collector', { kind: 'collector', patterns: ['*'] }, /is for one kind of machine, collector, not for agent/],
  ['for another name', { patterns: ['db*'] }, /"web1" is not among the names/],
  ['that has expired', { expiresInMs: 1 }, /expired on/],
]

for (const [title, options, reason] of refusals)
  test(`a token ${title} is refused, and the machine logs the reason`, async t => {
    const place = await makeTrustPlace(t, server.endpoints)
    await place.startSigner()
    const agent = place.join('web1', { token: place.token(options) })
    const { fields } = await untilSaid(place.lines, 'the signer refuses this machine a certificate; a person must act')
    t.regex(String(fields['reason']), reason)
    t.is(agent.status().state, 'refused')
    t.is(agent.serial.current, undefined)
  })

test('a token for one machine is refused for a second one', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  await place.startSigner()
  const token = place.token()
  await place.join('web1', { token }).ready
  place.join('web2', { token })
  const { fields } = await untilSaid(place.lines, 'the signer refuses this machine a certificate; a person must act')
  t.regex(String(fields['reason']), /is used up: it was valid for one certificate/)
})

test('a revoked machine logs that within seconds, and cannot join again with its old token', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  await place.startSigner()
  const token = place.token({ uses: 0 })
  const agent = place.join('web1', { token })
  const collector = place.join('logs1', {
    role: 'collector',
    names: ['logs1'],
    token: place.token({ kind: 'collector', patterns: ['logs*'] }),
  })
  await Promise.all([agent.ready, collector.ready])
  const certificate = await readCertificate(agent.files.certificate)
  revokeName(place.database, 'web1', Date.now())
  await until(() => collector.revoked.current.has(certificate), 'the collector knows', 5000)
  await untilSaid(place.lines, "this machine's certificate was revoked")
  const { fields } = await untilSaid(place.lines, 'the signer refuses this machine a certificate; a person must act')
  t.regex(String(fields['reason']), /"web1" was revoked on .* only a token made after that/)
  t.is(agent.status().state, 'revoked')
  t.regex(agent.status().lastError ?? '', /^this machine must join again; .* --for agent --name 'web1'; [^;]*$/)
})

test('a machine that is killed between its request and the answer uses its token once', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const token = place.token()
  const signer = await place.startSigner()
  await until(() => signer.status().trustIssuedAtMs !== undefined, 'there is a trust document')
  await signer.close()
  const first = place.join('web1', { token })
  await until(async () => (await place.etcd.list(`${place.prefix}/requests/`)).entries.length === 1, 'it asks')
  const asked = (await place.etcd.list(`${place.prefix}/requests/`)).entries[0]!
  await first.close()
  // The signer answered after the machine had gone: what is left of the machine is its state directory.
  await place.etcd.put(asked.key, asked.value)
  const second = await place.startSigner()
  await until(() => second.status().issued === 1, 'it is answered')
  const agent = place.join('web1', { token })
  await agent.ready
  t.is(second.status().issued, 1, 'the same request, the same certificate')
})

test('a trust document of another authority is rejected, and the log names the fingerprints and the command to compare them', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  await place.startSigner()
  const agent = place.join('web1', { token: place.token(), caFingerprint: 'ab'.repeat(32) })
  const { fields } = await untilSaid(place.lines, /rejected the trust document in etcd/)
  t.regex(String(fields['reason']), /fingerprint sha256:abab.*forwarder ca fingerprint/)
  t.is(agent.status().state, 'enrolling')
  t.is(agent.status().authorities, 0)
})

test('an invalid machine name is an error at the start', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  t.throws(() => place.join('web\n1', { stateDir: place.caDir }), { code: 'setup' })
  t.throws(() => place.join('logs', { role: 'collector', names: ['a b'] }), { code: 'refused' })
})
