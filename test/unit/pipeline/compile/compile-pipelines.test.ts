import test, { type ExecutionContext } from 'ava'
import { type WrittenPipelines, compilePipelines } from '../../../../src/pipeline/compile/compile-pipelines.ts'
import { formatFaultPath } from '../../../../src/pipeline/compile/pipeline-fault.ts'
import { StepFailure } from '../../../../src/pipeline/compile/step-failure.ts'
import type { StepMeter } from '../../../../src/pipeline/compile/step-meter.ts'
import { PipelineEvent } from '../../../../src/pipeline/document/pipeline-event.ts'
import { type Fields, Double } from '../../../../src/pipeline/document/value.ts'
import { NO_SERVICES, TEST_CATALOGUE } from '../../../helpers/pipeline/test-processors.ts'

function eventOf(fields: Fields = {}): PipelineEvent {
  return new PipelineEvent({ id: 'an-id', fields, ingest: { timestamp: 'T' } })
}

function compile(t: ExecutionContext, written: WrittenPipelines) {
  const compiled = compilePipelines(written, NO_SERVICES, TEST_CATALOGUE)
  if (!('run' in compiled)) throw t.fail(JSON.stringify(compiled.faults))
  return compiled
}

/** The notes of one event, how it ended, and what is left in `_ingest`. */
function run(t: ExecutionContext, written: WrittenPipelines, fields?: Fields) {
  const event = eventOf(fields)
  const result = compile(t, written).run(event)
  t.deepEqual([event.ingest, event.pipelines], [{ timestamp: 'T' }, []])
  return { log: event.fields['log'] ?? [], result: result instanceof StepFailure ? result.message : result }
}

const passes = test.macro<[string, WrittenPipelines, readonly string[], string?]>({
  exec(t, _law, written, log, result = 'stored') {
    t.deepEqual(run(t, written), { log: [...log], result })
  },
  title: (_, law) => law ?? '',
})

const BREAK = { break: {} }
const SHOW =
  '{{_ingest.on_failure_processor_type}} {{_ingest.on_failure_processor_tag}} {{_ingest.on_failure_pipeline}}: {{_ingest.on_failure_message}}'

test(passes, 'steps follow one another', { pipeline: [{ note: 'a' }, { note: { text: 'b' } }] }, ['a', 'b'])
test(passes, 'without a pipeline an event passes', {}, [])
test(
  passes,
  'a step with a condition that does not hold is passed by',
  { pipeline: [{ note: { text: 'a', if: 'ctx.x != null' } }, { note: { text: 'b', if: 'ctx.log == null' } }] },
  ['b'],
)
test(passes, 'a failure ends the pipeline', { pipeline: [{ note: 'a' }, BREAK, { note: 'b' }] }, ['a'], 'broken')
test(
  passes,
  'an ignored failure does not end the pipeline, and its handlers do not run',
  { pipeline: [{ break: { ignore_failure: true, on_failure: [{ note: 'handler' }] } }, { note: 'b' }] },
  ['b'],
)
test(
  passes,
  'a handled failure does not end the pipeline, and the handlers see it',
  { pipeline: [{ break: { tag: 'a-tag', on_failure: [{ note: SHOW }, { note: 'second' }] } }, { note: 'b' }] },
  ['break a-tag pipeline: broken', 'second', 'b'],
)
test(passes, 'a failure without a tag has an empty one', { pipeline: [{ break: { on_failure: [{ note: SHOW }] } }] }, [
  'break  pipeline: broken',
])
test(
  passes,
  'a failure of a handler ends the pipeline, with the message of the handler',
  { pipeline: [{ break: { on_failure: [{ break: { message: 'worse' } }, { note: 'no' }] } }, { note: 'no' }] },
  [],
  'worse',
)
test(
  passes,
  'the handlers of a pipeline end it',
  { pipeline: { processors: [{ note: 'a' }, BREAK, { note: 'no' }], on_failure: [{ note: SHOW }] } },
  ['a', 'break  pipeline: broken'],
)
test(
  passes,
  'a failure in a called pipeline ends the calling one, and names the pipeline and step where it began',
  {
    pipeline: { processors: [{ pipeline: { name: 'inner' } }, { note: 'no' }], on_failure: [{ note: SHOW }] },
    pipelines: { inner: [{ note: 'in' }, { break: { tag: 'x' } }] },
  },
  ['in', 'break x inner: broken'],
)
test(
  passes,
  'a called pipeline that handles its failure does not end the calling one',
  {
    pipeline: [{ pipeline: { name: 'inner' } }, { note: 'after' }],
    pipelines: { inner: { processors: [BREAK, { note: 'no' }], on_failure: [{ note: 'handled' }] } },
  },
  ['handled', 'after'],
)
test(
  passes,
  'a failure inside of a processor is named after that processor',
  { pipeline: [{ group: { processors: [BREAK], tag: 'around', on_failure: [{ note: SHOW }] } }] },
  ['group around pipeline: broken'],
)
test(passes, 'a dropped event does not continue', { pipeline: [{ end: { outcome: 'drop' } }, BREAK] }, [], 'dropped')
test(
  passes,
  'an event that a called pipeline drops is dropped',
  { pipeline: [{ pipeline: { name: 'in' } }, BREAK], pipelines: { in: [{ end: { outcome: 'drop' } }] } },
  [],
  'dropped',
)
test(
  passes,
  'an event that a handler drops is dropped',
  { pipeline: [{ break: { on_failure: [{ end: { outcome: 'drop' } }] } }, BREAK] },
  [],
  'dropped',
)
test(
  passes,
  'terminate ends the pipeline that it is in, and not the one that called it',
  {
    pipeline: [{ pipeline: { name: 'in' } }, { note: 'b' }, { end: { outcome: 'terminate' } }, BREAK],
    pipelines: { in: [{ note: 'a' }, { group: { processors: [{ end: { outcome: 'terminate' } }] } }, BREAK] },
  },
  ['a', 'b'],
)
test(
  passes,
  'reroute ends all pipelines',
  { pipeline: [{ pipeline: { name: 'in' } }, BREAK], pipelines: { in: [{ end: { outcome: 'reroute' } }, BREAK] } },
  [],
)
test(
  passes,
  'a pipeline that calls itself fails',
  {
    pipeline: [{ pipeline: { name: 'a' } }],
    pipelines: { a: [{ note: 'a' }, { pipeline: { name: 'b' } }], b: [{ pipeline: { name: 'a' } }] },
  },
  ['a'],
  'Cycle detected for pipeline: a',
)
test(
  passes,
  'a pipeline may be called twice, and knows its name',
  {
    pipeline: [{ pipeline: { name: 'a' } }, { pipeline: { name: 'a' } }, { note: '{{_ingest.pipeline}}' }],
    pipelines: { a: [{ note: '{{_ingest.pipeline}}' }] },
  },
  ['a', 'a', 'pipeline'],
)
test(
  passes,
  'a pipeline that does not exist is passed by only if that is asked for',
  {
    pipeline: [{ pipeline: { name: 'x', ignore_missing_pipeline: true } }, { pipeline: { name: '{{log}}x' } }],
  },
  [],
  'Pipeline processor configured for non-existent pipeline [x]',
)

