// What a sender writes into names and texts of events stays in the event.
import test from 'ava'
import { compilePipelines } from '../../../src/pipeline/compile/compile-pipelines.ts'
import { StepFailure } from '../../../src/pipeline/compile/step-failure.ts'
import { readDocument, writeJson } from '../../../src/pipeline/document/json.ts'
import { PipelineEvent } from '../../../src/pipeline/document/pipeline-event.ts'
import { NO_SERVICES } from '../../helpers/pipeline/test-processors.ts'

/** Of every object of JavaScript, and of its functions and lists. */
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'length',
  'then',
  'toJSON',
]

/** The document that becomes of a document, or the message of the failure. */
function run(processors: readonly object[], document: string): string {
  const compiled = compilePipelines({ pipeline: processors }, NO_SERVICES)
  if (!('run' in compiled)) throw new Error(JSON.stringify(compiled.faults))
  const event = new PipelineEvent({ id: 'id', fields: readDocument(document), ingest: {} })
  const result = compiled.run(event)
  if (!(result instanceof StepFailure)) return result === 'dropped' ? result : writeJson(event.fields)
  if (!result.isForeseen) throw new Error('the processor threw', { cause: result.cause })
  return `failed: ${result.message}`
}

/** The host is as before: no name that an event has reached an object of it. */
function isUntouched(): boolean {
  const plain: Record<string, unknown> = {}
  return plain['polluted'] === undefined && Object.keys(Object.prototype).length === 0 && [].length === 0
}

for (const name of NAMES) {
  const path = `${name}.polluted`
  const document = `{"a":"x","path":"${path}","text":"${path}=1","list":["x"],"json":"{\\"${name}\\":{\\"polluted\\":1}}"}`
  const expected = `"${name}":{"polluted":`

  const ways: readonly (readonly [way: string, processor: object, value: string])[] = [
    ['set', { set: { field: path, value: 1 } }, '1'],
    ['set with a template', { set: { field: '{{path}}', value: 1 } }, '1'],
    ['set with a copy', { set: { field: path, copy_from: 'a' } }, '"x"'],
    ['append', { append: { field: path, value: 1 } }, '[1]'],
    ['rename', { rename: { field: 'a', target_field: path } }, '"x"'],
    ['kv', { kv: { field: 'text', field_split: ' ', value_split: '=' } }, '"1"'],
    ['grok', { grok: { field: 'a', patterns: [`%{WORD:${path}}`] } }, '"x"'],
    ['dissect', { dissect: { field: 'a', pattern: `%{${path}}` } }, '"x"'],
    ['csv', { csv: { field: 'a', target_fields: [path] } }, '"x"'],
    ['json', { json: { field: 'json', add_to_root: true } }, '1'],
    ['json that merges', { json: { field: 'json', add_to_root: true, add_to_root_conflict_strategy: 'merge' } }, '1'],
    ['split', { split: { field: 'a', separator: ',', target_field: path } }, '["x"]'],
    ['gsub', { gsub: { field: 'a', pattern: 'x', replacement: 'y', target_field: path } }, '"y"'],
    ['convert', { convert: { field: 'a', type: 'string', target_field: path } }, '"x"'],
    ['join', { join: { field: 'list', separator: '', target_field: path } }, '"x"'],
    [
      'foreach',
      { foreach: { field: 'list', processor: { set: { field: path, value: '{{_ingest._value}}' } } } },
      '"x"',
    ],
  ]
  test(`the name ${name} is a field like any other for each processor that writes one`, t => {
    for (const [way, processor, value] of ways) {
      const after = run([processor], document)
      t.true(after.includes(expected + value), `${way}: ${after}`)
      t.true(isUntouched(), way)
    }
  })

  test(`a field ${name} that an event does not have is missing`, t => {
    t.is(run([{ rename: { field: name, target_field: 'b' } }], '{}'), `failed: field [${name}] doesn't exist`)
    t.is(run([{ set: { field: 'b', value: `{{${name}}}|{{${name}.name}}` } }], '{}'), '{"b":"|"}')
    t.is(run([{ drop: { if: `ctx['${name}'] != null || ctx.containsKey('${name}')` } }], '{}'), '{}')
    t.is(run([{ translate: { field: 'k', dictionary: { a: 1 } } }], `{"k":"${name}"}`), `{"k":"${name}"}`)
    t.is(run([{ remove: { field: name, ignore_missing: true } }], '{"a":1}'), '{"a":1}')
  })

  test(`a field ${name} that an event has can be read, moved, expanded and removed`, t => {
    const has = `{"${name}":{"x":"y"},"${name}.z":1}`
    t.is(
      run([{ rename: { field: `${name}.x`, target_field: 'b' } }, { remove: { field: name } }], has),
      `{"${name}.z":1,"b":"y"}`,
    )
    t.is(run([{ dot_expander: { field: `${name}.z` } }], has), `{"${name}":{"x":"y","z":1}}`)
    t.is(run([{ drop: { if: `ctx['${name}'].x == 'y'` } }], has), 'dropped')
    t.is(
      run(
        [{ foreach: { field: 'o', processor: { append: { field: 'keys', value: '{{_ingest._key}}' } } } }],
        `{"o":{"${name}":1}}`,
      ),
      `{"o":{"${name}":1},"keys":["${name}"]}`,
    )
    t.true(isUntouched())
  })
}

