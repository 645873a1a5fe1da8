import test from 'ava'
import { X509Certificate } from 'node:crypto'
import { DAY_MS } from '../../../../src/flow/time-units.ts'
import { makeCertificate } from '../../../../src/tls/certificate-maker.ts'
import { type NeedContext, findNeed } from '../../../../src/trust/machine/renewal-need.ts'
import { RevocationList } from '../../../../src/trust/revocation-list.ts'
import { revokedNames } from '../../../helpers/trust/revocations.ts'
import { makeTrustSigner } from '../../../helpers/trust/trust-writer.ts'

const nowMs = Date.now()
const expected = { kind: 'agent', name: 'web1', names: ['web1'] } as const
const signer = await makeTrustSigner('a')
const stranger = await makeTrustSigner('b')
const issuer = {
  certificate: signer.certificate.toString(),
  key: signer.key.export({ type: 'pkcs8', format: 'pem' }),
}
const request = { commonName: 'web1', purpose: 'client', dnsNames: ['web1'], ipAddresses: [] } as const
const dates = { notBefore: new Date(nowMs - DAY_MS), notAfter: new Date(nowMs + 9 * DAY_MS) }
const certificate = new X509Certificate((await makeCertificate({ ...request, ...dates }, issuer)).certificate)
const calm: NeedContext = { revoked: new RevocationList(), authorities: [signer.certificate], nowMs, notBeforeMs: 0 }

test('a valid certificate of a trusted authority needs nothing until its renewal is due', t => {
  t.is(findNeed(certificate, expected, calm), 'none')
  t.is(findNeed(certificate, expected, { ...calm, authorities: undefined }), 'none', 'no trust document yet')
  t.is(findNeed(certificate, expected, { ...calm, nowMs: nowMs + 7 * DAY_MS }), 'renewal')
})

test('a due renewal waits until its earliest time of another try', t => {
  const late = { ...calm, nowMs: nowMs + 7 * DAY_MS, notBeforeMs: nowMs + 8 * DAY_MS }
  t.is(findNeed(certificate, expected, late), 'none')
})

test('a certificate with other names, or of an authority that is no longer trusted, is renewed at once', t => {
  t.is(findNeed(certificate, { ...expected, names: ['web1', 'db'] }, calm), 'renewal')
  const later = { ...calm, authorities: [stranger.certificate], notBeforeMs: nowMs + DAY_MS }
  t.is(findNeed(certificate, expected, later), 'renewal')
})

test('a missing, foreign or revoked certificate needs a join token', t => {
  t.is(findNeed(undefined, expected, calm), 'token')
  t.is(findNeed(certificate, { ...expected, name: 'web2' }, calm), 'token')
  t.is(findNeed(certificate, expected, { ...calm, revoked: revokedNames('web1') }), 'token')
})
