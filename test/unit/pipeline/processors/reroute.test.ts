import test from 'ava'
import type { Fields } from '../../../../src/pipeline/document/value.ts'
import { PipelineEvent } from '../../../../src/pipeline/document/pipeline-event.ts'
import { reroute } from '../../../../src/pipeline/processors/reroute.ts'
import { compileProcessor, runProcessor } from '../../../helpers/pipeline/run-processor.ts'

function run(options: Readonly<Record<string, unknown>>, fields: Fields, index = 'logs-generic-default') {
  const event = new PipelineEvent({ id: '1', fields, ingest: {} })
  event.index = index
  return { outcome: compileProcessor(reroute, options)(event), event }
}

test('an event is sent to its destination, and passes no further pipeline', t => {
  const { outcome, event } = run({ destination: 'audit' }, {})
  t.is(event.index, 'audit')
  t.is(outcome, 'reroute')
  t.deepEqual(event.fields, {})
})

test('a field names the dataset, and the event has it', t => {
  const { event } = run({ dataset: '{{service.name}}' }, { service: { name: 'Nginx-Edge' }, event: { dataset: 'x' } })
  t.is(event.index, 'logs-nginx_edge-default')
  t.deepEqual(event.fields['data_stream'], { type: 'logs', dataset: 'nginx_edge', namespace: 'default' })
  t.deepEqual(event.fields['event'], { dataset: 'nginx_edge' })
})

test('the first source that the event has counts', t => {
  const options = { dataset: ['{{a}}', '{{{b}}}', 'other'], namespace: ['{{c}}', 'prod'] }
  t.is(run(options, { b: 'two' }).event.index, 'logs-two-prod')
  t.is(run(options, { a: 7 }).event.index, 'logs-other-prod')
})

test('without options the fields of the data stream count, and otherwise the present target', t => {
  t.is(run({}, { data_stream: { dataset: 'd', namespace: 'n-1' } }).event.index, 'logs-d-n-1')
  t.is(run({}, {}, 'logs-a-b-c').event.index, 'logs-a-b-c')
})

test('a part has at most 100 characters', t => {
  t.is(run({ dataset: '{{a}}' }, { a: 'x'.repeat(120) }).event.index, `logs-${'x'.repeat(100)}-default`)
})

test('an index that is not named as a data stream is a fault', t => {
  t.regex(runProcessor(reroute, {}, {}).fault ?? '', /must follow naming scheme <type>-<dataset>-<namespace>/u)
  t.throws(() => run({ dataset: 'a' }, {}, 'store'), { message: /invalid data stream name: \[store\]/u })
})

test('options that cannot work are refused', t => {
  t.throws(() => run({ destination: 'a', dataset: 'b' }, {}), { message: /can only be set if/u })
  t.throws(() => run({ dataset: 'A-b' }, {}), { message: "'A-b' contains disallowed characters" })
  t.throws(() => run({ namespace: '{{a}}-{{b}}' }, {}), { message: /not a valid field reference/u })
})
