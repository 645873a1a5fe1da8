import test from 'ava'
import fc from 'fast-check'
import { formatAddress } from '../../../../src/flow/host-port.ts'
import { parseConfiguredAddress } from '../../../../src/config/values/configured-address.ts'
import { formatDuration, parseDuration } from '../../../../src/config/values/duration.ts'
import { findNearest } from '../../../../src/flow/nearest-word.ts'
import { formatSize, parseSizeBytes } from '../../../../src/config/values/size.ts'

const means = <Value>(parse: (text: string) => Value) =>
  test.macro<[string, Value]>({
    exec: (t, text, expected) => t.deepEqual(parse(text), expected),
    title: (_, text, expected) => `${parse.name} reads "${text}" as ${JSON.stringify(expected) ?? 'invalid'}`,
  })

const duration = means(parseDuration)
test(duration, '24h', 86_400_000)
test(duration, '1h30m', 5_400_000)
test(duration, '500ms', 500)
test(duration, '1.5s', 1500)
test(duration, '+2m', 120_000)
test(duration, '7d', 604_800_000)
test(duration, '1500us', 2)
test(duration, '0', 0)
test(duration, '15', undefined)
test(duration, '-1s', undefined)
test(duration, '1h 30m', undefined)
test(duration, '', undefined)
test(duration, 's', undefined)
test(duration, '1hour', undefined)

const size = means(parseSizeBytes)
test(size, '64KiB', 65_536)
test(size, '10 MiB', 10_485_760)
test(size, '1.5kB', 1500)
test(size, '512B', 512)
test(size, '1gib', 1_073_741_824)
test(size, '10', undefined)
test(size, '10M', undefined)
test(size, '-1B', undefined)

const address = means(parseConfiguredAddress)
test(address, 'logs:5043', { host: 'logs', port: 5043 })
test(address, 'logs', { host: 'logs', port: 5044 })
test(address, 'my_host.example.com.:1', { host: 'my_host.example.com.', port: 1 })
test(address, '10.0.0.1:5043', { host: '10.0.0.1', port: 5043 })
test(address, '::1:5043', { host: '::1', port: 5043 })
test(address, '[::1]:5043', { host: '::1', port: 5043 })
test(address, '[::1]', { host: '::1', port: 5044 })
test(address, '::1', { host: '::1', port: 5044 })
test(address, 'fe80::1', { host: 'fe80::1', port: 5044 })
test(address, '2001:db8::1:5043', { host: '2001:db8::1', port: 5043 })
test(address, '1:2:3:4:5:6:7:8:5043', { host: '1:2:3:4:5:6:7:8', port: 5043 })

test('a formatted address, duration or size is read as the same value', t => {
  const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain())
  fc.assert(
    fc.property(host, fc.integer({ min: 0, max: 65_535 }), (name, port) => {
      t.deepEqual(parseConfiguredAddress(formatAddress({ host: name, port })), { host: name, port })
    }),
  )
  fc.assert(fc.property(fc.nat(1e12), milliseconds => t.is(parseDuration(formatDuration(milliseconds)), milliseconds)))
  fc.assert(fc.property(fc.nat(1e12), bytes => t.is(parseSizeBytes(formatSize(bytes)), bytes)))
})

const nearest = test.macro((t, written: string, expected: string | undefined) => {
  const known = ['servers', 'ssl certificate', 'ssl key', 'ssl ca', 'timeout', 'dead time', 'maxLineBytes']
  t.is(findNearest(written, known), expected)
})
test('the key "ssl cert" resembles "ssl certificate"', nearest, 'ssl cert', 'ssl certificate')
test('a word with a missing letter resembles its correct spelling', nearest, 'timeot', 'timeout')
test('a word with two swapped letters resembles its correct spelling', nearest, 'sevrers', 'servers')
test('a key with underscores and capitals resembles the key with spaces', nearest, 'DEAD_TIME', 'dead time')
test('a key with hyphens resembles the key with capitals', nearest, 'max-line-bytes', 'maxLineBytes')
test('an unrelated word resembles no key', nearest, 'zebra', undefined)
test('a very long word resembles no key, and is compared quickly', nearest, 'x'.repeat(1e6), undefined)
