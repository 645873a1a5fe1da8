import fc, { type Arbitrary } from 'fast-check'
import { anyScalar, anyText, documentWith } from '../../../helpers/pipeline/differential/arbitraries.ts'
import { type Comparison, makeOptions, ofProcessor } from '../../../helpers/pipeline/differential/comparison.ts'
import type { Value } from '../../../../src/pipeline/document/value.ts'

function digits(count: number): Arbitrary<string> {
  return fc.integer({ min: 0, max: 10 ** count - 1 }).map(value => String(value).padStart(count, '0'))
}

/** Zones of earlier times differ between the two databases of zones. */
const year = fc.oneof(fc.integer({ min: 1970, max: 2100 }).map(String), fc.constantFrom('9999', '12026', '26'))
const month = fc.constantFrom('01', '1', '02', '10', '12', '13', '00', 'Jan', 'Oct', 'May', 'oct', 'March')
const day = fc.constantFrom('01', '1', '15', '29', '30', '31', '32', '00')
const hour = fc.constantFrom('00', '5', '12', '23', '24')
const minute = fc.constantFrom('00', '59', '60', '7')
const fraction = fc.oneof(fc.constant(''), fc.constantFrom('.5', '.123', ',123', '.123456', '.123456789'))
const zone = fc.constantFrom('', '', 'Z', '+01:00', '-0730', '+02', ' +0100', ' CET', ' UTC', ' Europe/Berlin', 'GMT+1')

const isoLike = fc
  .tuple(year, month, day, fc.constantFrom('T', ' ', 't'), hour, minute, minute, fraction, zone)
  .map(([y, m, d, t, ...clock]) => `${y}-${m}-${d}${t}${clock.slice(0, 3).join(':')}${clock.slice(3).join('')}`)

const accessLike = fc
  .tuple(day, month, year, hour, minute, minute, zone)
  .map(([d, m, y, ...clock]) => `${d}/${m}/${y}:${clock.slice(0, 3).join(':')}${clock[3]}`)

const time: Arbitrary<Value> = fc.oneof(
  { arbitrary: isoLike, weight: 5 },
  { arbitrary: accessLike, weight: 4 },
  { arbitrary: fc.tuple(year, fc.constantFrom('-', ''), month).map(parts => parts.join('')), weight: 1 },
  { arbitrary: digits(10), weight: 1 },
  { arbitrary: digits(13), weight: 1 },
  { arbitrary: fc.tuple(digits(10), digits(6)).map(parts => parts.join('.')), weight: 1 },
  { arbitrary: fc.integer({ min: -10, max: 2_000_000_000 }), weight: 1 },
  {
    arbitrary: fc.constantFrom('4000000050d506482dbdf024', '@4000000050d506482dbdf024', '20260102', '26/1/2'),
    weight: 1,
  },
  { arbitrary: anyText, weight: 1 },
  { arbitrary: anyScalar, weight: 1 },
)

const format = fc.constantFrom(
  'ISO8601',
  'UNIX',
  'UNIX_MS',
  'TAI64N',
  'dd/MMM/yyyy:HH:mm:ss Z',
  'dd/MMM/yyyy:HH:mm:ss z',
  'dd/MMM/yyyy:HH:mm:ss',
  "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  'yyyy-MM-dd HH:mm:ss',
  'yyyy-MM-dd HH:mm:ss[.SSS][ ]VV',
  'yyyy-M-d H:m:s',
  'uuuu-MM-dd HH:mm:ss.SSSSSS',
  'yyyyMMdd',
  'yy/M/d',
)

/** At most one of several fits: of two that do, Elasticsearch 7 takes the last, and later ones the first. */
const formats = fc.oneof(
  { arbitrary: format.map(one => [one]), weight: 3 },
  {
    arbitrary: fc.uniqueArray(
      fc.constantFrom('ISO8601', 'dd/MMM/yyyy:HH:mm:ss Z', 'yyyy-MM-dd HH:mm:ss', 'TAI64N', 'dd/MMM/yyyy:HH:mm:ss'),
      { minLength: 2, maxLength: 3 },
    ),
    weight: 1,
  },
)

export const comparisons: readonly Comparison[] = [
  {
    name: 'date',
    runs: 200,
    pipelines: ofProcessor(
      'date',
      makeOptions(
        { field: fc.constantFrom('a', 'a', 'a', 'b', 'a.b'), formats },
        {
          target_field: fc.constantFrom('t', 't.u', 'a'),
          timezone: fc.constantFrom('Europe/Berlin', 'UTC', '+05:30', 'America/New_York', '{{b}}'),
          output_format: fc.constantFrom(
            'yyyy-MM-dd HH:mm:ss',
            "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
            'EEE, d MMM uuuu hh:mm a Z',
            'D yy M H K k n X x O',
          ),
        },
      ),
    ),
    documents: documentWith(time),
    deviations: [
      {
        row: 'date: years beyond 275760',
        isExpected: ({ document, ours, theirs }) => {
          const { a } = JSON.parse(document) as { a?: unknown }
          return ours.kind === 'failed' && theirs.kind === 'document' && Math.abs(Number(a)) > 8_640_000_000_000
        },
      },
    ],
  },
]
