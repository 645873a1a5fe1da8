// The networks that `network_direction` knows by name.
import { ProcessingFault } from '../document/processing-fault.ts'
import { type IpBytes, type IpRange, parseCidr, parseIp } from './ip-address.ts'

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

/** A network by its name, a range in CIDR notation, or one address. Throws a ProcessingFault if it is none of them. */
export function parseNetwork(text: string): IpRange {
  return named.get(text) ?? (text.includes('/') ? parseRange(text) : parseAddress(text))
}

function parseAddress(text: string): IpRange {
  const bytes = addressOf(text)
  return address => Buffer.compare(address, bytes) === 0
}

function parseRange(text: string): IpRange {
  const [prefix = '', digits, ...others] = text.replace(/\/+$/u, '').split('/')
  if (digits === undefined || others.length > 0) throw new ProcessingFault(`Expected [ip/prefix] but was [${text}]`)
  const base = addressOf(prefix)
  if (prefix.includes(':') && base.length === 4)
    throw new ProcessingFault(`CIDR notation is not allowed with IPv6-mapped IPv4 address [${prefix}]`)
  if (!/^[+-]?\d{1,9}$/u.test(digits)) throw new ProcessingFault(`For input string: "${digits}"`)
  const length = Number(digits)
  const range = parseCidr(`${prefix}/${length}`)
  if (range !== undefined) return base.length === 4 ? range : address => range(mapped(address))
  const limits = 'Must be 0-32 for IPv4 ranges, 0-128 for IPv6 ranges'
  throw new ProcessingFault(`Illegal prefix length [${length}] in [${text}]. ${limits}`)
}

function addressOf(text: string): IpBytes {
  const bytes = parseIp(text)
  if (bytes === undefined) throw new ProcessingFault(`'${text}' is not an IP string literal.`)
  return bytes
}

/** As Elasticsearch compares an IPv4 address with a range of IPv6: `::/0` has all of them. */
function mapped(address: IpBytes): IpBytes {
  return address.length === 16 ? address : Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...address)
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
