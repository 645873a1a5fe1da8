import fc, { type Arbitrary } from 'fast-check'
import {
  anyDocument,
  anyText,
  anyValue,
  documentWith,
  fieldPath,
} from '../../../helpers/pipeline/differential/arbitraries.ts'
import { type Comparison, makeOptions, ofProcessor } from '../../../helpers/pipeline/differential/comparison.ts'
import { toJson } from '../../../helpers/pipeline/differential/json-text.ts'

/** JSON, JSON that was cut or changed in one place, and other texts. */
const texts: Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.oneof(anyValue, anyDocument).map(toJson) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.oneof(anyValue, anyDocument).map(toJson),
        fc.nat(30),
        fc.constantFrom('', ' ', ',', ':', '"', '}', ']', '1', 'x'),
      )
      .map(([text, at, put]) => (text.slice(0, at) + put + text.slice(at + 1)).toWellFormed()),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '{"a":1,"a":2}',
      '[{"b":1},{"b":2}]',
      '{"a":{"c":1},"b":{"c":2}}',
      '',
      ' ',
      '"x"',
      ' 12 ',
      '01',
      '1.',
      '.5',
      '+1',
      '1e5',
      '-0',
      '-0.0',
      'NaN',
      'nul',
      'nullx',
      'true ',
      '"\\u00e4"',
      '"\\x"',
      '"a\nb"',
      "{'a':1}",
      '{a:1}',
      '[1,]',
      '{"a":}',
    ),
  },
  { weight: 1, arbitrary: anyText },
)

export const comparisons: readonly Comparison[] = [
  {
    name: 'json',
    pipelines: ofProcessor(
      'json',
      makeOptions({ field: fieldPath }, { target_field: fieldPath, add_to_root: fc.boolean() }),
    ),
    documents: documentWith(texts),
    runs: 150,
    // The messages are those of the parser.
    compareMessages: false,
    deviations: [
      {
        row: 'json: whole numbers beyond 64 bits',
        isExpected: ({ theirs }) => theirs.kind === 'failed' && theirs.message.includes('java.math.BigInteger'),
      },
      {
        row: 'json: text behind the value',
        isExpected: ({ ours, theirs }) =>
          ours.kind === 'failed' && theirs.kind === 'document' && /not valid JSON/u.test(ours.message),
      },
    ],
  },
]
