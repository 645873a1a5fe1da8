// Pipelines of several processors, with conditions, handlers of failures, lists and pipelines that call others.
import fc, { type Arbitrary } from 'fast-check'
import { anyScalar, anyText } from '../../../helpers/pipeline/differential/arbitraries.ts'
import type { Comparison } from '../../../helpers/pipeline/differential/comparison.ts'
import { templateOutside } from '../../../helpers/pipeline/differential/deviations.ts'
import type { WrittenPipeline, WrittenProcessor } from '../../../helpers/pipeline/differential/outcome.ts'
import type { Fields } from '../../../../src/pipeline/document/value.ts'

/** One processor hands its fields to the next. */
const FIELDS = ['message', 'a', 'b', 'list', 'object.x', 'object.y', 'n'] as const
const field = fc.constantFrom(...FIELDS)
const flag = fc.boolean()

/** None of them throws in Elasticsearch, whatever the document. */
const CONDITIONS = [
  'ctx.a != null',
  'ctx.b == null',
  "ctx.a == 'x'",
  'ctx.a instanceof String',
  'ctx.list instanceof List && ctx.list.size() > 1',
  'ctx.n instanceof Number && ctx.n > 1',
  "ctx.object instanceof Map && ctx.object.containsKey('x')",
  "ctx.message instanceof String && ctx.message.contains('=')",
  "!(ctx.message instanceof String) || ctx.message.startsWith('{')",
  "ctx.tags instanceof List && ctx.tags.contains('t1')",
  'false',
]

const PROCESSORS: Readonly<Record<string, Arbitrary<object>>> = {
  set: fc.record(
    {
      field,
      value: fc.oneof(
        anyScalar.filter(value => value !== null),
        field.map(name => `<{{${name}}}>`),
      ),
      override: flag,
    },
    { requiredKeys: ['field', 'value'] },
  ),
  append: fc.record(
    {
      field: fc.constantFrom('list', 'tags', 'a'),
      value: fc.oneof(
        anyText,
        field.map(name => `{{{${name}}}}`),
        fc.constant(['t1', 't2']),
      ),
      allow_duplicates: flag,
    },
    { requiredKeys: ['field', 'value'] },
  ),
  remove: fc.record(
    { field: fc.oneof(field, fc.array(field, { minLength: 1, maxLength: 2 })), ignore_missing: flag },
    { requiredKeys: ['field'] },
  ),
  rename: fc.record({ field, target_field: field, ignore_missing: flag }, { requiredKeys: ['field', 'target_field'] }),
  convert: fc.record(
    { field, type: fc.constantFrom('integer', 'long', 'string', 'boolean', 'auto'), ignore_missing: flag },
    { requiredKeys: ['field', 'type'] },
  ),
  lowercase: fc.record({ field, target_field: field }, { requiredKeys: ['field'] }),
  uppercase: fc.record({ field, ignore_missing: flag }, { requiredKeys: ['field'] }),
  trim: fc.record({ field }),
  split: fc.record(
    {
      field,
      separator: fc.constantFrom(' ', ',', '[=;]', String.raw`\s+`),
      target_field: fc.constantFrom('list', 'b'),
    },
    { requiredKeys: ['field', 'separator'] },
  ),
  join: fc.record({ field: fc.constantFrom('list', 'a'), separator: fc.constantFrom('', '-', ', ') }),
  sort: fc.record({ field: fc.constantFrom('list', 'tags'), order: fc.constantFrom('asc', 'desc') }),
  gsub: fc.record({
    field,
    pattern: fc.constantFrom('[0-9]+', 'x', String.raw`(\w)=(\w)`),
    replacement: fc.constantFrom('', '#', 'y'),
  }),
  // 7.10 takes texts that only begin with JSON.
  json: fc.record({
    field: fc.constant('message'),
    target_field: fc.constantFrom('object', 'b'),
    if: fc.constant("ctx.message instanceof String && ctx.message.startsWith('{')"),
  }),
  kv: fc.record(
    {
      field: fc.constantFrom('message', 'a'),
      field_split: fc.constantFrom(' ', ','),
      value_split: fc.constant('='),
      target_field: fc.constant('object'),
    },
    { requiredKeys: ['field', 'field_split', 'value_split'] },
  ),
  csv: fc.record({
    field: fc.constantFrom('message', 'a'),
    target_fields: fc.constantFrom(['a', 'b'], ['object.x', 'n']),
  }),
  grok: fc.record({
    field: fc.constantFrom('message', 'a'),
    patterns: fc.constantFrom(
      ['%{WORD:a} %{GREEDYDATA:message}'],
      ['^%{INT:n:int}', '%{WORD:object.x}=%{NOTSPACE:object.y}'],
    ),
  }),
  dissect: fc.record({
    field: fc.constantFrom('message', 'a'),
    pattern: fc.constantFrom('%{a} %{b}', '%{object.x}=%{?rest}', '%{+a},%{+a}'),
  }),
  date: fc.record({
    field: fc.constantFrom('message', 'a', 'n'),
    formats: fc.constantFrom(['ISO8601'], ['yyyy-MM-dd HH:mm:ss', 'UNIX']),
    target_field: fc.constantFrom('time', 'a'),
  }),
  bytes: fc.record({ field, ignore_missing: flag }, { requiredKeys: ['field'] }),
  urldecode: fc.record({ field }),
  fail: fc.record({ message: fc.constantFrom('no', 'no {{a}}') }),
  drop: fc.constant({}),
}

