import test from 'ava'
import { HOUR_MS } from '../../../../src/flow/time-units.ts'
import { RivalSigner } from '../../../../src/trust/authority/rival-signer.ts'
import { loadAuthorities } from '../../../../src/trust/authority/authorities.ts'
import { RevocationList } from '../../../../src/trust/revocation-list.ts'
import { formatTrust } from '../../../../src/trust/trust-document.ts'
import { makeSigningDesk } from '../../../helpers/trust/signing-desk.ts'

test('a signer that has the role and publishes nothing is reported, with the key to delete', async t => {
  const [desk, stranger] = [await makeSigningDesk(t), await makeSigningDesk(t)]
  const [own, foreign] = await Promise.all([desk, stranger].map(one => loadAuthorities(one.dir, one.database)))
  const { nowMs } = desk
  const write = ({ trusted, signers } = own!, issuedAtMs = nowMs) =>
    Buffer.from(
      formatTrust({ sequence: 1, issuedAtMs, authorities: trusted, revoked: new RevocationList() }, signers).text,
    )
  const look = async (value: Buffer | undefined, isPatient = false) => {
    const etcd = { get: () => Promise.resolve(value) }
    const rival = new RivalSigner({ etcd, key: '/f/trust', roleKey: '/f/signer', patienceMs: isPatient ? 60_000 : 0 })
    return (await rival.look('x', own!, nowMs))?.message
  }
  t.is(await look(write()), undefined)
  t.is(await look(write(own, nowMs - 1.9 * HOUR_MS)), undefined)
  t.regex(
    (await look(write(own, nowMs - 2.1 * HOUR_MS))) ?? '',
    /\(x\), but has published none since 2.* delete \/f\/signer/,
  )
  for (const value of [undefined, Buffer.from('x'), write(foreign)])
    t.regex((await look(value)) ?? '', /has published no trust document of this authority/)
  t.is(await look(undefined, true), undefined, 'it may have just begun')
})
