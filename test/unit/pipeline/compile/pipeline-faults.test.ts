import test from 'ava'
import { compilePipelines } from '../../../../src/pipeline/compile/compile-pipelines.ts'
import { formatFaultPath } from '../../../../src/pipeline/compile/pipeline-fault.ts'
import { NO_SERVICES, TEST_CATALOGUE } from '../../../helpers/pipeline/test-processors.ts'

const faulty = test.macro<[unknown, string, string, number?]>({
  exec(t, pipeline, path, message, column) {
    const { faults } = compilePipelines({ pipeline }, NO_SERVICES, TEST_CATALOGUE)
    t.deepEqual(
      faults.map(fault => [formatFaultPath(fault.path), fault.message, fault.column]),
      [[path, message, column]],
    )
  },
  title: (_, pipeline) => `${JSON.stringify(pipeline).slice(0, 90)} is refused`,
})

test(faulty, 'x', 'pipeline', 'expected a list of processors, not the text "x"')
test(faulty, ['x'], 'pipeline[0]', 'expected a processor, such as {"set": {…}}, not the text "x"')
test(faulty, [{}], 'pipeline[0]', 'expected a processor, such as {"set": {…}}, not an empty object')
test(faulty, [{ note: 'a', end: {} }], 'pipeline[0]', 'expected one processor, not 2: "note", "end"')
test(faulty, [{ note: { text: 'a' }, if: 'true' }], 'pipeline[0]', '"if" must be inside of "note"')
test(faulty, [{ nnote: {} }], 'pipeline[0]', 'unknown processor "nnote": did you mean "note"?')
test(
  faulty,
  [{ script: {} }],
  'pipeline[0]',
  'the processor "script" does not exist here: no code of a pipeline is run here; set, gsub, convert and conditions do most of what scripts do',
)
test(faulty, [{ break: 'x' }], 'pipeline[0].break', 'expected the options of break, not the text "x"')
test(faulty, [{ note: {} }], 'pipeline[0].note', 'the option "text" is required')
test(faulty, [{ note: { text: 1 } }], 'pipeline[0].note.text', 'expected a text, not number 1')
test(
  faulty,
  [{ note: { text: 'a', textt: 'b' } }],
  'pipeline[0].note.textt',
  'unknown option "textt": did you mean "text"?',
)
test(faulty, [{ bug: { x: 1 } }], 'pipeline[0].bug.x', 'unknown option "x": this processor has no options')
test(faulty, [{ kinds: { flag: 1 } }], 'pipeline[0].kinds.flag', 'expected true or false, not number 1')
test(faulty, [{ kinds: { count: -1 } }], 'pipeline[0].kinds.count', 'expected a whole number from 0, not number -1')
test(faulty, [{ kinds: { texts: [1] } }], 'pipeline[0].kinds.texts', 'expected a text or a list of texts, not a list')
test(
  faulty,
  [{ kinds: { text_map: { a: 1 } } }],
  'pipeline[0].kinds.text_map',
  'expected an object of texts, not an object',
)
test(
  faulty,
  [{ kinds: { choice: 'grene' } }],
  'pipeline[0].kinds.choice',
  '"grene" is not one of red, green (did you mean "green"?)',
)
test(faulty, [{ kinds: { pattern: '(' } }], 'pipeline[0].kinds.pattern', 'not a pattern', 1)
test(faulty, [{ note: { text: 'ab{{c' } }], 'pipeline[0].note.text', '{{ has no }} that closes it', 3)
test(
  faulty,
  [{ note: { text: 'a', if: 'ctx.a = 1' } }],
  'pipeline[0].note.if',
  'an assignment (comparisons have "==") cannot be used in a condition',
  1,
)
test(
  faulty,
  [{ note: { text: 'a', if: { id: 'x' } } }],
  'pipeline[0].note.if',
  'expected a condition as a text, or {"lang": "painless", "source": …}, not an object',
)
test(
  faulty,
  [{ note: { text: 'a', on_failure: [] } }],
  'pipeline[0].note.on_failure',
  'expected a list of processors, not an empty one',
)
test(
  faulty,
  [{ note: { text: 'a', ignore_failure: 'x' } }],
  'pipeline[0].note.ignore_failure',
  'expected true or false, not the text "x"',
)
test(
  faulty,
  [{ note: { text: 'a', on_failure: [{ nope: {} }] } }],
  'pipeline[0].note.on_failure[0]',
  'unknown processor "nope": did you mean "note"?',
)
test(
  faulty,
  [{ group: { processors: [{ group: { processors: 1 } }] } }],
  'pipeline[0].group.processors[0].group.processors',
  'expected a list of processors, not number 1',
)
test(faulty, [{ pipeline: { name: 'x' } }], 'pipeline[0].pipeline.name', '"pipelines" has no "x"')
test(
  faulty,
  { processors: [], on_failure: [] },
  'pipeline.on_failure',
  'expected a list of processors, not an empty one',
)
test(faulty, { description: 'x' }, 'pipeline', 'expected a list of processors, or an object with "processors"')
test(
  faulty,
  { processors: [], processor: 1 },
  'pipeline.processor',
  'unknown member "processor" of a pipeline: did you mean "processors"?',
)

test('all faults of all pipelines are reported at once', t => {
  const { faults } = compilePipelines(
    { pipeline: [{ nnote: {} }, { note: { if: '(' } }], pipelines: { a: 1, pipeline: [] } },
    NO_SERVICES,
    TEST_CATALOGUE,
  )
  t.deepEqual(
    faults.map(({ path }) => formatFaultPath(path)),
    ['pipelines.pipeline', 'pipeline[0]', 'pipeline[1].note.if', 'pipeline[1].note', 'pipelines.a'],
  )
})

test('processors that are nested too deep are refused', t => {
  let list: unknown[] = []
  for (let i = 0; i < 30; i++) list = [{ group: { processors: list } }]
  const { faults } = compilePipelines({ pipeline: list }, NO_SERVICES, TEST_CATALOGUE)
  t.is(faults[0]?.message, 'processors are nested more than 20 deep')
})
