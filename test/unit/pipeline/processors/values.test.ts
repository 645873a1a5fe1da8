import test from 'ava'
import { OptionFault } from '../../../../src/pipeline/processor/option-fault.ts'
import { convert } from '../../../../src/pipeline/processors/convert.ts'
import { join } from '../../../../src/pipeline/processors/join.ts'
import { sort } from '../../../../src/pipeline/processors/sort.ts'
import { split } from '../../../../src/pipeline/processors/split.ts'
import { javaTextOf } from '../../../../src/pipeline/document/java-names.ts'
import { Double, type Value } from '../../../../src/pipeline/document/value.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

const CONVERTED: readonly (readonly [type: string, before: Value, after: Value])[] = [
  ['integer', '0x7f', 127],
  ['long', '9223372036854775807', 9_223_372_036_854_775_807n],
  ['float', '1.1', 1.1],
  ['double', '12', new Double(12)],
  ['double', 'NaN', 'NaN'],
  ['boolean', 'TRUE', true],
  ['ip', '::1', '::1'],
  ['string', new Double(1e10), '1.0E10'],
  ['auto', '99999999999', 99_999_999_999],
  ['auto', 'false', false],
  ['auto', '0.5', 0.5],
  ['auto', 'x', 'x'],
  ['auto', [1], [1]],
]

for (const [type, before, after] of CONVERTED) {
  test(`convert to ${type} makes ${javaTextOf(after)} of ${javaTextOf(before)}`, t => {
    const { fields, fault } = runProcessor(convert, { field: 'a', type }, { a: before })
    t.is(fault, undefined)
    t.deepEqual(fields, { a: after })
  })
}

test('a value that is not of the type is a fault, and its field stays', t => {
  const faults = ['integer', 'long', 'float', 'double', 'boolean', 'ip'].map(type => {
    const { fields, fault } = runProcessor(convert, { field: 'a', type }, { a: 'x' })
    t.deepEqual(fields, { a: 'x' })
    return fault
  })
  t.deepEqual(faults, [
    'unable to convert [x] to integer',
    'unable to convert [x] to long',
    'unable to convert [x] to float',
    'unable to convert [x] to double',
    '[x] is not a boolean value, cannot convert to boolean',
    "'x' is not an IP string literal.",
  ])
})

test('an unknown type is refused', t => {
  t.throws(() => runProcessor(convert, { field: 'a', type: 'text' }, {}), { instanceOf: OptionFault })
})

test('split and join are each other’s reverse', t => {
  const { fields } = runProcessor(split, { field: 'a', separator: '\\s*,\\s*' }, { a: 'x , y,z,,' })
  t.deepEqual(fields, { a: ['x', 'y', 'z'] })
  t.deepEqual(runProcessor(join, { field: 'a', separator: ', ' }, fields).fields, { a: 'x, y, z' })
})

test('split keeps empty elements at the end if asked to', t => {
  const options = { field: 'a', separator: ',', preserve_trailing: true }
  t.deepEqual(runProcessor(split, options, { a: 'x,,' }).fields, { a: ['x', '', ''] })
})

test('a match of no width at the beginning makes no element', t => {
  t.deepEqual(runProcessor(split, { field: 'a', separator: '' }, { a: 'abc' }).fields, { a: ['a', 'b', 'c'] })
})

test('sort compares texts by their characters and numbers by their size', t => {
  t.deepEqual(runProcessor(sort, { field: 'a' }, { a: ['b', 'B', 'a'] }).fields, { a: ['B', 'a', 'b'] })
  t.deepEqual(runProcessor(sort, { field: 'a', order: 'desc' }, { a: [2, 10, 1] }).fields, { a: [10, 2, 1] })
  const zeros = runProcessor(sort, { field: 'a' }, { a: [new Double(0), new Double(-0)] }).fields['a']
  t.deepEqual(zeros, [new Double(-0), new Double(0)])
})

test('values of several types are not sorted', t => {
  t.is(
    runProcessor(sort, { field: 'a' }, { a: [1, 'x'] }).fault,
    'field [a] has [java.lang.Integer] and [java.lang.String], cannot sort.',
  )
})
