// Processors that write and remove fields.
import fc, { type Arbitrary } from 'fast-check'
import {
  anyDocument,
  anyText,
  anyValue,
  documentWith,
  fieldName,
  fieldPath,
} from '../../../helpers/pipeline/differential/arbitraries.ts'
import { type Comparison, makeOptions, ofProcessor } from '../../../helpers/pipeline/differential/comparison.ts'
import { templateOutside } from '../../../helpers/pipeline/differential/deviations.ts'
import type { WrittenPipeline } from '../../../helpers/pipeline/differential/outcome.ts'
import type { Value } from '../../../../src/pipeline/document/value.ts'

/** Not the metadata as a whole, which has members of the server and of the day. */
const named = fieldPath.filter(path => path !== '_source' && path !== '_ingest')

const template: Arbitrary<string> = fc.oneof(
  named.map(path => `{{${path}}}`),
  named.map(path => `{{{${path}}}}`),
  fc.tuple(fieldName, fieldName).map(([one, other]) => `${one}{{${other}}} x`),
)

const fieldOrTemplate = fc.oneof({ weight: 4, arbitrary: fieldPath }, { weight: 1, arbitrary: template })

const written: Arbitrary<Value> = fc.oneof(
  anyValue.filter(value => value !== null),
  template,
  fc.array(template, { maxLength: 2 }),
  template.map((text): Value => ({ a: text })),
  anyText,
)

const lists: Arbitrary<Value> = fc.array(anyValue, { maxLength: 3 })

export const comparisons: readonly Comparison[] = [
  {
    name: 'set',
    pipelines: ofProcessor(
      'set',
      makeOptions(
        { field: fieldOrTemplate, value: written },
        { override: fc.boolean(), ignore_empty_value: fc.boolean() },
      ),
    ),
    documents: anyDocument,
    deviations: [templateOutside],
  },
  {
    name: 'append',
    pipelines: ofProcessor(
      'append',
      makeOptions({ field: fieldOrTemplate, value: written }, { allow_duplicates: fc.boolean() }),
    ),
    documents: documentWith(lists),
    deviations: [templateOutside],
  },
  {
    name: 'remove',
    pipelines: ofProcessor(
      'remove',
      makeOptions(
        { field: fc.oneof(fieldOrTemplate, fc.array(fieldOrTemplate, { minLength: 1, maxLength: 3 })) },
        { ignore_missing: fc.boolean() },
      ),
    ),
    documents: anyDocument,
    deviations: [templateOutside],
  },
  {
    name: 'dot_expander',
    pipelines: ofProcessor(
      'dot_expander',
      makeOptions({ field: fc.oneof(fc.constantFrom('a.b', 'b.c', 'a.b.c'), fieldPath) }, { path: fieldPath }),
    ),
    documents: anyDocument,
    deviations: [
      {
        row: 'dot_expander: a missing field',
        isExpected: ({ ours, theirs, document, pipeline }) =>
          !document.includes(`"${nameIn(pipeline)}":`) && !(ours.kind === 'failed' && theirs.kind === 'failed'),
      },
      {
        row: 'dot_expander: the message',
        isExpected: ({ ours, theirs }) =>
          ours.kind === 'failed' &&
          theirs.kind === 'failed' &&
          ours.message === theirs.message.replace('cannot expend', 'cannot expand'),
      },
    ],
  },
  {
    name: 'fail',
    pipelines: ofProcessor(
      'fail',
      makeOptions({
        message: fc.oneof(
          template,
          anyText.filter(text => text !== ''),
        ),
      }),
    ),
    documents: anyDocument,
    deviations: [templateOutside],
  },
  {
    name: 'drop',
    pipelines: ofProcessor('drop', fc.constant({})),
    documents: anyDocument,
    runs: 2,
  },
]

/** The field of the pipeline's only processor. */
function nameIn({ processors }: WrittenPipeline): string {
  const [{ dot_expander: options } = {}] = processors
  return (options as { readonly field: string }).field
}
