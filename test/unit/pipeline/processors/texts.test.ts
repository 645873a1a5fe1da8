import test from 'ava'
import { CATALOGUE } from '../../../../src/pipeline/compile/catalogue.ts'
import { javaTextOf } from '../../../../src/pipeline/document/java-names.ts'
import type { Value } from '../../../../src/pipeline/document/value.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

type Row = readonly [processor: string, before: Value, after: Value, more?: Readonly<Record<string, unknown>>]

const ROWS: readonly Row[] = [
  ['lowercase', 'ÄB c', 'äb c'],
  ['uppercase', 'straße', 'STRASSE'],
  ['trim', ' \t\u00a0a \n', '\u00a0a'],
  ['bytes', '1kb', 1024],
  ['bytes', '1.5 MB', 1_572_864],
  ['bytes', '-1', -1],
  ['bytes', '8000pb', 9_007_199_254_740_992_000n],
  ['gsub', 'a-b-c', 'a.b.c', { pattern: '-', replacement: '.' }],
  ['gsub', 'John Smith', 'Smith, John', { pattern: '(?<first>\\w+) (\\w+)', replacement: '$2, ${first}' }],
  ['gsub', 'a1b22', 'a<1>b<22>', { pattern: '\\d++', replacement: '<$0>' }],
  ['gsub', 'x', '$', { pattern: 'x', replacement: '\\$' }],
]

for (const [name, before, after, more = {}] of ROWS) {
  test(`${name} makes ${javaTextOf(after)} of ${JSON.stringify(before)}${more['pattern'] === undefined ? '' : ` by ${JSON.stringify(more)}`}`, t => {
    const processor = CATALOGUE[name]
    if (processor === undefined) return t.fail()
    const { fields, fault } = runProcessor(processor, { field: 'a', ...more }, { a: before })
    t.is(fault, undefined)
    t.deepEqual(fields, { a: after })
    const listed = runProcessor(processor, { field: 'a', target_field: 'b.c', ...more }, { a: [before] })
    t.deepEqual(listed.fields, { a: [before], b: { c: [after] } })
  })
}

for (const name of ['lowercase', 'uppercase', 'trim', 'bytes', 'gsub']) {
  test(`${name} fails on a field that is missing, null, or no text`, t => {
    const processor = CATALOGUE[name]
    if (processor === undefined) return t.fail()
    const options = { field: 'a', ...(name === 'gsub' && { pattern: 'a', replacement: 'b' }) }
    t.is(runProcessor(processor, options, {}).fault, 'field [a] not present as part of path [a]')
    t.is(runProcessor(processor, options, { a: null }).fault, 'field [a] is null, cannot process it.')
    t.regex(
      runProcessor(processor, options, { a: 1 }).fault ?? '',
      /^field \[a\] of type \[java\.lang\.Integer\] cannot be/u,
    )
    t.regex(
      runProcessor(processor, options, { a: [1] }).fault ?? '',
      /^value \[1\] of type \[java\.lang\.Integer\] in list/u,
    )
    for (const fields of [{}, { a: null }])
      t.is(runProcessor(processor, { ...options, ignore_missing: true }, fields).fault, undefined)
  })
}

test('a size without a unit is a fault', t => {
  const { bytes } = CATALOGUE
  if (bytes === undefined) return t.fail()
  t.regex(runProcessor(bytes, { field: 'a' }, { a: '12' }).fault ?? '', /unit is missing or unrecognized/u)
  t.regex(runProcessor(bytes, { field: 'a' }, { a: '1.5b' }).fault ?? '', /^failed to parse/u)
})

test('a replacement cannot make a text that fills the memory', t => {
  const { gsub } = CATALOGUE
  if (gsub === undefined) return t.fail()
  const options = { field: 'a', pattern: '', replacement: 'x'.repeat(1000) }
  t.regex(runProcessor(gsub, options, { a: 'y'.repeat(100_000) }).fault ?? '', /has more than 16777216 characters/u)
})
