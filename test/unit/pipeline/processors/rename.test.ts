import test from 'ava'
import { rename } from '../../../../src/pipeline/processors/rename.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

const options = { field: 'a.b', target_field: 'c.d' }

test('a renamed field keeps its value', t => {
  const { fields, fault } = runProcessor(rename, options, { a: { b: [1] } })
  t.is(fault, undefined)
  t.deepEqual(fields, { a: {}, c: { d: [1] } })
})

test('a missing field is a fault unless ignore_missing is set', t => {
  t.is(runProcessor(rename, options, {}).fault, "field [a.b] doesn't exist")
  t.is(runProcessor(rename, { ...options, ignore_missing: true }, {}).fault, undefined)
})

test('an existing target is a fault unless override is set', t => {
  t.is(runProcessor(rename, options, { a: { b: 1 }, c: { d: 2 } }).fault, 'field [c.d] already exists')
  t.deepEqual(runProcessor(rename, { ...options, override: true }, { a: { b: 1 }, c: { d: 2 } }).fields, {
    a: {},
    c: { d: 1 },
  })
})
