import fc, { type Arbitrary } from 'fast-check'
import { anyText, documentWith } from '../../../helpers/pipeline/differential/arbitraries.ts'
import { type Comparison, makeOptions, ofProcessor } from '../../../helpers/pipeline/differential/comparison.ts'

const delimiter = fc.constantFrom(' ', ',', ', ', ': ', ']', '--', 'ä', '', ',,')

const key = fc
  .tuple(
    fc.constantFrom('', '', '', '', '+', '?', '*', '&'),
    fc.constantFrom('a', 'b', 'c', 'b.c', 'x', ''),
    fc.constantFrom('', '', '', '', '/1', '/2', '->', '->', '/1->'),
  )
  .map(parts => `%{${parts.join('')}}`)

const pattern = fc
  .tuple(fc.constantFrom('', '', '', '[', '<a> '), fc.array(fc.tuple(key, delimiter), { minLength: 1, maxLength: 4 }))
  .map(([lead, pairs]) => lead + pairs.flat().join(''))

const text: Arbitrary<string> = fc.oneof(
  {
    arbitrary: fc
      .tuple(
        fc.constantFrom('', '', '', '[', '<a> '),
        fc.array(fc.tuple(fc.constantFrom('', 'x', 'yy', '1', 'é', 'a'), delimiter), { maxLength: 6 }),
      )
      .map(([lead, pairs]) => lead + pairs.flat().join('')),
    weight: 9,
  },
  { arbitrary: anyText, weight: 1 },
)

export const comparisons: readonly Comparison[] = [
  {
    name: 'dissect',
    runs: 200,
    pipelines: ofProcessor(
      'dissect',
      makeOptions(
        { field: fc.constantFrom('a', 'a', 'a', 'b', 'a.b'), pattern },
        { append_separator: fc.constantFrom('', '-'), ignore_missing: fc.boolean() },
      ),
    ),
    documents: documentWith(text),
    deviations: [
      {
        row: 'dissect: `%{&a} %{&a}` without `%{*a}`',
        isExpected: ({ ours }) => ours.kind === 'refused' && ours.message.includes('invalid key/reference'),
      },
    ],
  },
]
