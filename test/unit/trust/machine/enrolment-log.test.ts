import test from 'ava'
import { EnrolmentLog } from '../../../../src/trust/machine/enrolment-log.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'

const expected = { kind: 'agent', name: 'web1', names: ['web1'] } as const

test('an enrolment failure that differs by a time or a number only is logged once', t => {
  const log = makeRecordingLog()
  const enrolmentLog = new EnrolmentLog(log, expected)
  for (let second = 10; second < 60; second++) {
    const reason = `valid from 2026-11-21T10:00:00Z, and here it is 2026-11-21T09:00:${second}Z: is the clock right?`
    enrolmentLog.noteFailure(new Error(reason), reason)
  }
  t.is(log.lines.length, 1)
})
