import test from 'ava'
import { urldecode } from '../../../../src/pipeline/processors/urldecode.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

const isDecoded = test.macro({
  exec(t, text: string, expected: string) {
    t.is(runProcessor(urldecode, { field: 'a' }, { a: text }).fields['a'], expected)
  },
  title: (_, text: string, expected: string) => `${text} is decoded as ${expected}`,
})

test(isDecoded, 'plain', 'plain')
test(isDecoded, 'a+b%20c', 'a b c')
test(isDecoded, 'caf%C3%A9', 'café')
test(isDecoded, '%C3x', '\uFFFDx')
test(isDecoded, '%2525', '%25')

test('each text of a list is decoded', t => {
  t.deepEqual(runProcessor(urldecode, { field: 'a', target_field: 'b' }, { a: ['%41', 'x'] }).fields['b'], ['A', 'x'])
})

test('an incomplete escape is a fault', t => {
  t.is(faultOf('100%'), 'URLDecoder: Incomplete trailing escape (%) pattern')
  t.regex(faultOf('%zz') ?? '', /^URLDecoder: Illegal hex characters in escape \(%\) pattern/u)
})

test('a missing field and another type are faults', t => {
  t.is(runProcessor(urldecode, { field: 'a' }, {}).fault, 'field [a] not present as part of path [a]')
  t.is(runProcessor(urldecode, { field: 'a', ignore_missing: true }, {}).fault, undefined)
  t.is(runProcessor(urldecode, { field: 'a' }, { a: null }).fault, 'field [a] is null, cannot process it.')
  const message = 'field [a] of type [java.lang.Integer] cannot be cast to [java.lang.String]'
  t.is(runProcessor(urldecode, { field: 'a' }, { a: 7 }).fault, message)
})

function faultOf(a: string): string | undefined {
  return runProcessor(urldecode, { field: 'a' }, { a }).fault
}
