import test from 'ava'
import { OptionFault } from '../../../../src/pipeline/processor/option-fault.ts'
import { network_direction } from '../../../../src/pipeline/processors/network_direction.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

function run(ips: readonly [unknown, unknown], options: Readonly<Record<string, unknown>>) {
  const [from, to] = ips as readonly [string, string]
  return runProcessor(network_direction, options, {
    source: { ip: from },
    destination: { ip: to },
    own: ['10.0.0.0/8'],
  })
}

const isDirection = test.macro({
  exec(t, networks: string, ips: readonly [string, string], direction: string) {
    const { fields, fault } = run(ips, { internal_networks: networks.split(' ') })
    t.is(fault, undefined)
    t.deepEqual(fields['network'], { direction })
  },
  title: (_, networks: string, ips: readonly [string, string], direction: string) =>
    `traffic from ${ips.join(' to ')} is ${direction} if ${networks} is internal`,
})

test(isDirection, 'private', ['10.0.1.1', '192.168.1.2'], 'internal')
test(isDirection, 'private', ['10.0.1.1', '8.8.8.8'], 'outbound')
test(isDirection, 'private', ['8.8.8.8', '172.16.4.1'], 'inbound')
test(isDirection, 'private', ['8.8.8.8', '172.32.4.1'], 'external')
test(isDirection, 'private', ['fd12::1', '2001:db8::1'], 'outbound')
test(isDirection, '10.0.0.0/9', ['10.127.255.255', '10.128.0.0'], 'outbound')
test(isDirection, '2001:db8::/33', ['2001:db8:7fff::1', '2001:db8:8000::1'], 'outbound')
test(isDirection, '10.0.0.0/8', ['::ffff:10.1.1.1', '::1'], 'outbound')
test(isDirection, '10.1.1.1', ['10.1.1.1', '10.1.1.2'], 'outbound')
test(isDirection, '::1', ['0:0:0::1', '127.0.0.1'], 'outbound')
test(isDirection, '::/0', ['10.1.1.1', '2001:db8::1'], 'internal')
test(isDirection, '::/1', ['10.1.1.1', '8000::1'], 'outbound')
test(isDirection, '0.0.0.0/0', ['10.1.1.1', '2001:db8::1'], 'outbound')
test(isDirection, 'private', ['192.168.1.1', 'fd12:3456:789a:1::1'], 'internal')
test(isDirection, 'public', ['192.168.1.1', 'fd12:3456:789a:1::1'], 'external')
test(isDirection, 'unspecified', ['::', '0.0.0.0'], 'internal')
test(isDirection, 'loopback', ['127.0.0.1', '::1'], 'internal')
test(isDirection, 'unspecified loopback', ['0.0.0.0', '::'], 'internal')
test(isDirection, 'multicast', ['224.0.0.1', 'ff02::1'], 'internal')
test(isDirection, 'link_local_multicast', ['ff02::1', 'ff05::1'], 'outbound')
test(isDirection, 'interface_local_multicast', ['ff01::1', 'ff02::1'], 'outbound')
test(isDirection, 'link_local_unicast', ['fe80::1', '169.254.1.1'], 'internal')
test(isDirection, 'unicast', ['1.1.1.1', '255.255.255.255'], 'outbound')
test(isDirection, 'public', ['1.1.1.1', '10.1.1.1'], 'outbound')

test('the internal networks may be those of a field', t => {
  const { fields } = run(['10.1.1.1', '1.1.1.1'], { internal_networks_field: 'own', target_field: 'direction' })
  t.is(fields['direction'], 'outbound')
})

test('an event without an address passes unchanged, unless that is a fault', t => {
  const options = { internal_networks: ['private'], source_ip: 'a' }
  t.is(run(['1.1.1.1', '1.1.1.1'], options).fields['network'], undefined)
  const strict = { ...options, ignore_missing: false }
  t.is(run(['1.1.1.1', '1.1.1.1'], strict).fault, 'field [a] not present as part of path [a]')
})

test('a text that is not an address or a network is a fault', t => {
  t.is(run(['host', '1.1.1.1'], { internal_networks: ['private'] }).fault, "'host' is not an IP string literal.")
  t.is(run([7, '1.1.1.1'], { internal_networks: ['private'] }).fault?.includes('java.lang.Integer'), true)
})

/** The messages are Elasticsearch's. */
const REFUSED_NETWORKS: readonly (readonly [network: string, message: string])[] = [
  ['home', "'home' is not an IP string literal."],
  ['10.0.0.0/', 'Expected [ip/prefix] but was [10.0.0.0/]'],
  ['10.0.0.0/8/9', 'Expected [ip/prefix] but was [10.0.0.0/8/9]'],
  ['10.0.0.0/x', 'For input string: "x"'],
  ['10.0.0.0/33', 'Illegal prefix length [33] in [10.0.0.0/33]. Must be 0-32 for IPv4 ranges, 0-128 for IPv6 ranges'],
  ['::ffff:10.0.0.0/8', 'CIDR notation is not allowed with IPv6-mapped IPv4 address [::ffff:10.0.0.0]'],
]

test('a network that is not one is refused, and a fault where an event has it', t => {
  for (const [network, message] of REFUSED_NETWORKS) {
    t.throws(() => run(['1.1.1.1', '1.1.1.1'], { internal_networks: ['private', network] }), {
      instanceOf: OptionFault,
      message,
    })
    const fields = { source: { ip: '1.1.1.1' }, destination: { ip: '1.1.1.1' }, own: [network] }
    t.is(runProcessor(network_direction, { internal_networks_field: 'own' }, fields).fault, message)
  }
})

test('null for an address or for the networks is a missing one', t => {
  const message = 'unable to calculate network direction from document'
  const strict = { internal_networks: ['private'], ignore_missing: false }
  t.is(run([null, '1.1.1.1'], strict).fault, message)
  t.is(run(['1.1.1.1', null], strict).fault, message)
  const fields = { source: { ip: '1.1.1.1' }, destination: { ip: '1.1.1.1' }, own: null }
  const ofField = { internal_networks_field: 'own', ignore_missing: false }
  t.is(runProcessor(network_direction, ofField, fields).fault, message)
  t.is(runProcessor(network_direction, { internal_networks_field: 'own' }, fields).fault, undefined)
})

test('either the networks or the field with them are needed', t => {
  t.throws(() => run(['1.1.1.1', '1.1.1.1'], {}), { message: /must be specified/u })
  const both = { internal_networks: ['private'], internal_networks_field: 'own' }
  t.throws(() => run(['1.1.1.1', '1.1.1.1'], both), { message: /cannot both be used/u })
})

test('an internal network may be a template', t => {
  const { fields } = run(['10.1.1.1', '1.1.1.1'], { internal_networks: ['{{own.0}}'], target_field: 'direction' })
  t.is(fields['direction'], 'outbound')
})