/** What `foreach` does to each element of `items`: without it, 7.10 passes the failure by all handlers. */
const INNER = fc.constantFrom(
  { uppercase: { field: '_ingest._value' } },
  { set: { field: '_ingest._value', value: '{{_ingest._value}}!' } },
  { append: { field: 'tags', value: '{{_ingest._value}}' } },
  { convert: { field: '_ingest._value', type: 'integer', on_failure: [{ set: { field: 'a', value: 'bad' } }] } },
  { gsub: { field: '_ingest._value', pattern: 'x', replacement: '' } },
)

interface Written {
  readonly type: string
  readonly options: object
}

const own: Arbitrary<Written> = fc
  .constantFrom(...Object.entries(PROCESSORS))
  .chain(([type, options]) => options.map(written => ({ type, options: written })))

const foreach: Arbitrary<Written> = INNER.map(processor => ({
  type: 'foreach',
  options: { field: 'items', processor },
}))

/** Lists of processors that call pipelines of these names. */
function listsThatCall(...names: readonly string[]): Arbitrary<readonly WrittenProcessor[]> {
  const calls = names.map(name => ({ weight: 1, arbitrary: fc.constant({ type: 'pipeline', options: { name } }) }))
  const { list } = fc.letrec<{ list: readonly WrittenProcessor[]; processor: WrittenProcessor }>(tie => ({
    list: fc.array(tie('processor'), { minLength: 1, maxLength: 3, depthIdentifier: 'processors' }),
    processor: fc
      .tuple(
        fc.oneof({ weight: 12, arbitrary: own }, { weight: 1, arbitrary: foreach }, ...calls),
        commonOptions(tie('list')),
      )
      .map(([{ type, options }, common]) => ({ [type]: { ...common, ...options } })),
  }))
  return list
}

function commonOptions(list: Arbitrary<readonly WrittenProcessor[]>): Arbitrary<object> {
  const handlers = fc.constant([{ set: { field: 'b', value: 'failed' } }])
  return fc.record(
    {
      if: fc.constantFrom(...CONDITIONS),
      tag: fc.constantFrom('t1', 't2'),
      ignore_failure: flag,
      on_failure: fc.oneof({ maxDepth: 2, depthIdentifier: 'processors' }, handlers, list),
    },
    { requiredKeys: [] },
  )
}

const main = listsThatCall('first', 'second')
const first = listsThatCall('second')
const second = listsThatCall()

const pipelines: Arbitrary<WrittenPipeline> = fc
  .record({
    processors: fc.array(main, { minLength: 1, maxLength: 3 }).map(lists => lists.flat()),
    handlers: fc.option(main, { nil: undefined }),
    first: fc.record({ processors: first, on_failure: first }, { requiredKeys: ['processors'] }),
    second: fc.record({ processors: second, on_failure: second }, { requiredKeys: ['processors'] }),
  })
  .map(({ processors, handlers, ...called }) => ({
    processors,
    ...(handlers !== undefined && { on_failure: handlers }),
    pipelines: called,
  }))

const line = fc.oneof(
  fc.constantFrom(
    'k=v x=1',
    '12 apples',
    '{"x":1,"y":["q"]}',
    '2026-01-02 03:04:05',
    'one,two',
    'x',
    '5',
    ' padded ',
    '1kb',
    'a%20b',
  ),
  anyText,
)

const documents: Arbitrary<Fields> = fc.record(
  {
    message: fc.oneof({ weight: 5, arbitrary: line }, { weight: 1, arbitrary: anyScalar }),
    a: fc.oneof(line, anyScalar),
    b: anyScalar,
    n: fc.oneof(fc.integer({ min: -3, max: 3 }), line),
    list: fc.array(fc.oneof(line, fc.integer({ min: 0, max: 9 })), { maxLength: 3 }),
    object: fc.record({ x: anyScalar, y: line }, { requiredKeys: [] }),
    items: fc.array(fc.oneof(line, anyScalar), { maxLength: 3 }),
  },
  { requiredKeys: ['items'] },
)

export const comparisons: readonly Comparison[] = [
  {
    name: 'whole pipelines',
    runs: 60,
    pipelines,
    documents,
    // They are compared for each processor; here, those of a parser of Java would be in the way.
    compareMessages: false,
    deviations: [templateOutside],
  },
]
