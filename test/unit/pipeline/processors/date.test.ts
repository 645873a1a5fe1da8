import test from 'ava'
import { date } from '../../../../src/pipeline/processors/date.ts'
import type { Fields } from '../../../../src/pipeline/document/value.ts'
import { compileProcessor, runStep } from '../../../helpers/pipeline/run-processor.ts'

function nowMs(): number {
  return Date.UTC(2026, 0, 2)
}

function run(formats: string | readonly string[], m: string | number, options: object = {}): unknown {
  const step = compileProcessor(date, { field: 'm', formats, ...options }, { nowMs })
  const { fields, fault } = runStep(step, { m, zone: 'Asia/Tokyo', language: 'de' } satisfies Fields)
  return fault ?? fields['@timestamp']
}

/** A law, a format, a text, the result, and options. */
const rows = [
  ['ISO 8601 may end after each of its parts', 'ISO8601', '2026-01', '2026-01-01T00:00:00.000Z', {}],
  ['ISO 8601 has offsets', 'ISO8601', '2026-01-02T03:04:05,678+0200', '2026-01-02T01:04:05.678Z', {}],
  ['UNIX is seconds', 'UNIX', '1767225600.5', '2026-01-01T00:00:00.500Z', {}],
  ['UNIX_MS is milliseconds', 'UNIX_MS', 1_767_225_600_123, '2026-01-01T00:00:00.123Z', {}],
  ['TAI64N is read', 'TAI64N', '@4000000050d506482dbdf024', '2012-12-22T01:00:46.767Z', {}],
  [
    'the time of an access log is read',
    'dd/MMM/yyyy:HH:mm:ss Z',
    '10/Oct/2025:13:55:36 -0700',
    '2025-10-10T20:55:36.000Z',
    {},
  ],
  ['letters that follow each other are read', 'yyyyMMddHHmmssSSS', '20260102030405678', '2026-01-02T03:04:05.678Z', {}],
  ['a quoted text is read as it is', "yyyy'y'''", "2026y'", '2026-01-01T00:00:00.000Z', {}],
  ['a part in brackets may be missing', 'yyyy-MM-dd[ HH:mm]', '2026-01-02', '2026-01-02T00:00:00.000Z', {}],
  ['a padded number is read', 'yyyy MMM ppd', '2026 Jan  2', '2026-01-02T00:00:00.000Z', {}],
  ['twelve hours have halves', 'yyyy-MM-dd hh:mm a', '2026-01-02 12:04 AM', '2026-01-02T00:04:00.000Z', {}],
  ['a zone has a name', 'yyyy-MM-dd HH:mm VV', '2026-07-02 12:00 Europe/Berlin', '2026-07-02T10:00:00.000Z', {}],
  ['a day beyond its month is the last one', 'yyyy-MM-dd', '2026-02-30', '2026-02-28T00:00:00.000Z', {}],
  [
    'a missing year is the one that is nearest: the last',
    'MMM dd HH:mm:ss',
    'Dec 31 23:59:59',
    '2025-12-31T23:59:59.000Z',
    {},
  ],
  [
    'a missing year is the one that is nearest: this',
    'MMM dd HH:mm:ss',
    'Jan 01 00:00:00',
    '2026-01-01T00:00:00.000Z',
    {},
  ],
  [
    'a time without a zone is in the given one',
    'yyyy-MM-dd',
    '2026-07-01',
    '2026-07-01T00:00:00.000+02:00',
    { timezone: 'Europe/Berlin' },
  ],
  [
    'a time that clocks leave out is later',
    'yyyy-MM-dd HH:mm',
    '2026-03-29 02:30',
    '2026-03-29T03:30:00.000+02:00',
    { timezone: 'Europe/Berlin' },
  ],
  [
    'of a time that clocks show twice, the first counts',
    'yyyy-MM-dd HH:mm',
    '2026-10-25 02:30',
    '2026-10-25T02:30:00.000+02:00',
    { timezone: 'Europe/Berlin' },
  ],
  ['the zone may be a field', 'yyyy-MM-dd', '2026-01-02', '2026-01-02T00:00:00.000+09:00', { timezone: '{{zone}}' }],
  ['names of months are those of a locale', 'd MMMM yyyy', '2 März 2026', '2026-03-02T00:00:00.000Z', { locale: 'de' }],
  ['the locale may be a field', 'd MMMM yyyy', '2 März 2026', '2026-03-02T00:00:00.000Z', { locale: '{{language}}' }],
  [
    'the result may have another format',
    'ISO8601',
    '2026-01-02T03:04:05.678901234Z',
    'Fri 02 Jan 26 678901',
    { output_format: 'EEE dd MMM yy SSSSSS' },
  ],
] as const

const macro = test.macro({
  exec(t, format: string, text: string | number, result: string, options: object) {
    t.is(run(format, text, options), result)
  },
  title: (law = '') => law,
})

for (const [law, format, text, result, options] of rows) test(law, macro, format, text, result, options)

test('the first format that fits counts', t => {
  t.is(run(['UNIX', 'UNIX_MS'], '1000'), '1970-01-01T00:16:40.000Z')
})

test('a text that no format fits is a fault', t => {
  for (const text of ['x', '2026-02-30T00:00:00Z', '2026-01-02T24:00:00Z', ' 2026'])
    t.is(run('ISO8601', text), `unable to parse date [${text}]`)
})

test('a format, a zone or a locale that cannot be used is refused', t => {
  for (const options of [
    { formats: ['yyyy-bb'] },
    { formats: ["yyyy'"] },
    { formats: ['yyyy'], timezone: 'Nowhere/City' },
    { formats: ['yyyy'], locale: 'no such' },
    { formats: ['yyyy'], output_format: 'Q' },
  ])
    t.throws(() => compileProcessor(date, { field: 'm', ...options }), { code: 'OPTION_FAULT' })
})

const hinted = test.macro({
  exec(t, format: string, message: string) {
    t.throws(() => compileProcessor(date, { field: 'm', formats: [format] }), { message })
  },
  title: (_, format: string) => `the format "${format}" is refused with a hint`,
})

test(hinted, 'unix', 'the format [unix] has the letter "i", which is not known: did you mean "UNIX"?')
test(hinted, 'dd/MMM/YYYY', 'the letters [YYYY] of a format cannot be read: a year is "yyyy"')
test(
  hinted,
  '%Y-%b-%d',
  'the format [%Y-%b-%d] has the letter "b", which is not known: formats are those of Java, such as "dd/MMM/yyyy:HH:mm:ss Z"',
)
test(hinted, '', 'No date pattern provided')
