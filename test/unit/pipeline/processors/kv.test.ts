import test from 'ava'
import { kv } from '../../../../src/pipeline/processors/kv.ts'
import { compileProcessor, runProcessor } from '../../../helpers/pipeline/run-processor.ts'

function run(m: string, options: object = {}): unknown {
  const { fields, fault } = runProcessor(kv, { field: 'm', field_split: ' ', value_split: '=', ...options }, { m })
  const { m: _, ...found } = fields
  return fault ?? found
}

/** A law, a text, options, and the fields. */
const rows = [
  ['each pair is a field', 'a=1 b=x=2', {}, { a: '1', b: 'x=2' }],
  ['a name that comes twice is a list', 'a=1 a=2 a=3', {}, { a: ['1', '2', '3'] }],
  ['only the names that are listed are taken', 'a=1 b=2', { include_keys: ['a'] }, { a: '1' }],
  ['names that are excluded are left out', 'a=1 b=2', { exclude_keys: ['a'] }, { b: '2' }],
  ['the prefix is in front of names', 'a=1', { prefix: 'p_' }, { p_a: '1' }],
  ['the target is around all fields', 'a=1', { target_field: 't', prefix: 'p_' }, { t: { p_a: '1' } }],
  ['brackets and quotes around values are removed', 'a=[1] b="2"', { strip_brackets: true }, { a: '1', b: '2' }],
  ['characters around names and values are removed', '_a_=-1', { trim_key: '_', trim_value: '-' }, { a: '1' }],
  [
    'the separators are expressions of Java',
    'a: 1;b:2',
    { field_split: '[;,]', value_split: ':\\h?' },
    { a: '1', b: '2' },
  ],
] as const

const macro = test.macro({
  exec(t, text: string, options: object, fields: object) {
    t.deepEqual(run(text, options), fields)
  },
  title: (law = '') => law,
})

for (const [law, text, options, fields] of rows) test(law, macro, text, options, fields)

test('a part that is not a pair is a fault', t => {
  t.is(run('a'), 'field [m] does not contain value_split [=]')
  t.is(run('=1'), 'path cannot be null nor empty')
})

test('a separator that is not an expression is refused', t => {
  const options = { field: 'm', field_split: '(', value_split: '=' }
  t.throws(() => compileProcessor(kv, options), { code: 'NOTATION_FAULT' })
})
