import { BlockList, isIPv6 } from 'node:net'
import test from 'ava'
import fc from 'fast-check'
import { formatIp, parseCidr, parseIp } from '../../../../src/pipeline/values/ip-address.ts'

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6().filter(text => !/^(?:0*:)*:?ffff:/iu.test(text) && !text.includes('.')),
)

test('an address is in the ranges in which Node finds it', t => {
  fc.assert(
    fc.property(address, address, fc.integer({ min: 0, max: 128 }), (one, other, bits) => {
      const family = isIPv6(one) ? 'ipv6' : 'ipv4'
      fc.pre(isIPv6(other) === isIPv6(one))
      const prefix = family === 'ipv6' ? bits : bits % 33
      const list = new BlockList()
      list.addSubnet(one, prefix, family)
      t.is(parseCidr(`${one}/${prefix}`)?.(parseIp(other) ?? new Uint8Array()), list.check(other, family))
    }),
  )
})

test('a text that is not an address or a range is undefined', t => {
  t.is(parseIp('1.2.3'), undefined)
  t.is(parseIp('01.2.3.4'), undefined)
  t.is(parseIp('fe80::1%eth0'), undefined)
  t.is(parseCidr('10.0.0.0'), undefined)
  t.is(parseCidr('10.0.0.0/33'), undefined)
})

test('an IPv4 address that is written as an IPv6 one has four bytes', t => {
  t.deepEqual(parseIp('::ffff:1.2.3.4'), Uint8Array.of(1, 2, 3, 4))
  t.deepEqual(parseIp('::FFFF:0102:0304'), Uint8Array.of(1, 2, 3, 4))
})

const canonical = test.macro({
  exec(t, text: string, expected: string) {
    t.is(formatIp(parseIp(text) ?? new Uint8Array()), expected)
  },
  title: (_, text: string, expected: string) => `the canonical text of ${text} is ${expected}`,
})

test(canonical, '2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1')
test(canonical, '2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1')
test(canonical, '0:0:0:0:0:0:0:0', '::')
test(canonical, '1:0:0:0:0:0:0:0', '1::')
test(canonical, '0:0:0:0:0:0:0:1', '::1')
test(canonical, '1:0:0:2:0:0:0:3', '1:0:0:2::3')
test(canonical, '::81.2.69.142', '::5102:458e')
test(canonical, '::ffff:81.2.69.142', '81.2.69.142')
