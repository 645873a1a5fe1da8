import test, { type ExecutionContext } from 'ava'
import { DAY_MS } from '../../../../src/flow/time-units.ts'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspectEnrolment } from '../../../../src/cli/check/check-enrolment.ts'
import { loadAuthorities } from '../../../../src/trust/authority/authorities.ts'
import { writeIdentity } from '../../../../src/trust/machine/identity.ts'
import type { RevocationList } from '../../../../src/trust/revocation-list.ts'
import { formatTrust, parseTrust } from '../../../../src/trust/trust-document.ts'
import { writeTrustMemory } from '../../../../src/trust/machine/trust-memory.ts'
import { runInside } from '../../../helpers/process/command-line.ts'
import { writeConfig } from '../../../helpers/process/config-text.ts'
import { revokedNames } from '../../../helpers/trust/revocations.ts'
import { makeSigningDesk } from '../../../helpers/trust/signing-desk.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

async function makeMachine(t: ExecutionContext, name = 'web1') {
  const stateDir = await makeTempDir(t)
  const tokenFile = join(stateDir, 'token')
  await mkdir(join(stateDir, 'identity'))
  const enrolment = { caFingerprint: 'ab'.repeat(32), tokenFile }
  return {
    tokenFile,
    identityPath: join(stateDir, 'identity', 'identity.pem'),
    putToken: (text: string) => writeFile(tokenFile, text, { mode: 0o600 }),
    inspect: () => inspectEnrolment({ enrolment, stateDir, kind: 'agent', name, names: [name] }),
  }
}

test('a machine without certificate and token gets a warning with the command for a token, and where to save it', async t => {
  const { inspect, tokenFile } = await makeMachine(t)
  const [finding, ...more] = await inspect()
  t.is(finding?.severity, 'warning')
  t.regex(finding?.message ?? '', /not joined yet.*forwarder ca token create --dir DIR --for agent --name web1/)
  t.true(finding?.message.endsWith(`save it in ${tokenFile}`))
  t.deepEqual(more, [])
})

test('a token file without a join token is an error, and a join token is accepted', async t => {
  const { inspect, putToken, tokenFile } = await makeMachine(t)
  await putToken('0123456789abcdef.too-short')
  const [finding] = await inspect()
  t.is(finding?.severity, 'error')
  t.true(finding?.message.startsWith(`${tokenFile} does not hold a join token: `))
  const desk = await makeSigningDesk(t)
  await putToken(`${desk.token()}\n`)
  t.deepEqual(await inspect(), [])
})

test('a name with which no machine can join is an error, unless the machine has a certificate', async t => {
  const { inspect, identityPath } = await makeMachine(t, 'Büro 7')
  const [finding] = await inspect()
  t.is(finding?.severity, 'error')
  t.regex(finding?.message ?? '', /"büro 7" is not a name with which a machine can join/)
  const desk = await makeSigningDesk(t)
  const { certificate, key } = await desk.joinedBefore({ name: 'Büro 7', dnsNames: [], patterns: [] })
  writeIdentity(identityPath, certificate, key)
  t.deepEqual(await inspect(), [])
})

test('a machine that has joined needs no token, and an expired certificate is a warning', async t => {
  const { inspect, identityPath } = await makeMachine(t)
  const desk = await makeSigningDesk(t)
  const good = await desk.join(desk.token())
  writeIdentity(identityPath, good.certificate, good.key)
  t.deepEqual(await inspect(), [])
  desk.nowMs -= 10 * DAY_MS
  const ended = await desk.join(desk.token())
  writeIdentity(identityPath, ended.certificate, ended.key)
  const [finding, ...more] = await inspect()
  t.is(finding?.severity, 'warning')
  t.regex(finding?.message ?? '', /identity\.pem expired on 20.*: `forwarder ca serve` renews it/)
  t.deepEqual(more, [])
})

test('a revoked certificate is an error with the way to join again, once the machine has received the list', async t => {
  const { inspect, identityPath } = await makeMachine(t)
  const desk = await makeSigningDesk(t)
  const { certificate, key } = await desk.join(desk.token())
  writeIdentity(identityPath, certificate, key)
  const { trusted } = await loadAuthorities(desk.dir, desk.database)
  const believe = (revoked: RevocationList) => {
    const document = parseTrust(
      Buffer.from(formatTrust({ sequence: 1, issuedAtMs: 0, authorities: trusted, revoked }, []).text),
    )
    writeTrustMemory(join(identityPath, '../trust.json'), { anchor: 'ab', body: document.text })
  }
  believe(revokedNames('web2'))
  t.deepEqual(await inspect(), [])
  believe(revokedNames('web2', 'web1'))
  const [finding, ...more] = await inspect()
  t.is(finding?.severity, 'error')
  t.regex(
    finding?.message ?? '',
    /identity\.pem was revoked: .*forwarder ca token create --dir DIR --for agent --name web1/,
  )
  t.deepEqual(more, [])
})

test('a damaged identity file is a warning: another certificate will be requested', async t => {
  const { inspect, identityPath } = await makeMachine(t)
  await writeFile(identityPath, 'no PEM')
  const [finding] = await inspect()
  t.is(finding?.severity, 'warning')
  t.regex(finding?.message ?? '', /identity\.pem .*; another certificate will be requested$/)
})

for (const [role, own] of [
  ['agent', { files: [{ paths: ['/var/log/*.log'] }] }],
  ['collector', { listen: '0.0.0.0:5044', advertise: { address: 'logs1:5044' }, store: { type: 'embedded' } }],
] as const)
  test(`forwarder check warns that ${role === 'agent' ? 'an agent' : 'a collector'} has not joined yet`, async t => {
    const stateDir = await makeTempDir(t)
    const discovery = { etcd: { endpoints: ['http://127.0.0.1:2379'] } }
    const enrolment = { caFingerprint: `sha256:${'ab'.repeat(32)}`, tokenFile: join(stateDir, 'token') }
    const path = await writeConfig(t, JSON.stringify({ discovery, enrolment, stateDir, ...own }))
    const { err } = await runInside(['check', '--config', path])
    t.regex(err, new RegExp(`^warning: this machine has not joined yet.* --for ${role} --name `, 'm'))
  })
