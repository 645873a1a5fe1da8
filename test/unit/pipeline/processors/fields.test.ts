import test from 'ava'
import { OptionFault } from '../../../../src/pipeline/processor/option-fault.ts'
import { append } from '../../../../src/pipeline/processors/append.ts'
import { dot_expander } from '../../../../src/pipeline/processors/dot_expander.ts'
import { remove } from '../../../../src/pipeline/processors/remove.ts'
import { set } from '../../../../src/pipeline/processors/set.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

test('set writes a value, in which texts may be templates', t => {
  const value = { b: ['{{x}}', 1] }
  t.deepEqual(runProcessor(set, { field: '{{x}}.a', value }, { x: 'y' }).fields, { x: 'y', y: { a: { b: ['y', 1] } } })
})

test('set without override keeps a value, and replaces null', t => {
  const options = { field: 'a', value: 2, override: false }
  t.deepEqual(runProcessor(set, options, { a: 1 }).fields, { a: 1 })
  t.deepEqual(runProcessor(set, options, { a: null }).fields, { a: 2 })
})

test('a copy is apart from its original', t => {
  const { fields } = runProcessor(set, { field: 'b', copy_from: 'a' }, { a: { c: [1] } })
  t.deepEqual(fields, { a: { c: [1] }, b: { c: [1] } })
  t.not(fields['a'], fields['b'])
})

test('an empty value is left out if asked to', t => {
  const ignore = { field: 'b', ignore_empty_value: true }
  t.deepEqual(runProcessor(set, { ...ignore, value: '{{a}}' }, {}).fields, {})
  t.deepEqual(runProcessor(set, { ...ignore, copy_from: 'a' }, { a: '' }).fields, { a: '' })
  t.deepEqual(runProcessor(set, { ...ignore, value: '' }, {}).fields, { b: '' })
})

test('a value and copy_from exclude each other, and one is needed', t => {
  for (const run of [runSet, runAppend]) {
    t.throws(() => run({ field: 'a', value: 1, copy_from: 'b' }), { instanceOf: OptionFault })
    t.throws(() => run({ field: 'a' }), { instanceOf: OptionFault })
  }
})

function runSet(options: Readonly<Record<string, unknown>>): void {
  runProcessor(set, options, {})
}

function runAppend(options: Readonly<Record<string, unknown>>): void {
  runProcessor(append, options, {})
}

test('append makes a list, and adds to it', t => {
  t.deepEqual(runProcessor(append, { field: 'a', value: 'x' }, {}).fields, { a: ['x'] })
  t.deepEqual(runProcessor(append, { field: 'a', value: ['x', '{{b}}'] }, { a: 1, b: 'y' }).fields, {
    a: [1, 'x', 'y'],
    b: 'y',
  })
})

test('without duplicates a value is added once, and a single value stays one', t => {
  const options = { field: 'a', allow_duplicates: false }
  t.deepEqual(runProcessor(append, { ...options, value: ['x', 'y'] }, { a: ['x'] }).fields, { a: ['x', 'y'] })
  t.deepEqual(runProcessor(append, { ...options, value: 'x' }, { a: 'x' }).fields, { a: 'x' })
})

test('append copies from another field, and leaves out empty values if asked to', t => {
  const fields = { b: ['x', '', null] }
  t.deepEqual(runProcessor(append, { field: 'a', copy_from: 'b', ignore_empty_values: true }, fields).fields['a'], [
    'x',
  ])
})

test('remove needs each field to be there unless missing ones are ignored', t => {
  t.deepEqual(runProcessor(remove, { field: ['a', 'b.c'] }, { a: 1, b: { c: 2, d: 3 } }).fields, { b: { d: 3 } })
  t.is(runProcessor(remove, { field: 'a' }, {}).fault, 'field [a] not present as part of path [a]')
  t.is(runProcessor(remove, { field: 'a', ignore_missing: true }, {}).fault, undefined)
})

test('remove keeps the named fields, with the objects around and in them, and removes the others', t => {
  const fields = { a: 1, b: { c: { d: 1 }, e: 2 }, f: { g: 3 } }
  t.deepEqual(runProcessor(remove, { keep: ['b.c', 'a'] }, fields).fields, { a: 1, b: { c: { d: 1 } } })
})

test('a name with dots becomes objects', t => {
  t.deepEqual(runProcessor(dot_expander, { field: 'a.b' }, { 'a.b': 1 }).fields, { a: { b: 1 } })
  t.deepEqual(runProcessor(dot_expander, { field: 'a.b', path: 'x' }, { x: { 'a.b': 1 } }).fields, {
    x: { a: { b: 1 } },
  })
  const all = runProcessor(dot_expander, { field: '*' }, { 'a.b': 1, 'c.d.e': 2, f: 3 })
  t.deepEqual(all.fields, { a: { b: 1 }, c: { d: { e: 2 } }, f: 3 })
})

test('an existing field becomes a list of both values, or is replaced', t => {
  t.deepEqual(runProcessor(dot_expander, { field: 'a.b' }, { 'a.b': 1, a: { b: 2 } }).fields, { a: { b: [2, 1] } })
  t.deepEqual(runProcessor(dot_expander, { field: 'a.b', override: true }, { 'a.b': 1, a: { b: 2 } }).fields, {
    a: { b: 1 },
  })
})

test('a value in the way of an object is a fault', t => {
  t.is(
    runProcessor(dot_expander, { field: 'a.b' }, { 'a.b': 1, a: 'x' }).fault,
    'cannot expand [a.b], because [a] is not an object field, but a value field',
  )
})
