import test from 'ava'
import { formatAddress } from '../../../src/flow/host-port.ts'
import { readPublishedAddress } from '../../../src/discovery/parse-published-address.ts'

const row = test.macro<[string, readonly [string, number] | undefined]>({
  exec(t, text, expected) {
    const read = readPublishedAddress(text, 10_101)
    t.deepEqual(read, expected && { host: expected[0], port: expected[1] })
    if (read !== undefined) t.deepEqual(readPublishedAddress(formatAddress(read), 1), read)
  },
  title: (_, text, expected) =>
    `the published address ${JSON.stringify(text.slice(0, 40))} is ${expected === undefined ? 'refused' : `read as ${expected.join(' port ')}`}`,
})

test(row, '10.0.0.1', ['10.0.0.1', 10_101])
test(row, '10.0.0.1:5044', ['10.0.0.1', 5044])
test(row, 'logs.example.org', ['logs.example.org', 10_101])
test(row, 'logs.example.org.:1', ['logs.example.org.', 1])
test(row, 'my_host', ['my_host', 10_101])
test(row, '::1', ['::1', 10_101])
test(row, '[::1]', ['::1', 10_101])
test(row, '[2001:db8::1]:65535', ['2001:db8::1', 65_535])
test(row, '', undefined)
test(row, ':5044', undefined)
test(row, 'host:', undefined)
test(row, 'host:0', undefined)
test(row, 'host:65536', undefined)
test(row, 'host:x', undefined)
test(row, 'a b', undefined)
test(row, '10.0.0.256', undefined)
test(row, '1234', undefined)
test(row, 'http://host', undefined)
test(row, '[host]:1x', undefined)
test(row, 'fe80::1%eth0', undefined)
test(row, 'x'.repeat(300), undefined)
test(row, '-bad-', undefined)
