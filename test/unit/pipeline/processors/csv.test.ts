import test from 'ava'
import { csv } from '../../../../src/pipeline/processors/csv.ts'
import { compileProcessor, runProcessor } from '../../../helpers/pipeline/run-processor.ts'

function run(m: string, options: object = {}): unknown {
  const { fields, fault } = runProcessor(csv, { field: 'm', target_fields: ['a', 'b.c', 'd'], ...options }, { m })
  const { m: _, ...found } = fields
  return fault ?? found
}

/** A law, a line, options, and the fields. */
const rows = [
  ['values go to the fields in their order', '1,2,3,4', {}, { a: '1', b: { c: '2' }, d: '3' }],
  ['a line may have fewer values', '1', {}, { a: '1' }],
  ['an empty value leaves its field out', '1,,3', {}, { a: '1', d: '3' }],
  ['an empty value may be another one', '1,,3', { empty_value: 0 }, { a: '1', b: { c: 0 }, d: '3' }],
  ['a value in quotes may have separators and line ends', '"1,\n2",3', {}, { a: '1,\n2', b: { c: '3' } }],
  ['two quotes are one within a value', '"a""b"', {}, { a: 'a"b' }],
  ['blanks belong to a value', ' 1 , 2', {}, { a: ' 1 ', b: { c: ' 2' } }],
  ['blanks around values are removed where that is asked for', ' 1 , 2', { trim: true }, { a: '1', b: { c: '2' } }],
  ['the separator and the quote are chosen', "'1;2';3", { separator: ';', quote: "'" }, { a: '1;2', b: { c: '3' } }],
] as const

const macro = test.macro({
  exec(t, line: string, options: object, fields: object) {
    t.deepEqual(run(line, options), fields)
  },
  title: (law = '') => law,
})

for (const [law, line, options, fields] of rows) test(law, macro, line, options, fields)

test('a line that is not CSV is a fault with its place', t => {
  t.is(run('"a"x'), "character 'x' after quoted field at 3")
  t.is(run('a"b'), 'Illegal character inside unquoted field at 1')
  t.is(run('"a'), 'Unmatched quote')
})

test('a separator of two characters is refused', t => {
  const options = { field: 'm', target_fields: ['a'], separator: '::' }
  t.throws(() => compileProcessor(csv, options), { code: 'OPTION_FAULT', message: /single character/ })
})
