import fc from 'fast-check'
import { anyText, documentWith } from '../../../helpers/pipeline/differential/arbitraries.ts'
import { type Comparison, makeOptions, ofProcessor } from '../../../helpers/pipeline/differential/comparison.ts'

const line = fc.oneof(
  {
    arbitrary: fc
      .array(fc.constantFrom('a', 'b c', ',', ',', ';', '"', '""', "'", ' ', '\t', '\n', 'é', '\u00a0', '\r', '1'), {
        maxLength: 12,
      })
      .map(parts => parts.join('')),
    weight: 9,
  },
  { arbitrary: anyText, weight: 1 },
)

export const comparisons: readonly Comparison[] = [
  {
    name: 'csv',
    runs: 200,
    pipelines: ofProcessor(
      'csv',
      makeOptions(
        {
          field: fc.constantFrom('a', 'a', 'a', 'b', 'a.b'),
          target_fields: fc.array(fc.constantFrom('x', 'y', 'b.c', 'a', 'z'), { maxLength: 4 }),
        },
        {
          separator: fc.constantFrom(',', ',', ';', ' ', 'ab', '"'),
          quote: fc.constantFrom('"', '"', "'", ''),
          trim: fc.boolean(),
          empty_value: fc.constantFrom('', 'none', 1),
          ignore_missing: fc.boolean(),
        },
      ),
    ),
    documents: documentWith(line),
    deviations: [
      {
        row: 'csv: blanks alone between separators',
        isExpected: ({ document }) =>
          /(?:^|[,; "])[ \t]+[,; "]/u.test(String((JSON.parse(document) as { a?: unknown }).a)),
      },
    ],
  },
]