test('numbers at the edges keep their digits, or fail as numbers', t => {
  const document =
    '{"a":1e400,"b":-0.0,"c":123456789012345678901234567890,"d":9223372036854775808,"e":1e-400,"f":0.1e1}'
  const changed = run([{ set: { field: 'x', value: 1 } }], document)
  t.regex(changed, /"c":123456789012345678901234567890,"d":9223372036854775808,/u)
  t.regex(changed, /"b":-0\.0/u)
  for (const type of ['integer', 'long', 'boolean'])
    for (const field of ['a', 'c', 'd'])
      t.regex(run([{ convert: { field, type } }], document), /^failed: /u, `${field} ${type}`)
})

test('names with dots, brackets, blanks and no letters at all are kept as they are', t => {
  const names = [
    '',
    ' ',
    '.',
    '..',
    'a.b',
    'a[0]',
    '[a]',
    '{{a}}',
    '%{a}',
    '\u0000',
    '\n',
    '💥',
    '\ud800'.toWellFormed(),
  ]
  const document = JSON.stringify(Object.fromEntries(names.map((name, i) => [name, i])))
  t.deepEqual(JSON.parse(run([{ set: { field: 'x', value: 1 } }], document)), {
    ...(JSON.parse(document) as object),
    x: 1,
  })
  t.regex(run([{ dot_expander: { field: '*' } }], document), /^(?:failed: |\{)/u)
})

/** Ten times the text, whatever it is: six of these would make a gigabyte of a kilobyte. */
const TEN_TIMES = '{{{a}}}'.repeat(10)
const LIMIT = /^failed: the result has more than 16777216 characters$/u

const grows = test.macro({
  exec(t, processor: object, document: object) {
    t.regex(
      run(
        Array.from({ length: 12 }, () => processor),
        JSON.stringify(document),
      ),
      LIMIT,
    )
  },
  title: (_, processor: object) =>
    `a text that grows with each ${JSON.stringify(processor).slice(0, 50)} is a failure in time`,
})

test(grows, { set: { field: 'a', value: TEN_TIMES } }, { a: 'x'.repeat(1000) })
test(grows, { set: { field: 'a', value: '{{a}}{{a}}{{a}}' } }, { a: '"'.repeat(100_000) })
test(grows, { gsub: { field: 'a', pattern: 'x', replacement: 'xxxxxxxxxx' } }, { a: 'x'.repeat(1000) })
test(grows, { redact: { field: 'a', patterns: ['(?<A>x)'], prefix: 'p'.repeat(10_000) } }, { a: 'x y '.repeat(2000) })
test(
  grows,
  { foreach: { field: 'list', processor: { set: { field: 'a', value: '{{{a}}}{{{_ingest._value}}}' } } } },
  { a: '', list: Array.from({ length: 20 }, () => 'x'.repeat(100_000)) },
)

test('a list that is joined with a long separator is a failure if the text is too long', t => {
  const document = JSON.stringify({ a: Array.from({ length: 10_000 }, () => '') })
  t.regex(run([{ join: { field: 'a', separator: 'x'.repeat(10_000) } }], document), LIMIT)
})
