import test from 'ava'
import { explainFailure } from '../../../src/tls/explain-failed-connection.ts'

/** As Node reports them; the first three come from real attempts in the tests of `dial`. */
const networkFaults: [string, RegExp][] = [
  ['ECONNREFUSED', /refuses connections/],
  ['ENOTFOUND', /a name that does not exist/],
  ['ETIMEDOUT', /did not answer in time/],
  ['EAI_AGAIN', /cannot look up just now/],
  ['EHOSTUNREACH', /no route to that host/],
  ['EMFILE', /too many files open/],
  ['EPIPE', /closed the connection without an answer: it may expect TLS/],
  ['ESOMETHING', /cannot be reached: the original words$/],
]

for (const [code, says] of networkFaults)
  test(`the network fault ${code} is explained with the server's name and address`, t => {
    const error = Object.assign(new Error('the original words'), { code })
    const where = { host: 'logs', port: 5044, address: '10.0.0.1', tls: undefined, step: 'connect' } as const
    const message = explainFailure(error, where)
    t.regex(message, /^the server at logs:5044 \(10\.0\.0\.1\) /)
    t.regex(message, says)
  })

/** Alerts as other TLS libraries send them: what they mean depends on whether a client certificate is set. */
const alerts: [number, RegExp, RegExp][] = [
  [40, /may demand a client certificate/, /may have no cipher in common with us, or refuse/],
  [42, /demands a client certificate and none is set/, /refuses the client certificate \/c\.pem/],
  [48, /demands a client certificate and none is set/, /its authority must be in the server's `ca`/],
  [45, /./, /refuses the client certificate \/c\.pem as expired/],
  [44, /./, /as revoked/],
  [70, /1\.2 or later/, /1\.2 or later/],
  [112, /no certificate for the name "logs"/, /no certificate for the name "logs"/],
  [116, /demands a client certificate/, /demands a client certificate/],
  [80, /TLS alert 80/, /TLS alert 80/],
]

for (const [number, without, having] of alerts)
  test(`TLS alert ${number} is explained with and without a client certificate`, t => {
    const error = new Error(`error:0A000410:SSL routines::some alert:SSL alert number ${number}`)
    const where = { host: 'logs', port: 5044, step: 'handshake' } as const
    t.regex(explainFailure(error, { ...where, tls: {} }), without)
    t.regex(explainFailure(error, { ...where, tls: { certificate: '/c.pem', key: '/c.key' } }), having)
  })

test('the explanation of a handshake without an answer reports that TCP was accepted', t => {
  const limit = new DOMException('the time is over', 'TimeoutError')
  const where = { host: 'logs', port: 5044, tls: {}, step: 'handshake' } as const
  t.regex(
    explainFailure(limit, { ...where, received: 0 }),
    /^the server at logs:5044 accepted the TCP connection, but did not answer in time to the TLS handshake: /,
  )
  t.regex(
    explainFailure(limit, { ...where, received: 7 }),
    /accepted the TCP connection and began the TLS handshake, but did not finish it in time/,
  )
})

test('a server that has completed a handshake of TLS is not suspected of plain text or of old versions', t => {
  const where = { host: 'logs', port: 5044, tls: {}, step: 'answer' } as const
  for (const code of ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_UNSUPPORTED_PROTOCOL', 'ERR_SSL_BAD_RECORD_TYPE']) {
    const message = explainFailure(Object.assign(new Error('the original words'), { code }), where)
    t.regex(message, /^the server at logs:5044 broke the TLS connection after the handshake \(the original words\)/)
  }
})
