import fc from 'fast-check'
import { anyText, documentWith } from '../../../helpers/pipeline/differential/arbitraries.ts'
import { charactersBeyond } from '../../../helpers/pipeline/differential/deviations.ts'
import { type Comparison, makeOptions, ofProcessor } from '../../../helpers/pipeline/differential/comparison.ts'

const pairs = fc.oneof(
  {
    arbitrary: fc
      .array(
        fc.tuple(
          fc.constantFrom('x', 'y', 'b', 'b.c', '_x_', '', 'é'),
          fc.constantFrom('=', '=', '=', ':', '==', ''),
          fc.constantFrom('1', '[v]', '"q"', '(<a>)', '', ' z', '--1-', "'"),
          fc.constantFrom(' ', ' ', ',', ', ', '&', ''),
        ),
        { maxLength: 5 },
      )
      .map(list => list.flat().join('')),
    weight: 9,
  },
  { arbitrary: anyText, weight: 1 },
)

export const comparisons: readonly Comparison[] = [
  {
    name: 'kv',
    runs: 200,
    pipelines: ofProcessor(
      'kv',
      makeOptions(
        {
          field: fc.constantFrom('a', 'a', 'a', 'b', 'a.b'),
          field_split: fc.constantFrom(' ', ' ', ',', '[ ,]+', ', ', '&', String.raw`\s`, '', '(?<=,)', '.'),
          value_split: fc.constantFrom('=', '=', ':', '[=:]', '==', '=+', ''),
        },
        {
          target_field: fc.constantFrom('t', 't.u', 'a'),
          prefix: fc.constantFrom('', 'p_', 'p.'),
          include_keys: fc.array(fc.constantFrom('x', 'b', 'y', '_x_'), { maxLength: 2 }),
          exclude_keys: fc.array(fc.constantFrom('x', 'b.c'), { maxLength: 2 }),
          trim_key: fc.constantFrom('_', ' ', '_ '),
          trim_value: fc.constantFrom('-', ' ', String.raw`\[\]`),
          strip_brackets: fc.boolean(),
          ignore_missing: fc.boolean(),
        },
      ),
    ),
    documents: documentWith(pairs),
    deviations: [charactersBeyond],
  },
]
