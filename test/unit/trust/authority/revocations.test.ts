import test from 'ava'
import fc from 'fast-check'
import { X509Certificate } from 'node:crypto'
import { DAY_MS, HOUR_MS } from '../../../../src/flow/time-units.ts'
import { TrustError } from '../../../../src/trust/contract.ts'
import { findByName } from '../../../../src/trust/authority/issued-certificates.ts'
import {
  convertEarlierRevocations,
  listRevoked,
  revokeHost,
  revokeName,
} from '../../../../src/trust/authority/revocations.ts'
import { type SigningDesk, makeSigningDesk } from '../../../helpers/trust/signing-desk.ts'

const refuses = ({ database }: SigningDesk, certificate: string) =>
  listRevoked(database).has(new X509Certificate(certificate))

const collector = (name: string, dnsNames: string[], ipAddresses: string[] = []) =>
  ({ kind: 'collector', name, dnsNames, ipAddresses }) as const

test('a revoked name refuses each of its certificates, in whatever case, also those that are unknown here', async t => {
  const desk = await makeSigningDesk(t)
  const own = await desk.join(desk.token())
  const upper = await desk.joinedBefore({ name: 'WEB1', dnsNames: ['web1'], patterns: [] })
  const forgotten = await desk.join(desk.token())
  desk.database.exec(
    `DELETE FROM certificates WHERE serial = '${new X509Certificate(forgotten.certificate).serialNumber}'`,
  )
  const other = await desk.join(desk.token(), { name: 'web2' })
  t.is(revokeName(desk.database, 'Web1', desk.nowMs).length, 2)
  for (const { certificate } of [own, upper, forgotten]) t.true(refuses(desk, certificate))
  t.false(refuses(desk, other.certificate))
  await t.throwsAsync(async () => desk.answer(await desk.renewal(upper, { name: 'WEB1', dnsNames: ['web1'] })), {
    message: /was revoked/,
  })
})

test('a revoked host refuses each certificate for it, whatever the name', async t => {
  const desk = await makeSigningDesk(t)
  const token = desk.token({ kind: 'collector', uses: 0, patterns: ['**'] })
  const one = await desk.join(token, collector('collector1', ['logs1.example.com']))
  const impostor = collector('zzz', ['other.example.com', 'logs1.example.com'], ['10.0.0.5'])
  const two = await desk.join(token, impostor)
  const other = await desk.join(token, collector('collector2', ['logs2.example.com']))
  t.is(revokeHost(desk.database, 'LOGS1.example.com', desk.nowMs).length, 2)
  for (const { certificate } of [one, two]) t.true(refuses(desk, certificate))
  t.false(refuses(desk, other.certificate))
  await t.throwsAsync(async () => desk.answer(await desk.renewal(two, impostor)), { message: /was revoked on/ })
  await t.throwsAsync(desk.join(token, impostor), { message: /only a token made after that/ })
})

type Step = { readonly kind: 'join' | 'renew' | 'revoke' } | { readonly kind: 'wait'; readonly ms: number }

const steps = fc.array(
  fc.oneof(
    fc.constantFrom<Step>({ kind: 'join' }, { kind: 'renew' }, { kind: 'revoke' }),
    fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 999, 1001, 5000, HOUR_MS, DAY_MS, -5000, -HOUR_MS),
    }),
  ),
  { maxLength: 14 },
)

interface Held {
  readonly certificate: string
  readonly key: string
  isRevoked: boolean
}

/** One step in the life of the machine `web1`; `held` has every certificate that it got. */
async function take(step: Step, desk: SigningDesk, held: Held[]): Promise<void> {
  const add = (one: Omit<Held, 'isRevoked'>) => void held.push({ ...one, isRevoked: false })
  if (step.kind === 'wait') desk.nowMs += step.ms
  if (step.kind === 'join') await desk.join(desk.token()).then(add, expectRefusal)
  const last = held.at(-1)
  if (step.kind === 'renew' && last !== undefined) await renew(last, desk).then(add, expectRefusal)
  if (step.kind !== 'revoke') return
  revokeName(desk.database, 'web1', desk.nowMs)
  for (const one of held) one.isRevoked = true
}

async function renew(current: Held, desk: SigningDesk): Promise<Omit<Held, 'isRevoked'>> {
  const asked = await desk.renewal(current)
  const { record } = await desk.answer(asked)
  if (current.isRevoked) throw new Error('a revoked certificate was renewed')
  return { certificate: record.certificate, key: asked.key }
}

test('a certificate is refused exactly if it was issued before a revocation of its name, wherever the clock jumps', async t => {
  await fc.assert(
    fc.asyncProperty(steps, async list => {
      const desk = await makeSigningDesk(t)
      const held: Held[] = []
      for (const step of list) {
        await take(step, desk, held)
        for (const { certificate, isRevoked } of held) t.is(refuses(desk, certificate), isRevoked)
      }
      desk.database.close()
    }),
    { numRuns: 25 },
  )
})

function expectRefusal(error: unknown): void {
  if (!(error instanceof TrustError) || error.code !== 'refused') throw error
}

test('a machine that joins again within the second of its revocation is not refused', async t => {
  const desk = await makeSigningDesk(t)
  desk.nowMs = Math.floor(desk.nowMs / 1000) * 1000
  const before = await desk.join(desk.token())
  revokeName(desk.database, 'web1', desk.nowMs)
  desk.nowMs += 1
  const after = await desk.join(desk.token())
  t.deepEqual([refuses(desk, before.certificate), refuses(desk, after.certificate)], [true, false])
  t.true(new X509Certificate(after.certificate).validFromDate.getTime() <= desk.nowMs + 1000)
})

test('a certificate that an earlier version of the database has revoked by serial number stays revoked', async t => {
  const desk = await makeSigningDesk(t)
  const known = await desk.joinedBefore({ name: 'WEB1', dnsNames: ['web1'], patterns: [] })
  const { database } = desk
  database.exec('DELETE FROM revocations')
  database.exec("DELETE FROM meta WHERE name = 'revocations'")
  database.exec(`UPDATE certificates SET revoked_ms = ${desk.nowMs}`)
  database
    .prepare('INSERT INTO learned_revocations VALUES (?, ?, ?, ?)')
    .run('AB12', 'Web2', desk.nowMs, desk.nowMs + DAY_MS)
  const learned = await desk.join(desk.token(), { name: 'web2' })
  const good = await desk.join(desk.token(), { name: 'web3' })
  convertEarlierRevocations(database)
  convertEarlierRevocations(database)
  for (const { certificate } of [known, learned]) t.true(refuses(desk, certificate))
  t.false(refuses(desk, good.certificate))
  t.is(listRevoked(database).size, 2)
  t.is(findByName(database, 'web1').length, 1)
})
