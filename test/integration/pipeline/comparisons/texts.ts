// Processors that change a text, or each text of a list.
import fc, { type Arbitrary } from 'fast-check'
import { anyScalar, anyText, documentWith, fieldPath } from '../../../helpers/pipeline/differential/arbitraries.ts'
import { type Comparison, makeOptions, ofProcessor } from '../../../helpers/pipeline/differential/comparison.ts'
import type { Value } from '../../../../src/pipeline/document/value.ts'

const sizes: Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', ' ', '-', '+', '\u00a0'),
    fc.constantFrom(
      '1',
      '0',
      '-1',
      '1.5',
      '.5',
      '1e3',
      '9223372036854775807',
      '٣',
      'NaN',
      '0x1p3',
      '',
      '1.',
      '-.5',
      '-1.5',
    ),
    fc.constantFrom('', ' '),
    fc.constantFrom('', 'b', 'k', 'KB', 'mb', 'm', 'G', 'gb', 'tb', 'T', 'pb', 'P', 'x', 'kk'),
  )
  .map(parts => parts.join(''))

/** No sign behind the percent sign: Java reads one, by its version, as part of the number. */
const encoded: Arbitrary<string> = fc
  .array(fc.constantFrom('%', '%2', '%20', '%C3%A4', '%c3', '+', 'a', 'ä', '%zz', '%00', '😀', '% 1'), { maxLength: 5 })
  .map(parts => parts.join(''))
  .filter(text => !text.includes('%+'))

function textsOf(text: Arbitrary<string>): Arbitrary<Value> {
  return fc.oneof(
    { weight: 5, arbitrary: text },
    { weight: 2, arbitrary: fc.array(text, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.array(anyScalar, { maxLength: 3 }) },
  )
}

function compareText(processor: string, text: Arbitrary<string>): Comparison {
  const options = makeOptions({ field: fieldPath }, { target_field: fieldPath, ignore_missing: fc.boolean() })
  return { name: processor, pipelines: ofProcessor(processor, options), documents: documentWith(textsOf(text)) }
}

export const comparisons: readonly Comparison[] = [
  compareText('lowercase', anyText),
  compareText('uppercase', anyText),
  compareText('trim', anyText),
  // The messages have details of Java's parser of numbers.
  { ...compareText('urldecode', encoded), compareMessages: false },
  // Elasticsearch's messages were changed after this version.
  { ...compareText('bytes', sizes), compareMessages: false },
]
