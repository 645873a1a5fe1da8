import test from 'ava'
import { DAY_MS } from '../../../../src/flow/time-units.ts'
import { X509Certificate } from 'node:crypto'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { answerRequest } from '../../../../src/trust/authority/answer-request.ts'
import { loadAuthorities } from '../../../../src/trust/authority/authorities.ts'
import { openAuthorityDatabase } from '../../../../src/trust/authority/authority-database.ts'
import { listCertificates } from '../../../../src/trust/authority/issued-certificates.ts'
import { revokeName } from '../../../../src/trust/authority/revocations.ts'
import { findToken } from '../../../../src/trust/authority/tokens.ts'
import { makeSigningDesk } from '../../../helpers/trust/signing-desk.ts'

const idOf = (token: string) => token.split('.')[0] ?? ''

test('a signer that was killed before its answer issues the same certificate again', async t => {
  const desk = await makeSigningDesk(t)
  const token = desk.token()
  const asked = await desk.byToken(token)
  const first = await desk.answer(asked)
  desk.database.close() // it is on disk, and was not sent
  const database = openAuthorityDatabase(desk.dir)
  t.teardown(() => database.close())
  const authorities = await loadAuthorities(desk.dir, database)
  const times = { lifetimeMs: DAY_MS, renewExpiredMs: 0, nowMs: desk.nowMs }
  const { isNew, record } = await answerRequest(asked.value, { database, authorities, ...times, log: silentLog })
  t.false(isNew)
  t.is(record.certificate, first.record.certificate)
  t.is(findToken(database, idOf(token))?.used, 1)
})

test('a repeated request gets the same answer, and does not use its token again', async t => {
  const desk = await makeSigningDesk(t)
  const token = desk.token()
  const asked = await desk.byToken(token)
  const first = await desk.answer(asked)
  desk.nowMs += 2 * DAY_MS // the token has expired since, which does not matter
  const second = await desk.answer(asked)
  t.false(second.isNew)
  t.is(second.record.certificate, first.record.certificate)
  t.is(findToken(desk.database, idOf(token))?.used, 1)
  revokeName(desk.database, 'web1', desk.nowMs)
  await t.throwsAsync(desk.answer(asked), { message: /has been revoked/ })
})

test('only one of two simultaneous requests gets the last use of a token', async t => {
  const desk = await makeSigningDesk(t)
  const token = desk.token()
  const asked = await Promise.all([desk.byToken(token), desk.byToken(token, { name: 'web2' })])
  const results = await Promise.allSettled(asked.map(one => desk.answer(one)))
  t.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  t.is(listCertificates(desk.database).length, 1)
})

test('a certificate that is renewed twice with different keys is logged and counted as possibly copied', async t => {
  const desk = await makeSigningDesk(t)
  const current = await desk.join(desk.token())
  t.false((await desk.answer(await desk.renewal(current))).isFork)
  t.deepEqual(desk.lines, [])
  t.true((await desk.answer(await desk.renewal(current))).isFork)
  t.is(desk.lines[0]?.level, 'warn')
  t.regex(desk.lines[0]?.message ?? '', /may have been copied/)
})

test('a name that joins again while its certificate is valid is logged as a warning', async t => {
  const desk = await makeSigningDesk(t)
  const token = desk.token({ uses: 2 })
  await desk.join(token)
  await desk.join(token)
  t.regex(desk.lines[0]?.message ?? '', /joins again with a token/)
})

test('a certificate is valid for seven days, from an hour before now, and never longer than its authority', async t => {
  const desk = await makeSigningDesk(t, { days: 10 })
  const first = new X509Certificate((await desk.join(desk.token())).certificate)
  const second = 1000
  t.true(Math.abs(first.validToDate.getTime() - desk.nowMs - 7 * DAY_MS) <= second)
  t.true(Math.abs(first.validFromDate.getTime() - desk.nowMs + 3_600_000) <= second)
  desk.nowMs += 8 * DAY_MS
  const last = new X509Certificate((await desk.join(desk.token())).certificate)
  t.true(last.validToDate.getTime() < desk.nowMs + 2 * DAY_MS + second)
  desk.nowMs += 3 * DAY_MS
  await t.throwsAsync(desk.join(desk.token()), { code: 'setup', message: /ended on .*forwarder ca rollover begin/ })
})

test('a certificate that is revoked while its renewal is being made is not renewed', async t => {
  const desk = await makeSigningDesk(t)
  const asked = await desk.renewal(await desk.join(desk.token()))
  const authorities = await loadAuthorities(desk.dir, desk.database)
  const times = { lifetimeMs: DAY_MS, renewExpiredMs: 0, nowMs: desk.nowMs }
  const answered = answerRequest(asked.value, { database: desk.database, authorities, ...times, log: silentLog })
  revokeName(desk.database, 'web1', desk.nowMs) // it has been looked at, and the certificate is not there yet
  await t.throwsAsync(answered, { code: 'refused', message: /was revoked on/ })
  t.is(listCertificates(desk.database).length, 1)
})

test('clocks that are far apart are logged, whichever is wrong', async t => {
  const desk = await makeSigningDesk(t)
  const token = desk.token({ uses: 0 })
  await desk.join(token, { createdAtMs: desk.nowMs - DAY_MS })
  t.deepEqual(desk.lines, [], 'a request may be asked again for a day')
  await desk.join(token, { name: 'web2', createdAtMs: desk.nowMs - 2 * DAY_MS })
  await desk.join(token, { name: 'web3', createdAtMs: desk.nowMs + 3_600_000 })
  t.deepEqual(
    desk.lines.map(({ message }) => message),
    ["a machine's clock is far behind, or the signer's clock is far ahead", "a machine's clock is ahead"],
  )
})

test("a certificate from when the signer's clock was ahead is not issued again, and a new renewal request succeeds", async t => {
  const desk = await makeSigningDesk(t)
  const current = await desk.join(desk.token())
  const rightMs = desk.nowMs
  desk.nowMs += 3 * DAY_MS
  const asked = await desk.renewal(current, { createdAtMs: rightMs })
  await desk.answer(asked)
  desk.nowMs = rightMs
  await t.throwsAsync(desk.answer(asked), { code: 'refused', message: /clock was ahead: ask for a new one/ })
  t.true((await desk.answer(await desk.renewal(current))).isNew)
})
