// Documents and options that are often, but not always, as a processor wants them.
import fc, { type Arbitrary } from 'fast-check'
import { Double, type Fields, type Value } from '../../../../src/pipeline/document/value.ts'

/** Few names, so that the paths of options meet the fields of documents. */
export const NAMES = ['a', 'b', 'c'] as const

export const fieldName = fc.constantFrom(...NAMES)

/** Also paths that lead nowhere, into lists, and around the document. */
export const fieldPath: Arbitrary<string> = fc.oneof(
  { arbitrary: fieldName, weight: 6 },
  { arbitrary: fc.tuple(fieldName, fieldName).map(names => names.join('.')), weight: 3 },
  {
    arbitrary: fc.tuple(fieldName, fc.constantFrom('0', '1', '-1', '01', 'x')).map(names => names.join('.')),
    weight: 1,
  },
  {
    arbitrary: fc.constantFrom('a.0.b', '_source.a', 'a.', 'a..b', '.a', '_ingest.x', '_ingest', 'd', '_source', ' a'),
    weight: 1,
  },
)

/** None that Unicode has had for less than ten years: Java and V8 know them at different times. */
const character = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...Array.from('äÄßẞéÉΣσςİıŁłЖжǅﬁ中😀𐐀\u0301\u200b\u2028\u0085\u00a0\n\r\t')),
  },
)

export const anyText: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'a',
    'B c',
    'Straße',
    'İI',
    '\u00a0x\t\n',
    '😀',
    'true',
    '12',
    '-1.5',
    '1e3',
    'a,b,,c,',
    'null',
  ),
  fc.string({ unit: character, maxLength: 12 }),
)

/** Of few digits: before version 19, Java does not always write the shortest text of a double. */
export const shortDouble: Arbitrary<number> = fc
  .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: -9, max: 9 }))
  .map(([digits, exponent]) => Number(`${digits}e${exponent}`))

/** Whole numbers of both of Java's sizes, and doubles. */
export const anyNumber: Arbitrary<Value> = fc.oneof(
  fc.integer({ min: -3, max: 300 }),
  fc.constantFrom<Value>(2 ** 31, -(2 ** 31) - 1, 2n ** 63n - 1n, new Double(1), new Double(-0), new Double(1e21), 0.5),
  shortDouble.map(value => (Number.isInteger(value) ? new Double(value) : value)),
)

export const anyScalar: Arbitrary<Value> = fc.oneof(
  { arbitrary: anyText, weight: 5 },
  { arbitrary: anyNumber, weight: 3 },
  { arbitrary: fc.boolean(), weight: 1 },
  { arbitrary: fc.constant(null), weight: 1 },
)

const { value: nested } = fc.letrec<{ value: Value }>(tie => ({
  value: fc.oneof(
    { maxDepth: 2 },
    { arbitrary: anyScalar, weight: 4 },
    { arbitrary: fc.array(tie('value'), { maxLength: 3 }), weight: 1 },
    { arbitrary: fieldsOf(tie('value')), weight: 2 },
  ),
}))

export const anyValue: Arbitrary<Value> = nested

function fieldsOf(value: Arbitrary<Value>): Arbitrary<Fields> {
  return fc.dictionary(fc.constantFrom(...NAMES, 'a.b', 'b.c', '0'), value, { maxKeys: 3, noNullPrototype: true })
}

/** A document of any values. */
export const anyDocument: Arbitrary<Fields> = fieldsOf(anyValue)

/** A document in which one field, `a` mostly, is of this arbitrary, and others are anything. */
export function documentWith(value: Arbitrary<Value>, path: readonly string[] = ['a']): Arbitrary<Fields> {
  const [last = 'a', ...outer] = path.toReversed()
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(anyDocument, value).map(([fields, wanted]) => {
        const inner: Fields = { [last]: wanted }
        const made = outer.reduce((fieldsInside, name): Fields => ({ [name]: fieldsInside }), inner)
        return { ...fields, ...made }
      }),
    },
    { weight: 1, arbitrary: anyDocument },
  )
}
