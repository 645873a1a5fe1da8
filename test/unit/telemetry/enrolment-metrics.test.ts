import test from 'ava'
import { judgeEnrolment } from '../../../src/telemetry/enrolment-metrics.ts'

const row = test.macro({
  exec(t, state: 'enrolled' | 'enrolling' | 'expired' | 'refused' | 'revoked', expected: readonly string[]) {
    t.deepEqual(judgeEnrolment({ state, name: 'web1', authorities: 1, lastError: 'do this' }), expected)
  },
  title: (given = '') => `health: ${given}`,
})

test('a machine with a good certificate is good', row, 'enrolled', [])
test('a machine that has none yet names what it waits for', row, 'enrolling', [
  'there is no certificate for "web1" yet: do this',
])
test('an expired certificate is a reason', row, 'expired', ['the certificate for "web1" has expired: do this'])
test('a refusal is a reason', row, 'refused', ['a certificate for "web1" was refused: do this'])
test('a revocation is one reason with its remedy', row, 'revoked', ['the certificate for "web1" was revoked: do this'])
