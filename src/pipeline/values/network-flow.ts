// Community ID: one name for both directions of a network flow. https://github.com/corelight/community-id-spec
import { createHash } from 'node:crypto'
import type { IpBytes } from './ip-address.ts'

export interface NetworkFlow {
  readonly source: IpBytes
  readonly destination: IpBytes
  /** IANA's number of the protocol, from 0 to 254. */
  readonly protocol: number
  /** For ICMP its type and code; not used for protocols without ports. */
  readonly ports: readonly [source: number, destination: number]
}

const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['igmp', 2],
  ['tcp', 6],
  ['udp', 17],
  ['gre', 47],
  ['ipv6-icmp', 58],
  ['icmpv6', 58],
  ['eigrp', 88],
  ['ospf', 89],
  ['pim', 103],
  ['sctp', 132],
])

const ICMP = 1
const ICMP_V6 = 58
const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 132])

/** The types that are answers to each other. */
const ICMP_PAIRS = pairs([8, 0], [13, 14], [15, 16], [10, 9], [17, 18])
const ICMP_V6_PAIRS = pairs([128, 129], [133, 134], [135, 136], [130, 131], [139, 140], [144, 145])
/** Elasticsearch has this pair in one direction only. */
ICMP_PAIRS.delete(16)
ICMP_V6_PAIRS.delete(131)

export function numberOfTransport(name: string): number | undefined {
  return NUMBERS.get(name.toLowerCase())
}

export function hasPorts(protocol: number): boolean {
  return WITH_PORTS.has(protocol)
}

export function isIcmp(protocol: number): boolean {
  return protocol === ICMP || protocol === ICMP_V6
}

/** Such as `1:LQU9qZlK+B5F3KDmev6m5PMibrg=`. */
export function communityId(flow: NetworkFlow, seed: number): string {
  const hash = createHash('sha1').update(uint16(seed)).update(bytesOf(flow)).digest('base64')
  return `1:${hash}`
}

function bytesOf(flow: NetworkFlow): Buffer {
  const { source, destination, protocol } = flow
  const ends = isIcmp(protocol) ? icmpEnds(flow) : { ports: flow.ports, isOneWay: false }
  const [from, to] = ends.ports
  const isOrdered = ends.isOneWay || isBefore(source, destination, from < to)
  const addresses = isOrdered ? [source, destination] : [destination, source]
  const ports = isOrdered ? [from, to] : [to, from]
  const withPorts = hasPorts(protocol) || isIcmp(protocol)
  return Buffer.concat([...addresses, Buffer.of(protocol, 0), ...(withPorts ? ports.map(uint16) : [])])
}

/** The type takes the place of the source's port; the type of the answer, or the code, that of the other. */
function icmpEnds({ protocol, ports: [type, code] }: NetworkFlow): {
  readonly ports: readonly [number, number]
  readonly isOneWay: boolean
} {
  const answer = (protocol === ICMP_V6 ? ICMP_V6_PAIRS : ICMP_PAIRS).get(type)
  return { ports: [type, answer ?? code], isOneWay: answer === undefined }
}

/** By the numbers that the addresses are; if they are equal, as `isBeforeByPort` says. */
function isBefore(one: IpBytes, other: IpBytes, isBeforeByPort: boolean): boolean {
  const order = Buffer.compare(padded(one), padded(other))
  return order < 0 || (order === 0 && isBeforeByPort)
}

function padded(address: IpBytes): Buffer {
  return Buffer.concat([Buffer.alloc(16 - address.length), address])
}

function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff)
}

function pairs(...known: readonly (readonly [number, number])[]): Map<number, number> {
  return new Map(
    known.flatMap(([one, other]) => [
      [one, other],
      [other, one],
    ]),
  )
}
