import test from 'ava'
import { formatAddress, formatHost, isHost, splitPort } from '../../../src/flow/host-port.ts'

const split = test.macro({
  exec(t, text: string, ...[host, port]: readonly [host: string, port: string | undefined]) {
    t.deepEqual(splitPort(text), { host, port })
  },
  title: (_, text: string, ...[host, port]: readonly [host: string, port: string | undefined]) =>
    `"${text}" is split into the host "${host}" and ${port === undefined ? 'no port' : `the port "${port}"`}`,
})

test(split, 'logs.example.org:5044', 'logs.example.org', '5044')
test(split, 'logs.example.org', 'logs.example.org', undefined)
test(split, '[::1]:5044', '::1', '5044')
test(split, '[::1]', '::1', undefined)
test(split, '::1', '::1', undefined)
test(split, '::1:5044', '::1', '5044')
test(split, 'host:', 'host', '')
test(split, ':5044', '', '5044')

test('names and addresses are hosts; numbers, zones and bad names are not', t => {
  for (const host of ['a', 'a.b', 'my_host', 'a.', '10.0.0.1', '::1']) t.true(isHost(host), host)
  for (const text of ['', '1234', '10.0.0.256', 'a b', '-a', 'fe80::1%eth0', 'x'.repeat(300)])
    t.false(isHost(text), text)
})

test('an IPv6 address is written in brackets before its port', t => {
  t.is(formatAddress({ host: '::1', port: 1 }), '[::1]:1')
  t.is(formatAddress({ host: 'a', port: 1 }), 'a:1')
  t.is(formatHost('::1'), '[::1]')
})
