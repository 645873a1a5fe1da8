import test from 'ava'
import { DAY_MS } from '../../../../src/flow/time-units.ts'
import { listCertificates } from '../../../../src/trust/authority/issued-certificates.ts'
import { removeExpired } from '../../../../src/trust/authority/remove-expired.ts'
import { listRevoked, revokeName } from '../../../../src/trust/authority/revocations.ts'
import { listTokens, revokeToken } from '../../../../src/trust/authority/tokens.ts'
import { isListed } from '../../../helpers/trust/revocations.ts'
import { type SigningDesk, makeSigningDesk } from '../../../helpers/trust/signing-desk.ts'

const RENEW_EXPIRED_MS = 30 * DAY_MS
const idOf = (token: string) => token.slice(0, 16)
const namesAt = ({ database }: SigningDesk) => listCertificates(database).map(({ name }) => name)

/** Another machine joins, and so says what time it is. */
async function hearTime(desk: SigningDesk): Promise<void> {
  await desk.join(desk.token(), { name: `clock-${desk.nowMs}` })
}

test('a certificate is deleted a week after it can no longer be renewed', async t => {
  const desk = await makeSigningDesk(t)
  await desk.join(desk.token())
  desk.nowMs += 43 * DAY_MS
  await hearTime(desk)
  removeExpired(desk.database, RENEW_EXPIRED_MS)
  t.true(namesAt(desk).includes('web1'))
  desk.nowMs += 2 * DAY_MS
  await hearTime(desk)
  removeExpired(desk.database, RENEW_EXPIRED_MS)
  t.false(namesAt(desk).includes('web1'))
  t.is(namesAt(desk).length, 2)
})

test('a revoked certificate stays in the list for a day after its end', async t => {
  const desk = await makeSigningDesk(t)
  await desk.join(desk.token())
  revokeName(desk.database, 'web1', desk.nowMs)
  desk.nowMs += 7.9 * DAY_MS
  await hearTime(desk)
  t.true(isListed(desk.database, 'web1'))
  desk.nowMs += 0.2 * DAY_MS
  await hearTime(desk)
  t.is(listRevoked(desk.database).size, 0)
})

test('a signer whose clock is years ahead deletes nothing as long as no machine agrees', async t => {
  const desk = await makeSigningDesk(t)
  const rightMs = desk.nowMs
  const used = desk.token()
  await desk.join(used)
  revokeName(desk.database, 'web1', rightMs)
  desk.nowMs += 3000 * DAY_MS
  await desk.join(desk.token(), { name: 'web2', createdAtMs: rightMs + 1000 })
  removeExpired(desk.database, RENEW_EXPIRED_MS)
  t.deepEqual(namesAt(desk), ['web1', 'web2'])
  t.is(listRevoked(desk.database).size, 1)
  t.is(listTokens(desk.database).length, 2)
})

test('a machine whose clock is years ahead makes the signer delete nothing', async t => {
  const desk = await makeSigningDesk(t)
  await desk.join(desk.token())
  revokeName(desk.database, 'web1', desk.nowMs)
  await desk.join(desk.token(), { name: 'web2', createdAtMs: desk.nowMs + 3000 * DAY_MS })
  removeExpired(desk.database, RENEW_EXPIRED_MS)
  t.deepEqual(namesAt(desk), ['web1', 'web2'])
  t.is(listRevoked(desk.database).size, 1)
})

test('a clock that was set back does not return expired certificates to the list of revoked ones', async t => {
  const desk = await makeSigningDesk(t)
  await desk.join(desk.token())
  revokeName(desk.database, 'web1', desk.nowMs)
  desk.nowMs += 9 * DAY_MS
  await hearTime(desk)
  desk.nowMs -= 9 * DAY_MS
  await hearTime(desk)
  t.is(listRevoked(desk.database).size, 0)
})

const ends: [string, number, (desk: SigningDesk) => string | Promise<string>][] = [
  ['expired', 2, desk => desk.token({ expiresInMs: 2 * DAY_MS })],
  [
    'was used up',
    0,
    async desk => {
      const token = desk.token({ expiresInMs: 999 * DAY_MS })
      await desk.join(token)
      return token
    },
  ],
  [
    'was used up for the last time',
    20,
    async desk => {
      const token = desk.token({ uses: 2, expiresInMs: 999 * DAY_MS })
      await desk.join(token)
      desk.nowMs += 20 * DAY_MS
      await desk.join(token)
      return token
    },
  ],
  [
    'was used up by a machine that has renewed since',
    0,
    async desk => {
      const token = desk.token({ expiresInMs: 999 * DAY_MS })
      const current = await desk.join(token)
      desk.nowMs += 5 * DAY_MS
      await desk.answer(await desk.renewal(current))
      return token
    },
  ],
  [
    'was revoked',
    0,
    desk => {
      const token = desk.token({ uses: 0, expiresInMs: 999 * DAY_MS })
      revokeToken(desk.database, idOf(token), desk.nowMs)
      return token
    },
  ],
]

for (const [title, endedAfterDays, make] of ends)
  test(`a token is deleted 30 days after it ${title}`, async t => {
    const desk = await makeSigningDesk(t)
    const startMs = desk.nowMs
    const id = idOf(await make(desk))
    const isThere = async (days: number) => {
      desk.nowMs = startMs + days * DAY_MS
      await hearTime(desk)
      removeExpired(desk.database, RENEW_EXPIRED_MS)
      return listTokens(desk.database).some(token => token.id === id)
    }
    t.true(await isThere(endedAfterDays + 29.9))
    t.false(await isThere(endedAfterDays + 30.1))
  })

test('a valid token is kept at any age', async t => {
  const desk = await makeSigningDesk(t)
  const kept = [desk.token({ uses: 0, expiresInMs: 999 * DAY_MS }), desk.token({ uses: 2, expiresInMs: 999 * DAY_MS })]
  for (const token of kept) await desk.join(token)
  desk.nowMs += 900 * DAY_MS
  await hearTime(desk)
  removeExpired(desk.database, RENEW_EXPIRED_MS)
  const ids = new Set(listTokens(desk.database).map(({ id }) => id))
  for (const token of kept) t.true(ids.has(idOf(token)))
})
