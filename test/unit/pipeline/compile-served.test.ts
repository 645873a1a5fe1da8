import test from 'ava'
import { compileServed } from '../../../src/pipeline/compile-served.ts'
import { PipelineEvent } from '../../../src/pipeline/document/pipeline-event.ts'
import type { Fields } from '../../../src/pipeline/document/value.ts'
import { OperatorFiles } from '../../../src/pipeline/threads/operator-files.ts'
import type { WrittenPipeline } from '../../../src/pipeline/written-pipeline.ts'

function compile(change: Partial<WrittenPipeline>) {
  const written = { pipeline: [], pipelines: {}, directory: '/', onFailure: 'store', index: undefined, ...change }
  return compileServed(written, new OperatorFiles().host)
}

function eventOf(fields: Fields): PipelineEvent {
  return new PipelineEvent({ id: 'x', fields, ingest: {} })
}

test('the fields of an event are in the name of its index, and lists and objects are not', t => {
  const { targetOf, fallbackTarget } = compile({ index: 'logs-%{a.b}-%{c:none}-%{+yyyy}' })
  t.deepEqual(targetOf(eventOf({ a: { b: 'Web' }, c: 7 })), { filledIndex: 'logs-web-7-%{+yyyy}' })
  t.deepEqual(targetOf(eventOf({ a: { b: true }, c: ['x'] })), { filledIndex: 'logs-true-none-%{+yyyy}' })
  t.deepEqual(targetOf(eventOf({ a: 'x' })), { filledIndex: 'logs-unknown-none-%{+yyyy}' })
  t.deepEqual(fallbackTarget, { filledIndex: 'logs-other-other-%{+yyyy}' })
})

test('an index that a processor chose is one that can be, and its times stay', t => {
  const { targetOf, fallbackTarget } = compile({})
  const event = eventOf({})
  t.is(targetOf(event), undefined)
  event.index = 'Other Index-%{+yyyy}'
  t.deepEqual(targetOf(event), { reroutedTo: 'other_index-%{+yyyy}' })
  t.is(fallbackTarget, undefined)
})

test('the names of steps have their place, tag and patterns, and no text of an event', t => {
  const grok = { field: 'message', patterns: ['^%{WORD:a}', 'b'], tag: 'first' }
  const { steps } = compile({
    pipeline: [{ grok }],
    pipelines: { more: { processors: [{ rename: { field: 'a', target_field: 'b' } }] } },
  })
  t.deepEqual(steps, [
    { path: 'pipeline[0].grok', type: 'grok', tag: 'first', patterns: ['^%{WORD:a}', 'b'] },
    { path: 'pipelines.more.processors[0].rename', type: 'rename' },
  ])
})

test('a pipeline that is wrong is explained with the places of all faults', t => {
  const pipeline = [{ grok: { field: 'a', patterns: ['%{NOSUCH:x}'] } }, { rename: { field: 'a' } }]
  t.throws(() => compile({ pipeline }), { message: /pipeline\[0\]\.grok\.patterns\[0\]: .*; pipeline\[1\]\.rename: / })
})
