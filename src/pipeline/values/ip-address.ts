import { isIP } from 'node:net'

/** 4 or 16 bytes in network order. An IPv4 address that is written as an IPv6 one has 4, as in Java. */
export type IpBytes = Uint8Array

/** Undefined if it is not an address, or one with a zone (`fe80::1%eth0`). */
export function parseIp(text: string): IpBytes | undefined {
  const version = text.includes('%') ? 0 : isIP(text)
  if (version === 0) return undefined
  return version === 4 ? Uint8Array.from(text.split('.'), Number) : unmapped(parseIpv6(text))
}

/** An address range such as `10.0.0.0/8`: true if the address is in it. IPv4 addresses are in no range of IPv6. */
export type IpRange = (address: IpBytes) => boolean

/** Undefined if it is not a range in CIDR notation. */
export function parseCidr(text: string): IpRange | undefined {
  const [, prefix = '', digits = ''] = /^([^/]*)\/(\d{1,3})$/u.exec(text) ?? []
  const base = parseIp(prefix)
  const length = Number(digits)
  if (base === undefined || length > base.length * 8) return undefined
  return address => address.length === base.length && sharesBits(address, base, length)
}

/** The canonical text of RFC 5952: small letters, and `::` for the longest run of zeros. */
export function formatIp(bytes: IpBytes): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0))
  const { start, length } = longestZeros(groups)
  const texts = groups.map(group => group.toString(16))
  if (length < 2) return texts.join(':')
  return `${texts.slice(0, start).join(':')}::${texts.slice(start + length).join(':')}`
}

/** The first one of those that are as long. */
function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    const end = groups.findIndex((group, i) => i >= start && group !== 0)
    const length = (end === -1 ? groups.length : end) - start
    if (length > longest.length) longest = { start, length }
  }
  return longest
}

function sharesBits(one: IpBytes, other: IpBytes, length: number): boolean {
  for (let i = 0; i * 8 < length; i++) {
    const mask = 0xff & (0xff00 >> Math.min(8, length - i * 8))
    if ((((one[i] ?? 0) ^ (other[i] ?? 0)) & mask) !== 0) return false
  }
  return true
}

function parseIpv6(text: string): IpBytes {
  const [head = '', tail] = text.split('::')
  const before = bytesOf(head)
  const after = bytesOf(tail ?? '')
  const bytes = new Uint8Array(16)
  bytes.set(before)
  bytes.set(after, 16 - after.length)
  return bytes
}

/** Groups between colons; the last one may be an IPv4 address. */
function bytesOf(groups: string): readonly number[] {
  return groups.split(':').flatMap(group => {
    if (group === '') return []
    if (group.includes('.')) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

/** `::ffff:1.2.3.4` is 1.2.3.4. */
function unmapped(bytes: IpBytes): IpBytes {
  const isMapped = bytes.subarray(0, 10).every(byte => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  return isMapped ? bytes.slice(12) : bytes
}
