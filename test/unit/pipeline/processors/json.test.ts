import test from 'ava'
import type { Value } from '../../../../src/pipeline/document/value.ts'
import { OptionFault } from '../../../../src/pipeline/processor/option-fault.ts'
import { json } from '../../../../src/pipeline/processors/json.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

test('a text of JSON becomes its value', t => {
  t.deepEqual(runProcessor(json, { field: 'a', target_field: 'b' }, { a: '{"c":[1]}' }).fields['b'], { c: [1] })
  t.is(runProcessor(json, { field: 'a' }, { a: '12345678901234567890' }).fields['a'], 12_345_678_901_234_567_890n)
  t.is(runProcessor(json, { field: 'a' }, { a: ' ' }).fields['a'], null)
})

test('two members of one name are a fault, at any depth, unless they are allowed', t => {
  const text = '[{"a:":1,"b":{"c":1,"c":2}}]'
  t.regex(runProcessor(json, { field: 'a' }, { a: text }).fault ?? '', /two members of one name/u)
  const { fields } = runProcessor(json, { field: 'a', allow_duplicate_keys: true }, { a: text })
  t.deepEqual(fields, { a: [{ 'a:': 1, b: { c: 2 } }] })
})

const BEHIND: readonly (readonly [text: string, value: Value])[] = [
  ['{"b":[1]} x', { b: [1] }],
  ['[1] [2]', [1]],
  ['12 "x"', 12],
  ['"a\\"b" c', 'a"b'],
]

for (const [text, value] of BEHIND) {
  test(`the text behind the value of ${text} is a fault only if parsing is strict`, t => {
    t.regex(runProcessor(json, { field: 'a' }, { a: text }).fault ?? '', /not valid JSON/u)
    t.deepEqual(runProcessor(json, { field: 'a', strict_json_parsing: false }, { a: text }).fields, { a: value })
  })
}

test('members are added to the document, or merged into it', t => {
  t.deepEqual(runProcessor(json, { field: 'a', add_to_root: true }, { a: '{"b":{"d":2}}', b: { c: 1 } }).fields['b'], {
    d: 2,
  })
  const options = { field: 'a', add_to_root: true, add_to_root_conflict_strategy: 'merge' }
  t.deepEqual(runProcessor(json, options, { a: '{"b":{"d":2}}', b: { c: 1 } }).fields['b'], { c: 1, d: 2 })
})

test('text of an event cannot set its metadata', t => {
  const { fault } = runProcessor(json, { field: 'a', add_to_root: true }, { a: '{"_index":"other"}' })
  t.is(fault, 'the JSON has a member [_index], which is metadata')
})

test('a member __proto__ is a field like any other', t => {
  const { fields } = runProcessor(json, { field: 'a', add_to_root: true }, { a: '{"__proto__":{"x":1}}' })
  t.deepEqual(Object.keys(fields), ['a', '__proto__'])
  t.is(({} as { x?: number }).x, undefined)
})

test('a text that would fill the memory is not built', t => {
  t.regex(
    runProcessor(json, { field: 'a' }, { a: `[${'1,'.repeat(200_000)}1]` }).fault ?? '',
    /more than 100000 values/u,
  )
  t.regex(runProcessor(json, { field: 'a' }, { a: '['.repeat(100_000) }).fault ?? '', /nested more than/u)
})

test('options that exclude each other are refused', t => {
  const wrong = [{ add_to_root: true, target_field: 'b' }, { add_to_root_conflict_strategy: 'merge' }]
  for (const options of wrong)
    t.throws(() => runProcessor(json, { field: 'a', ...options }, {}), { instanceOf: OptionFault })
})
