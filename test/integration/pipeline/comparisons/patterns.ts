// Processors with regular expressions of Java.
import fc, { type Arbitrary } from 'fast-check'
import { anyText, documentWith, fieldPath } from '../../../helpers/pipeline/differential/arbitraries.ts'
import {
  type Comparison,
  type Deviation,
  makeOptions,
  ofProcessor,
} from '../../../helpers/pipeline/differential/comparison.ts'
import { charactersBeyond } from '../../../helpers/pipeline/differential/deviations.ts'
import type { Value } from '../../../../src/pipeline/document/value.ts'

/** Texts in which the atoms below find something. */
const texts: Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.constantFrom(...Array.from('abAB12_-., \n\r\t\u0085ä😀$\\[]{}')), maxLength: 14 }),
  anyText,
)

const atom = fc.constantFrom(
  'a',
  'b',
  'B',
  '1',
  ' ',
  ',',
  '\\.',
  '\\$',
  '\\\\',
  '\\[',
  '.',
  '\\d',
  '\\D',
  '\\w',
  '\\W',
  '\\s',
  '\\S',
  '\\h',
  '\\v',
  '[ab]',
  '[^ab]',
  '[a-cB]',
  '[\\w&&[^a]]',
  '[a-z&&[^b]]',
  '[a[12]]',
  '[\\s,]',
  '[-a]',
  '[a-]',
  '[]a]',
  '[^]a]',
  '[.$]',
  '^',
  '$',
  '\\A',
  '\\z',
  '\\Z',
  '\\R',
  '\\n',
  '\\t',
  '\\x61',
  '\\u00e4',
  '\\x{1F600}',
  '\\Qa.\\E',
  '\\p{L}',
  '\\p{Upper}',
  '\\P{Lu}',
  '\\p{IsLatin}',
  '\\p{Punct}',
  '(?i)',
  '(?i:a)',
  '(?s).',
  '(?m)^',
  '(?m)$',
  '(?-i)b',
  'ä',
  '😀',
  '',
  '-',
  ']',
  '}',
)

const quantifier = fc.constantFrom(
  '',
  '',
  '',
  '',
  '?',
  '*',
  '+',
  '{2}',
  '{1,2}',
  '{0,}',
  '*?',
  '+?',
  '??',
  '*+',
  '++',
  '?+',
)

const { pattern } = fc.letrec<{ pattern: string; piece: string }>(tie => ({
  piece: fc.oneof(
    { maxDepth: 2 },
    { weight: 5, arbitrary: atom },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('(', '(', '(?:', '(?>', '(?=', '(?!', '(?<=', '(?<!', '(?<n>'), tie('pattern'))
        .map(([open, body]) => `${open}${body})`),
    },
  ),
  pattern: fc
    .array(
      fc.tuple(tie('piece'), quantifier, fc.constantFrom('', '', '', '|')).map(parts => parts.join('')),
      { minLength: 1, maxLength: 3 },
    )
    .map(parts => parts.join('')),
}))

const patterns: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: pattern.filter(text => text !== '') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(',', '\\|', '\\s+', '\\s*,\\s*', '(?=a)', 'a|b', '[,;]', '(a)|(b)', '(a)(b)?\\1', ''),
  },
)

const replacements = fc.constantFrom('', '-', '$0', '$1', '[$1]', '$2$1', '${n}', '\\$', '\\\\', '$10', 'a$0a')

const deviations: readonly Deviation[] = [
  {
    row: 'gsub, split: patterns',
    isExpected: ({ ours, theirs }) =>
      ours.kind === 'refused' &&
      theirs.kind !== 'refused' &&
      /cannot be used|may not have matched|nothing to repeat/u.test(ours.message),
  },
  {
    row: 'gsub, split: patterns',
    isExpected: ({ theirs }) => 'message' in theirs && /Look-behind/u.test(theirs.message),
  },
  charactersBeyond,
  {
    row: 'split: the separator',
    isExpected: ({ pipeline, ours, theirs }) =>
      'split' in (pipeline.processors[0] ?? {}) && ours.kind === 'refused' && theirs.kind !== 'refused',
  },
  {
    row: 'gsub: the replacement',
    isExpected: ({ ours }) => ours.kind === 'refused' && ours.message.includes('the pattern has no group'),
  },
]

const values: Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: texts },
  { weight: 1, arbitrary: fc.array(texts, { maxLength: 2 }) },
)

export const comparisons: readonly Comparison[] = [
  {
    name: 'gsub',
    pipelines: ofProcessor('gsub', makeOptions({ field: fieldPath, pattern: patterns, replacement: replacements })),
    documents: documentWith(values),
    runs: 200,
    deviations,
  },
  {
    name: 'split',
    pipelines: ofProcessor(
      'split',
      makeOptions(
        { field: fieldPath, separator: patterns },
        { target_field: fieldPath, ignore_missing: fc.boolean(), preserve_trailing: fc.boolean() },
      ),
    ),
    documents: documentWith(texts),
    runs: 150,
    deviations,
  },
]
