import test from 'ava'
import { placeOf, senderOf } from '../../../src/delivery/sender.ts'

test('a sender is the name in its certificate, or else its address', t => {
  t.is(senderOf('192.0.2.1:5044 (web1)'), 'web1')
  t.is(senderOf('[2001:db8::1]:5044 (web1)'), 'web1')
  t.is(senderOf('192.0.2.1:5044'), '192.0.2.1')
  t.is(senderOf('[::ffff:192.0.2.1]:5044'), '192.0.2.1')
})

test('all addresses that one subscriber of IPv6 has are one sender, with a member for each', t => {
  const peers = ['[2001:db8:1:2::1]:5044', '[2001:db8:1:2:ffff::9]:6000']
  t.deepEqual(peers.map(senderOf), ['2001:db8:1:2::/64', '2001:db8:1:2::/64'])
  t.is(new Set(peers.map(peer => placeOf({ peer, agent: undefined }).member)).size, 2)
  t.is(senderOf('[2001:db8:1:3::1]:5044'), '2001:db8:1:3::/64')
})
