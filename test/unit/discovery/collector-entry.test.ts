import test from 'ava'
import { type CollectorEntry, encodeEntry, readEntry } from '../../../src/discovery/collector-entry.ts'

const entry: CollectorEntry = {
  host: 'c1.example.org',
  port: 5044,
  zone: 'eu-1',
  weight: 2.5,
  version: '0.1.0',
  serial: '0A1B',
  sinceMs: Date.UTC(2026, 0, 31, 12),
}

test("a collector's entry is read as it was written", t => {
  t.deepEqual(readEntry(Buffer.from(encodeEntry(entry))), entry)
  const { zone: _zone, serial: _serial, ...least } = entry
  t.deepEqual(readEntry(Buffer.from(encodeEntry(least))), least)
  const six = { ...entry, host: '2001:db8::1' }
  t.deepEqual(readEntry(Buffer.from(encodeEntry(six))), six)
})

test("a collector's entry is JSON with readable fields", t => {
  t.is(
    encodeEntry(entry),
    '{"address":"c1.example.org:5044","zone":"eu-1","weight":2.5,"version":"0.1.0","serial":"0A1B","since":"2026-01-31T12:00:00.000Z"}',
  )
})

test("fields of a later version in a collector's entry are ignored, and the weight may be missing", t => {
  const text = '{"address":"c1:5044","version":"9","since":"2026-01-31","colour":"green"}'
  t.like(readEntry(Buffer.from(text)), { host: 'c1', port: 5044, weight: 1, version: '9' })
})

const garbage = test.macro({
  exec(t, change: object | string, expected: RegExp) {
    const text =
      typeof change === 'string' ? change : JSON.stringify({ ...(JSON.parse(encodeEntry(entry)) as object), ...change })
    const read = readEntry(Buffer.from(text, 'latin1'))
    if (!('fault' in read)) return t.fail(JSON.stringify(read))
    t.regex(read.fault, expected)
    t.true(read.fault.length < 300)
  },
  title: (given = '') => `${given} is refused`,
})

test('an entry that is empty', garbage, '', /it is not JSON/)
test('an entry that is cut off', garbage, '{"address":"c1', /it is not JSON/)
test('an entry of arbitrary bytes', garbage, '\xff\xfe\x00', /it is not JSON/)
test('an entry that is a list', garbage, '[1]', /it is not a JSON object/)
test('an entry that is null', garbage, 'null', /it is not a JSON object/)
test('an entry of 1 MB', garbage, 'x'.repeat(1024 * 1024), /1048576 bytes; an entry has at most 8192/)
test('an entry without an address', garbage, { address: undefined }, /"address" is missing; expected "host:port"/)
test('an entry with a number as address', garbage, { address: 5044 }, /"address" is 5044/)
test('an entry without a port', garbage, { address: 'c1' }, /"address" is "c1"/)
test('an entry with port 0', garbage, { address: 'c1:0' }, /"address"/)
test('an entry with port 70000', garbage, { address: 'c1:70000' }, /"address"/)
test('an entry with a URL as address', garbage, { address: 'https://c1:5044' }, /"address"/)
test('an entry with a path as address', garbage, { address: '../../etc:1' }, /"address"/)
test('an entry with a long address', garbage, { address: `${'a'.repeat(4000)}:1` }, /"address" is "a{59}…/)
test('an entry with a weight of 0', garbage, { weight: 0 }, /"weight" is 0; expected a number above 0/)
test('an entry with a negative weight', garbage, { weight: -1 }, /"weight"/)
test('an entry with a huge weight', garbage, { weight: 1e9 }, /"weight"/)
test('an entry with a text as weight', garbage, { weight: '1' }, /"weight" is "1"/)
test('an entry with a number as zone', garbage, { zone: 1 }, /"zone" is 1/)
test('an entry with a long zone', garbage, { zone: 'z'.repeat(256) }, /"zone"/)
test('an entry without a version', garbage, { version: undefined }, /"version" is missing/)
test(
  'an entry with a serial that is not hexadecimal',
  garbage,
  { serial: 'xyz' },
  /"serial" is "xyz"; expected hexadecimal digits/,
)
test('an entry without a time', garbage, { since: undefined }, /"since" is missing/)
test('an entry with a word as time', garbage, { since: 'yesterday' }, /"since" is "yesterday"/)
