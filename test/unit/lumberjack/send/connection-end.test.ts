import test from 'ava'
import fc from 'fast-check'
import { type ConnectionEnd, findFailure } from '../../../../src/lumberjack/send/connection-end.ts'
import { LinkError } from '../../../../src/lumberjack/send/servers/link-error.ts'

const withCode = (code: string) => Object.assign(new Error('the original words'), { code })

const ends = {
  'an end': 'closed',
  'a reset': withCode('ECONNRESET'),
  'a write after the end': withCode('EPIPE'),
  'no answer to the probes of TCP': withCode('ETIMEDOUT'),
  'a route that is gone': withCode('EHOSTUNREACH'),
  'a socket that was destroyed': withCode('ERR_STREAM_PREMATURE_CLOSE'),
} satisfies Record<string, unknown>

/** Of an idle connection to a server that has acked. */
const idle: ConnectionEnd = {
  cause: 'closed',
  ageMs: 60_000,
  dueCount: 0,
  quietMs: 0,
  dueMs: 0,
  waitingCount: 0,
  isMidAck: false,
  hasAcked: true,
  isKnown: true,
}

/** With a window on the wire. */
const busy: ConnectionEnd = { ...idle, dueCount: 1, dueMs: 5 }

function messageOf(end: ConnectionEnd): string {
  const failure = findFailure(end)
  return failure instanceof Error ? failure.message : ''
}

for (const [title, cause] of Object.entries(ends)) {
  test(`${title} while nothing is due is not a failure`, t => {
    t.is(findFailure({ ...idle, cause }), undefined)
    t.is(findFailure({ ...idle, cause, isMidAck: true }), undefined)
  })

  test(`${title} while acks are due is a failure`, t => {
    t.true(findFailure({ ...busy, cause }) instanceof LinkError)
  })

  test(`${title} right after the first window after a quiet time is not a failure of a server that has acked`, t => {
    const quiet = { ...busy, cause, quietMs: 5000 }
    t.is(findFailure(quiet), undefined)
    t.true(findFailure({ ...quiet, isKnown: false, hasAcked: false }) instanceof LinkError, 'it may not be a collector')
    t.true(findFailure({ ...quiet, quietMs: 4999 }) instanceof LinkError, 'it was not quiet')
    t.true(findFailure({ ...quiet, dueMs: 1001 }) instanceof LinkError, 'it had time to read the window')
  })
}

const refusals: Record<string, [Partial<ConnectionEnd>, boolean]> = {
  'a server that has never acked': [{ isKnown: false }, true],
  'a server that has never acked, later': [{ isKnown: false, ageMs: 2001 }, false],
  'a server that has acked on another connection, when batches wait': [{ waitingCount: 1 }, true],
  'a server that has acked on another connection, when none waits': [{}, false],
  'a server that has acked on this connection': [{ hasAcked: true, waitingCount: 1 }, false],
}

for (const [title, [change, isFailure]] of Object.entries(refusals))
  test(`an end soon after the connection is ${isFailure ? 'a refusal' : 'not a failure'}: ${title}`, t => {
    const end = { ...idle, ageMs: 10, hasAcked: false, ...change }
    t.is(messageOf(end), isFailure ? 'the server closed the connection at once: its log has the reason' : '')
  })

const messages: Record<string, [Partial<ConnectionEnd>, string]> = {
  'an end': [{}, 'the server closed the connection with 1 window unacked: its log has the reason'],
  'a reset': [
    { cause: ends['a reset'], dueCount: 2 },
    'the server reset the connection with 2 windows unacked: its log has the reason',
  ],
  'an end that the next write meets': [
    { cause: ends['a write after the end'] },
    'the server closed the connection with 1 window unacked: its log has the reason',
  ],
  'an end in the middle of an ack': [
    { isMidAck: true },
    'the server closed the connection with 1 window unacked, in the middle of an ack: its log has the reason',
  ],
  'a network that fails': [
    { cause: ends['no answer to the probes of TCP'] },
    "the network ended the connection (ETIMEDOUT) with 1 window unacked: is the server's host down, or a router or firewall on the way?",
  ],
}

for (const [title, [change, message]] of Object.entries(messages))
  test(`the failure is reported as it was seen: ${title}`, t => {
    t.is(messageOf({ ...busy, ...change }), message)
  })

test('an error that is not an end is the failure, in any state of the connection', t => {
  const causes = [
    new LinkError('protocol', 'an ack was expected'),
    new LinkError('timeout', 'no ack came'),
    withCode('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'),
    new Error('no code'),
  ]
  const states = fc.record({
    ageMs: fc.nat(5000),
    dueCount: fc.nat(3),
    quietMs: fc.nat(10_000),
    dueMs: fc.nat(5000),
    waitingCount: fc.nat(3),
    isMidAck: fc.boolean(),
    hasAcked: fc.boolean(),
    isKnown: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.constantFrom(...causes), states, (cause, state) => {
      t.is(findFailure({ cause, ...state }), cause)
    }),
  )
})
