// Processors of lists.
import fc, { type Arbitrary } from 'fast-check'
import {
  anyNumber,
  anyScalar,
  anyText,
  anyValue,
  documentWith,
  fieldPath,
} from '../../../helpers/pipeline/differential/arbitraries.ts'
import { type Comparison, makeOptions, ofProcessor } from '../../../helpers/pipeline/differential/comparison.ts'
import { templateOutside } from '../../../helpers/pipeline/differential/deviations.ts'
import type { Value } from '../../../../src/pipeline/document/value.ts'

const lists: Arbitrary<Value> = fc.oneof(
  fc.array(anyText, { maxLength: 6 }),
  fc.array(anyNumber, { maxLength: 6 }),
  fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 9 }),
  fc.array(fc.boolean(), { maxLength: 4 }),
  fc.array(anyScalar, { maxLength: 4 }),
  fc.array(anyValue, { maxLength: 3 }),
)

const inner = fc.constantFrom(
  { uppercase: { field: '_ingest._value' } },
  { set: { field: '_ingest._value', value: '{{a}}' } },
  { append: { field: 'c', value: '{{_ingest._value}}' } },
  { remove: { field: '_ingest._value.a' } },
  { rename: { field: '_ingest._value.a', target_field: '_ingest._value.b' } },
  { drop: {} },
  { fail: { message: 'no {{_ingest._value}}' } },
  { foreach: { field: '_ingest._value', processor: { set: { field: '_ingest._value', value: 1 } } } },
)

export const comparisons: readonly Comparison[] = [
  {
    name: 'join',
    pipelines: ofProcessor('join', makeOptions({ field: fieldPath, separator: anyText }, { target_field: fieldPath })),
    documents: documentWith(lists),
  },
  {
    name: 'sort',
    pipelines: ofProcessor(
      'sort',
      makeOptions({ field: fieldPath }, { order: fc.constantFrom('asc', 'desc'), target_field: fieldPath }),
    ),
    documents: documentWith(lists),
  },
  {
    name: 'foreach',
    pipelines: ofProcessor(
      'foreach',
      makeOptions({ field: fieldPath, processor: inner }, { ignore_missing: fc.boolean() }),
    ),
    documents: documentWith(lists),
    runs: 20,
    deviations: [
      templateOutside,
      {
        row: 'foreach: objects',
        isExpected: ({ theirs }) =>
          theirs.kind === 'failed' &&
          /^field \[.*\] of type .* cannot be cast to \[java.util.List\]$/u.test(theirs.message),
      },
    ],
  },
]
