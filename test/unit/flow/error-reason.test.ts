import test from 'ava'
import { isRecord } from '../../../src/flow/is-record.ts'
import { reasonOf } from '../../../src/flow/error-reason.ts'

test('the reason of an error is its message, and of anything else its text', t => {
  t.is(reasonOf(new TypeError('no such file')), 'no such file')
  t.is(reasonOf('gone'), 'gone')
  t.is(reasonOf(undefined), 'undefined')
})

test('an object is a record; null, an array and a text are not', t => {
  t.deepEqual(
    [{}, { a: 1 }, null, [], 'a', undefined].map(value => isRecord(value)),
    [true, true, false, false, false, false],
  )
})