test('an error that no processor should throw is a failure of its step', t => {
  const event = eventOf()
  const failure = compile(t, { pipeline: [{ bug: {} }] }).run(event) as StepFailure
  t.like(failure, { name: 'StepFailure', message: 'x is undefined', isForeseen: false })
  t.is(failure.step.type, 'bug')
})

test('options are filled in, and numbers and flags may be texts', t => {
  const options = { texts: 'a', flag: 'true', count: '3', value: new Double(1), text_map: { a: 'b' }, choice: 'red' }
  const event = eventOf()
  compile(t, { pipeline: [{ kinds: { ...options, text: null } }] }).run(event)
  t.is(event.fields['options'], '{"texts":["a"],"flag":true,"count":3,"value":1.0,"text_map":{"a":"b"},"choice":"red"}')
})

test('a pipeline as Elasticsearch shows it is accepted', t => {
  const pipeline = {
    description: 'x',
    version: 3,
    _meta: { managed: true },
    created_date: 'x',
    processors: [{ note: { text: 'a', if: { lang: 'painless', source: 'ctx.b == null' }, description: 'y' } }],
  }
  t.deepEqual(run(t, { pipeline }).log, ['a'])
})

test('the meter is called around each step, and the steps have their names', t => {
  const calls: string[] = []
  const meter: StepMeter = {
    begin: index => calls.push(`begin ${index}`),
    end: (index, result, { failure }) => calls.push(`${result} ${index}${failure ? ` ${failure.step.index}` : ''}`),
  }
  const { steps, run: pass } = compile(t, {
    pipeline: [{ pipeline: { name: 'in', tag: 'call', ignore_failure: true } }, { note: { text: 'x', if: 'false' } }],
    pipelines: { in: { processors: [{ group: { processors: [BREAK] } }], on_failure: [{ end: { outcome: 'drop' } }] } },
  })
  t.is(pass(eventOf(), meter), 'dropped')
  t.deepEqual(calls, ['begin 0', 'begin 2', 'begin 3', 'failed 3 3', 'failed 2 3', 'begin 4', 'drop 4', 'drop 0'])
  t.deepEqual(
    steps.map(step => [step.index, step.type, step.tag, step.pipeline, formatFaultPath(step.path)]),
    [
      [0, 'pipeline', 'call', 'pipeline', 'pipeline[0]'],
      [1, 'note', undefined, 'pipeline', 'pipeline[1]'],
      [2, 'group', undefined, 'in', 'pipelines.in.processors[0]'],
      [3, 'break', undefined, 'in', 'pipelines.in.processors[0].group.processors[0]'],
      [4, 'end', undefined, 'in', 'pipelines.in.on_failure[0]'],
    ],
  )
})
