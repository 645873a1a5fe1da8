import test from 'ava'
import { createPrivateKey } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DAY_MS } from '../../../src/flow/time-units.ts'
import { type EtcdServer, startEtcd } from '../../helpers/servers/etcd.ts'
import { readCertificate } from '../../helpers/trust/certificates.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { makeTrustPlace, untilSaid } from '../../helpers/trust/trust.ts'
import { until } from '../../helpers/time/until.ts'

const scope = makeScope()
let server: EtcdServer

test.before(async () => {
  server = await startEtcd(scope)
})
test.after.always(() => scope.end())

test('a certificate is renewed automatically at two thirds of its life, with a new key, and stays in use until then', async t => {
  let nowMs = Date.now()
  const place = await makeTrustPlace(t, server.endpoints, { now: () => nowMs })
  const signer = await place.startSigner()
  const agent = place.join('web1', { token: place.token() })
  await agent.ready
  const before = await readFile(agent.files.key, 'utf8')
  const { renewAtMs = 0, notAfterMs = 0 } = agent.status()
  const share = (renewAtMs - nowMs) / (notAfterMs - nowMs)
  t.true(share > 0.55 && share < 0.67, `${share}`)
  nowMs = renewAtMs - 1000
  await sleep(2500)
  t.is(signer.status().renewed, 0)
  nowMs = renewAtMs + 1000
  await until(() => signer.status().renewed === 1, 'it is renewed')
  await untilSaid(place.lines, 'the certificate was renewed')
  t.not(
    createPrivateKey(before).export({ format: 'jwk' }).d,
    createPrivateKey(await readFile(agent.files.key)).export({ format: 'jwk' }).d,
  )
  t.true((agent.status().notAfterMs ?? 0) > notAfterMs)
})

test('an expired certificate can be renewed for a configured time; later a token is needed, and the log has the command', async t => {
  let nowMs = Date.now()
  const place = await makeTrustPlace(t, server.endpoints, { now: () => nowMs })
  await place.startSigner({ renewExpiredMs: 2 * DAY_MS })
  const token = place.token()
  const first = place.join('web1', { token })
  await first.ready
  await first.close()
  nowMs += 8 * DAY_MS
  const second = place.join('web1', { token })
  t.is(second.status().state, 'expired')
  await second.ready
  t.is(second.status().state, 'enrolled')
  await second.close()
  nowMs += 10 * DAY_MS
  const third = place.join('web1', { token })
  const { fields } = await untilSaid(place.lines, 'the signer refuses this machine a certificate; a person must act')
  t.regex(String(fields['reason']), /too long ago to be renewed; and with the token: the token .* is used up/)
  t.regex(String(fields['remedy']), /forwarder ca token create --dir DIR --for agent --name 'web1'/)
  t.is(third.status().state, 'refused')
})

test('the identity of an earlier run can be used at once, even while etcd is down', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  await place.startSigner()
  const agent = place.join('web1', { token: place.token() })
  await agent.ready
  const serial = agent.serial.current
  await agent.close()
  const elsewhere = await makeTrustPlace(t, ['http://127.0.0.1:1'])
  const again = place.join('web1', { etcd: elsewhere.etcd })
  await again.ready
  t.is(again.serial.current, serial)
  t.is(again.status().authorities, 1)
})

test('a collector that advertises other names gets a certificate for them if its join token was valid for them', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  await place.startSigner()
  const options = { role: 'collector', names: ['logs1'] } as const
  const token = place.token({ kind: 'collector', patterns: ['logs*'] })
  const first = place.join('one', { ...options, token })
  await first.ready
  await first.close()
  const second = place.join('one', { ...options, names: ['logs1', 'logs2'] })
  await second.ready
  await untilSaid(place.lines, 'the certificate was renewed')
  t.is((await readCertificate(second.files.certificate)).subjectAltName, 'DNS:logs1, DNS:logs2')
  await second.close()
  const third = place.join('one', { ...options, names: ['other'] })
  await third.ready
  const { fields } = await untilSaid(place.lines, 'the signer refuses this machine a certificate; a person must act')
  t.regex(String(fields['reason']), /"other" is not among the names for which its join token is valid: logs\*/)
  t.regex(String(fields['remedy']), /--for collector --name 'other'/)
  t.is((await readCertificate(third.files.certificate)).subjectAltName, 'DNS:logs1, DNS:logs2', 'it keeps what it has')
})

test('a machine with a new name needs a token for it, and keeps the earlier name until then', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  await place.startSigner()
  const first = place.join('web1', { token: place.token() })
  await first.ready
  await first.close()
  const stateDir = join(first.files.key, '../..')
  const renamed = place.join('web2', { stateDir })
  await renamed.ready
  await untilSaid(place.lines, /there is no join token.*--name 'web2'/)
  await renamed.close()
  const joined = place.join('web2', { stateDir, token: place.token() })
  await until(
    async () => (await readCertificate(joined.files.certificate)).subject === 'CN=web2',
    'it has its new name',
  )
  t.is(joined.status().state, 'enrolled')
})

test('a damaged identity is requested again', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  await place.startSigner()
  const first = place.join('web1', { token: place.token() })
  await first.ready
  await first.close()
  await writeFile(first.files.key, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
  const second = place.join('web1', { token: place.token() })
  await second.ready
  t.is(place.lines.filter(({ message }) => /cannot be used; requesting another one/.test(message)).length, 1)
  t.is(second.status().state, 'enrolled')
})
