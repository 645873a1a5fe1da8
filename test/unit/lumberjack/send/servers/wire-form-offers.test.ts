import test from 'ava'
import { HOUR_MS, MINUTE_MS } from '../../../../../src/flow/time-units.ts'
import { WireFormOffers } from '../../../../../src/lumberjack/send/servers/wire-form-offers.ts'
import { TlsError } from '../../../../../src/tls/tls-error.ts'
import { makeRecordingLog } from '../../../../helpers/process/recording-log.ts'

const failureOf = (code: string) =>
  new TlsError('handshake', 'failed', { cause: Object.assign(new Error(code), { code }) })
const refusal = failureOf('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL')
const reset = failureOf('ECONNRESET')

function createOffers() {
  const clock = { nowMs: 0 }
  const log = makeRecordingLog()
  return { clock, log, offers: new WireFormOffers({ log, now: () => clock.nowMs }) }
}

test('a server that answers that it does not know the offer is not asked again for four hours', t => {
  const { offers, clock } = createOffers()
  t.true(offers.isMadeTo('a:1'))
  t.true(offers.mayBeRefused('a:1', refusal))
  offers.noteRefused('a:1', refusal)
  clock.nowMs = 4 * HOUR_MS - 1
  t.false(offers.isMadeTo('a:1'))
  t.true(offers.isMadeTo('b:1'))
  clock.nowMs++
  t.true(offers.isMadeTo('a:1'))
})

test('a server that ends the handshake with the offer only is asked again after half an hour', t => {
  const { offers, clock } = createOffers()
  offers.noteRefused('a:1', reset)
  clock.nowMs = HOUR_MS / 2 - 1
  t.false(offers.isMadeTo('a:1'))
  clock.nowMs++
  t.true(offers.isMadeTo('a:1'))
})

test('a server that ends handshakes without the offer as well is not connected to twice for another minute', t => {
  const { offers, clock } = createOffers()
  t.true(offers.mayBeRefused('a:1', reset))
  offers.noteInnocent('a:1')
  t.true(offers.isMadeTo('a:1'))
  t.false(offers.mayBeRefused('a:1', reset))
  t.true(offers.mayBeRefused('a:1', refusal))
  clock.nowMs = MINUTE_MS
  t.true(offers.mayBeRefused('a:1', reset))
})

test('a handshake that failed for another reason is not tried again without the offer', t => {
  const { offers } = createOffers()
  for (const code of ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'ABORT_ERR', 'ERR_SSL_WRONG_VERSION_NUMBER'])
    t.false(offers.mayBeRefused('a:1', failureOf(code)))
  t.false(offers.mayBeRefused('a:1', new TlsError('handshake', 'the certificate is not for this name')))
})

test('a refused offer is reported once, without a warning', t => {
  const { offers, log } = createOffers()
  offers.noteRefused('a:1', refusal)
  t.deepEqual(
    log.lines.map(({ level, fields }) => [level, fields['server']]),
    [['info', 'a:1']],
  )
})

test('at most a thousand servers are remembered', t => {
  const { offers } = createOffers()
  for (let i = 0; i <= 1000; i++) offers.noteRefused(`a:${i}`, refusal)
  t.true(offers.isMadeTo('a:0'))
  t.false(offers.isMadeTo('a:1'))
})
