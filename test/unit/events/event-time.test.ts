import test from 'ava'
import { NOW_MS, RECEIVED as time, documents, readJson } from '../../helpers/events/read-json.ts'

const times = test.macro({
  title: (written = '') =>
    `the time ${written} is one that Elasticsearch refuses: it is replaced by that of receipt, and kept`,
  exec: (t, written: string) => {
    const result = readJson(`{"@timestamp":${written}}`)
    const kept = written.startsWith('"') ? (JSON.parse(written) as string) : written
    t.deepEqual(result, {
      id: 'made',
      timeMs: NOW_MS,
      document: `{${time},"unreadable_timestamp":${JSON.stringify(kept)}}`,
    })
  },
})
for (const written of [
  '"2026-11-28T24:00:00Z"',
  '"2026-02-30T00:00:00Z"',
  '"2026-02-29"',
  '"2026-04-31T10:00"',
  '"2026-13-01"',
  '"2026-01-00"',
  '"2026-01-01T23:60:00Z"',
  '"2026-01-01T23:59:60Z"',
  '"2026-01-01T00:00:00+18:01"',
  '"2026-01-01T00:00:00+19:00"',
  '"2026-01-01T00:00:00-23:59"',
  '"2026-01-01T00:00:00+05:60"',
  '"2026-01-01T00:00:00z"',
  '"2026-01-01T00:00:00.1234567890Z"',
  '""',
  '1.7e12',
  '1e3',
  'true',
  '{"a":1}',
])
  test(written, times, written)

const readTimes: readonly (readonly [written: string, timeMs: number])[] = [
  ['"2024-02-29"', Date.UTC(2024, 1, 29)],
  ['"2026-01-01T00:00:00+18:00"', Date.UTC(2025, 11, 31, 6)],
  ['"2026-01-01T00:00-0530"', Date.UTC(2026, 0, 1, 5, 30)],
  ['"2026-01-01T00:00:00,123456789"', Date.UTC(2026, 0, 1) + 123],
  ['1700000000000', 1_700_000_000_000],
  ['1700000000000.0', 1_700_000_000_000],
  ['-1', -1],
]
for (const [written, timeMs] of readTimes)
  test(`the time ${written} is read`, documents, `{"@timestamp":${written}}`, {
    document: `{"@timestamp":${written}}`,
    timeMs,
  })

test('a time that is null counts as missing', documents, '{"@timestamp":null}', `{${time}}`)
test(
  'a member that is named like the kept text stays as it is',
  documents,
  '{"@timestamp":"soon","unreadable_timestamp":"x"}',
  `{${time},"unreadable_timestamp":"x"}`,
)
