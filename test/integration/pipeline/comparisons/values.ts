// Processors that make one value of another.
import fc, { type Arbitrary } from 'fast-check'
import {
  anyNumber,
  anyText,
  anyValue,
  documentWith,
  fieldPath,
  shortDouble,
} from '../../../helpers/pipeline/differential/arbitraries.ts'
import { type Comparison, makeOptions, ofProcessor } from '../../../helpers/pipeline/differential/comparison.ts'
import type { Value } from '../../../../src/pipeline/document/value.ts'

const numberTexts: Arbitrary<string> = fc.oneof(
  fc.constantFrom('true', 'FALSE', 'truE ', '0x7f', '-0x80000000', '0x80000000', '0X1', '0x', '+5', '٣', '99999999999'),
  fc.constantFrom(
    '9223372036854775807',
    '9223372036854775808',
    '1.5',
    ' 1.5 ',
    '1e400',
    '-1e400',
    'NaN',
    'Infinity',
    '.5',
  ),
  fc.constantFrom('1.', '.', '1.5f', '1d', '0x1p3', '0x.8p1', '1e', '-', '+', '', '1_0', '1,5', '-0', '-0.0', '1e-50'),
  fc.integer().map(String),
  shortDouble.map(String),
  fc.ipV4(),
  fc.ipV6(),
  anyText,
)

const convertible: Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: numberTexts },
  { weight: 2, arbitrary: anyNumber },
  { weight: 1, arbitrary: fc.array(numberTexts, { maxLength: 4 }) },
  { weight: 1, arbitrary: anyValue },
)

const addresses: Arbitrary<Value> = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom(
    '::',
    '::1',
    '1.2.3',
    '1.2.3.4 ',
    '01.2.3.4',
    '::ffff:1.2.3.4',
    '1::2::3',
    'fe80::1%eth0',
    '::1.2.3.4',
  ),
  fc.array(fc.ipV4(), { maxLength: 3 }),
  anyValue,
)

const types = fc.constantFrom('integer', 'long', 'float', 'double', 'boolean', 'string', 'auto', 'Integer', 'text')

export const comparisons: readonly Comparison[] = [
  {
    name: 'convert',
    pipelines: ofProcessor(
      'convert',
      makeOptions({ field: fieldPath, type: types }, { target_field: fieldPath, ignore_missing: fc.boolean() }),
    ),
    documents: documentWith(convertible),
    runs: 150,
    areFloats: true,
  },
  {
    name: 'convert: addresses',
    pipelines: ofProcessor(
      'convert',
      makeOptions({ field: fieldPath, type: fc.constant('ip') }, { ignore_missing: fc.boolean() }),
    ),
    documents: documentWith(addresses),
    // Those of OpenSearch; Elasticsearch of this version does not have the type.
    compareMessages: false,
  },
]
