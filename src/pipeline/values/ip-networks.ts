// The networks that `network_direction` knows by name.
import { type IpBytes, type IpRange, parseCidr } from './ip-address.ts'

const isPrivate = anyOf('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8')
const isLoopback = anyOf('127.0.0.0/8', '::1/128')
const isUnspecified = anyOf('0.0.0.0/32', '::/128')
const isBroadcast = anyOf('255.255.255.255/32')
const isLinkLocal = anyOf('169.254.0.0/16', 'fe80::/10')
const isMulticast = anyOf('224.0.0.0/4', 'ff00::/8')
const isLinkLocalMulticast = anyOf('224.0.0.0/24')

const named: ReadonlyMap<string, IpRange> = new Map([
  ['loopback', isLoopback],
  ['unicast', isUnicast],
  ['global_unicast', isUnicast],
  ['link_local_unicast', isLinkLocal],
  ['interface_local_multicast', (address: IpBytes) => hasScope(address, 1)],
  ['link_local_multicast', (address: IpBytes) => isLinkLocalMulticast(address) || hasScope(address, 2)],
  ['multicast', isMulticast],
  ['unspecified', isUnspecified],
  ['private', isPrivate],
  ['public', isPublic],
])

/** A network by its name, or a range in CIDR notation. Undefined if it is neither. */
export function parseNetwork(text: string): IpRange | undefined {
  return named.get(text) ?? parseCidr(text)
}

function isUnicast(address: IpBytes): boolean {
  return ![isBroadcast, isUnspecified, isLoopback, isMulticast, isLinkLocal].some(isIn => isIn(address))
}

function isPublic(address: IpBytes): boolean {
  const isLocal = [isPrivate, isLoopback, isUnspecified, isLinkLocal, isLinkLocalMulticast, isBroadcast]
  return !isLocal.some(isIn => isIn(address)) && !hasScope(address, 1) && !hasScope(address, 2)
}

/** The scope of an IPv6 multicast address is the low half of its second byte. */
function hasScope(address: IpBytes, scope: number): boolean {
  return address.length === 16 && address[0] === 0xff && ((address[1] ?? 0) & 0x0f) === scope
}

function anyOf(...ranges: readonly string[]): IpRange {
  const parsed = ranges.flatMap(range => parseCidr(range) ?? [])
  return address => parsed.some(isIn => isIn(address))
}
