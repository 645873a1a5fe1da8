import test from 'ava'
import { dissect } from '../../../../src/pipeline/processors/dissect.ts'
import { compileProcessor, runProcessor } from '../../../helpers/pipeline/run-processor.ts'

function run(pattern: string, m: string, options: object = {}): unknown {
  const { fields, fault } = runProcessor(dissect, { field: 'm', pattern, ...options }, { m })
  const { m: _, ...found } = fields
  return fault ?? found
}

/** A law, a pattern, a text, and the fields. */
const rows = [
  ['a value ends at the delimiter', '%{a},%{b}', '1,2,3', { a: '1', b: '2,3' }],
  ['a name with dots is a path', '%{a.b} %{c}', '1 2', { a: { b: '1' }, c: '2' }],
  ['a key without a name is passed by', '%{} %{b}', '1 2', { b: '2' }],
  ['a key with a question mark is passed by', '%{?a} %{b}', '1 2', { b: '2' }],
  ['the same delimiter again is an empty value', '%{a},%{b},%{c}', '1,,3', { a: '1', b: '', c: '3' }],
  ['padding takes the same delimiter again', '%{a->} %{b}', '1   2', { a: '1', b: '2' }],
  ['an asterisk and an ampersand are a name and its value', '%{*a}=%{&a}', 'x.y=1', { x: { y: '1' } }],
  ['values with a plus sign are joined', '%{+a} %{+a}', '1 2', { a: '12' }],
  ['a key of the same name is joined too', '%{+a} %{a}', '1 2', { a: '12' }],
  ['joined values have an order', '%{+a/2} %{+a/1}', '1 2', { a: '21' }],
  ['the text in front has to be there', '[%{a}]', '[1]', { a: '1' }],
  ['a delimiter may have any characters', '%{a}ä😀%{b}', '1ä😀2', { a: '1', b: '2' }],
] as const

const macro = test.macro({
  exec(t, pattern: string, text: string, fields: object) {
    t.deepEqual(run(pattern, text), fields)
  },
  title: (law = '') => law,
})

for (const [law, pattern, text, fields] of rows) test(law, macro, pattern, text, fields)

test('the separator is between joined values', t => {
  t.deepEqual(run('%{+a} %{+a}', '1 2', { append_separator: '-' }), { a: '1-2' })
})

test('a text of another form is a fault', t => {
  for (const text of ['', '1', '[1', '1]'])
    t.is(run('[%{a}]', text), `Unable to find match for dissect pattern: [%{a}] against source: ${text}`)
})

test('a pattern that cannot work is refused', t => {
  for (const pattern of ['abc', '%{}', '%{+}', '%{a/1}', '%{*a} %{b}', '%{&a} %{&a}']) {
    const options = { field: 'm', pattern }
    t.throws(() => compileProcessor(dissect, options), { code: 'OPTION_FAULT', message: /^Unable to parse/ }, pattern)
  }
})

test('a name that is text of the event has to be a path', t => {
  t.is(run('%{*a}=%{&a}', '=1'), 'path cannot be null nor empty')
})
