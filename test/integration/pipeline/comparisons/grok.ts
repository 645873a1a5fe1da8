import fc, { type Arbitrary } from 'fast-check'
import { anyText, documentWith } from '../../../helpers/pipeline/differential/arbitraries.ts'
import { type Comparison, makeOptions, ofProcessor } from '../../../helpers/pipeline/differential/comparison.ts'

const field = fc.constantFrom(
  'x',
  'y',
  'b',
  'b.c',
  'x.z',
  'a',
  'n:int',
  'n:long',
  'n:float',
  'n:double',
  'n:boolean',
  'n:ip',
)

const piece: Arbitrary<string> = fc.oneof(
  {
    arbitrary: fc
      .tuple(fc.constantFrom('WORD', 'INT', 'NUMBER', 'DATA', 'GREEDYDATA', 'NOTSPACE', 'IP', 'QS', 'MINE'), field)
      .map(([name, target]) => `%{${name}:${target}}`),
    weight: 6,
  },
  { arbitrary: fc.constantFrom('%{WORD}', '%{SPACE}', '%{MONTHDAY}', '(?:%{INT:i}|%{WORD:w})'), weight: 2 },
  {
    arbitrary: fc.constantFrom(String.raw`\d+`, String.raw`\w`, '[a-cé]+', '.', String.raw`\b`, '[[:alpha:]]'),
    weight: 2,
  },
  { arbitrary: fc.constantFrom('(?<q>[a-z]+)', '(?<q.r:int>[0-9])', '(?>a+)', '(?=b)', '(?<!1)', '(?i)B'), weight: 1 },
)

const gap = fc.constantFrom(' ', ' ', ',', '', String.raw`\s*`, '=', '(?: |,)')

const pattern = fc
  .tuple(
    fc.constantFrom('', '', '^', String.raw`\A`),
    fc.array(fc.tuple(piece, gap), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '', '$'),
  )
  .map(([start, parts, end]) => start + parts.flat().join('') + end)

const words = fc.constantFrom(
  'a',
  'abc',
  '1',
  '-12',
  '1.5',
  '99999999999',
  'true',
  '10.0.0.1',
  '"q r"',
  'é',
  'x=1',
  '٣',
  '😀',
)

const text: Arbitrary<string> = fc.oneof(
  {
    arbitrary: fc
      .array(fc.tuple(words, fc.constantFrom(' ', ' ', ',', '', '\n', '=')), { maxLength: 6 })
      .map(parts => parts.flat().join('')),
    weight: 9,
  },
  { arbitrary: anyText, weight: 1 },
)

export const comparisons: readonly Comparison[] = [
  {
    name: 'grok',
    runs: 300,
    areFloats: true,
    pipelines: ofProcessor(
      'grok',
      makeOptions(
        {
          field: fc.constantFrom('a', 'a', 'a', 'b', 'a.b'),
          patterns: fc.array(pattern, { minLength: 1, maxLength: 3 }),
          pattern_definitions: fc.constantFrom({ MINE: '%{INT}|x' }, { MINE: '(?<m>[a-z])%{INT:n}?', WORD: '[a-z]+' }),
        },
        { ignore_missing: fc.boolean(), trace_match: fc.boolean() },
      ),
    ),
    documents: documentWith(text),
  },
]
