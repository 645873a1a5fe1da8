import test from 'ava'
import { logfmt } from '../../../../src/pipeline/processors/logfmt.ts'
import type { Fields } from '../../../../src/pipeline/document/value.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

const isRead = test.macro({
  exec(t, line: string, pairs: Fields) {
    t.deepEqual(runProcessor(logfmt, { field: 'a', target_field: 'b' }, { a: line }).fields['b'], pairs)
  },
  title: (_, line: string, _pairs: Fields) => `${JSON.stringify(line)} is read as pairs`,
})

test(isRead, 'level=info msg="a text" n=7', { level: 'info', msg: 'a text', n: '7' })
test(isRead, String.raw`msg="a \"b\"\n\u00e9" x=a=b`, { msg: 'a "b"\né', x: 'a=b' })
test(isRead, '  debug empty= last="" \n', { debug: true, empty: '', last: '' })
test(isRead, '__proto__=a', JSON.parse('{"__proto__":"a"}') as Fields)
test(isRead, '', {})

test('a text that has no pairs is a fault with its place', t => {
  t.is(runProcessor(logfmt, { field: 'a' }, { a: 'a=1 b="open' }).fault, 'not a pair of logfmt at character 4')
})

test('without a target field the pairs are at the top of the document', t => {
  const { fields, event } = runProcessor(logfmt, { field: 'a' }, { a: 'x=1' })
  t.deepEqual(fields, { a: 'x=1', x: '1' })
  t.true(event.isChanged)
})
