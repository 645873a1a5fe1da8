import test from 'ava'
import type { PipelineEvent } from '../../../../src/pipeline/document/pipeline-event.ts'
import { ProcessingFault } from '../../../../src/pipeline/document/processing-fault.ts'
import type { Fields, Value } from '../../../../src/pipeline/document/value.ts'
import type { Outcome } from '../../../../src/pipeline/processor/contract.ts'
import { foreach } from '../../../../src/pipeline/processors/foreach.ts'
import { compileProcessor, type ProcessorResult, runStep } from '../../../helpers/pipeline/run-processor.ts'

function run(inner: (event: PipelineEvent) => Outcome | void, fields: Fields, more = {}): ProcessorResult {
  const options = { field: 'a', processor: { any: {} }, ...more }
  return runStep(compileProcessor(foreach, options, { compileSteps: () => inner }), fields)
}

function double(event: PipelineEvent): void {
  event.ingest['_value'] = Number(event.ingest['_value']) * 2
}

function renameOne(event: PipelineEvent): void {
  event.ingest['_key'] = event.ingest['_key'] === 'x' ? 'z' : ''
  double(event)
}

function failAtFour(event: PipelineEvent): void {
  double(event)
  if (event.ingest['_value'] === 4) throw new ProcessingFault('four')
}

test('each element of a list is changed', t => {
  const { fields, event } = run(double, { a: [1, 2] })
  t.deepEqual(fields, { a: [2, 4] })
  t.deepEqual(event.ingest, {})
  t.true(event.isChanged)
})

test('each member of an object is changed, and may get another name or go', t => {
  t.deepEqual(run(renameOne, { a: { x: 1, y: 2 } }).fields, { a: { z: 2 } })
})

test('a failure in one element leaves the list as it was', t => {
  const { fields, fault, event } = run(failAtFour, { a: [1, 2] })
  t.is(fault, 'four')
  t.deepEqual(fields, { a: [1, 2] })
  t.deepEqual(event.ingest, {})
})

test('a processor that drops the event ends the loop', t => {
  t.is(run(() => 'drop', { a: [1, 2] }).outcome, 'drop')
})

const FAULTS: readonly (readonly [name: string, fields: Fields, fault: string])[] = [
  ['missing', {}, 'field [a] not present as part of path [a]'],
  ['null', { a: null as Value }, 'field [a] is null, cannot loop over its elements.'],
  ['a text', { a: 'x' }, 'field [a] of type [java.lang.String] cannot be cast to a list or map'],
]

for (const [name, fields, fault] of FAULTS) {
  test(`a field that is ${name} is a fault`, t => {
    t.is(run(double, fields).fault, fault)
  })
}

test('a missing field is ignored if asked to', t => {
  t.is(run(double, {}, { ignore_missing: true }).fault, undefined)
})
