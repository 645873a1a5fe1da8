// Dates in texts that a format mostly reads: hardly any text of the other comparison is read by any format.
import fc, { type Arbitrary } from 'fast-check'
import type { Comparison, Difference } from '../../../helpers/pipeline/differential/comparison.ts'

const zoneNames = fc.constantFrom(
  'Z',
  'UTC',
  'GMT',
  'UT',
  'GMT0',
  'GMT+1',
  'GMT+01',
  'GMT+01:00',
  'UTC-07:30',
  'UT+01:00',
  '+01:00',
  '-00:30',
  '+0100',
  '+19:00',
  'CET',
  'CEST',
  'EST',
  'EDT',
  'PST',
  'MST',
  'HST',
  'JST',
  'IST',
  'MSK',
  'NZDT',
  'EST5EDT',
  'Europe/Berlin',
  'America/New_York',
  'ROC',
)
const offsets = fc.constantFrom('Z', '+00:00', '+01:00', '-07:30', '+0100', '-0730', '+05', '+18:00')
const two = (max: number): Arbitrary<string> => fc.integer({ min: 0, max }).map(value => String(value).padStart(2, '0'))
const dayAndTime = fc
  .tuple(fc.integer({ min: 1970, max: 2100 }), two(12), two(31), two(23), two(59), two(60))
  .map(([y, m, d, ...clock]) => `${y}-${m}-${d} ${clock.join(':')}`)

const pairs: Arbitrary<readonly [format: string, text: string]> = fc.oneof(
  fc
    .tuple(dayAndTime, zoneNames, fc.constantFrom('VV', 'z', 'v'))
    .map(([day, name, letters]) => [`yyyy-MM-dd HH:mm:ss ${letters}`, `${day} ${name}`] as const),
  fc
    .tuple(dayAndTime, offsets, fc.constantFrom('X', 'XX', 'XXX', 'x', 'xxx', 'Z', 'ZZZZZ'))
    .map(([day, offset, letters]) => [`yyyy-MM-dd HH:mm:ss${letters}`, `${day}${offset}`] as const),
  fc.tuple(dayAndTime, two(999)).map(([day, millis]) => ['yyyy-MM-dd HH:mm:ss.SSS', `${day}.${millis}`] as const),
  fc
    .tuple(two(31), fc.constantFrom('Jan', 'Feb', 'May', 'Sep', 'Dec'), two(23), offsets)
    .map(([d, m, h, offset]) => ['dd/MMM/yyyy:HH:mm:ss Z', `${d}/${m}/2026:${h}:30:00 ${offset}`] as const),
  fc
    .tuple(fc.integer({ min: -3e10, max: 3e11 }), fc.constantFrom('UNIX', 'UNIX_MS'))
    .map(([value, format]) => [format, String(value)] as const),
  fc
    .tuple(dayAndTime, fc.constantFrom('', 'Z', '+01:00', '-0730', '+02'))
    .map(([day, offset]) => ['ISO8601', day.replace(' ', 'T') + offset] as const),
)

/** With a zone of its own, Elasticsearch passes by the offset that a text has. */
function isOffsetIgnored({ pipeline, ours, theirs }: Difference): boolean {
  const { date: options, set } = Object.assign({}, ...pipeline.processors) as {
    readonly date: object
    readonly set: object
  }
  const { timezone, formats } = options as { readonly timezone?: string; readonly formats: readonly string[] }
  const isRead = ours.kind === 'document' && theirs.kind === 'document'
  return (
    isRead &&
    timezone !== undefined &&
    /[XxZ]/u.test(formats[0] ?? '') &&
    /(?:Z|[+-]\d\d:?\d*)"/u.test(JSON.stringify(set))
  )
}

/** Java takes one of the places that have the name, whose clocks may change on other days. */
function hasShortName({ pipeline, ours, theirs }: Difference): boolean {
  const isRead = ours.kind === 'document' && theirs.kind === 'document'
  return isRead && / [A-Z]{3,4}"/u.test(JSON.stringify(pipeline.processors[0]))
}

export const comparisons: readonly Comparison[] = [
  {
    name: 'date: texts of the format',
    runs: 100,
    pipelines: pairs.chain(([format, text]) =>
      fc
        .option(fc.constantFrom('Europe/Berlin', 'UTC', '+05:30', 'America/New_York'), { nil: undefined })
        .map(timezone => ({
          processors: [
            { set: { field: 'a', value: text } },
            { date: { field: 'a', formats: [format], ...(timezone !== undefined && { timezone }) } },
          ],
        })),
    ),
    documents: fc.constant({}),
    deviations: [
      { row: 'date: an offset in the text beside `timezone`', isExpected: isOffsetIgnored },
      { row: 'date: short names of zones', isExpected: hasShortName },
    ],
  },
]
