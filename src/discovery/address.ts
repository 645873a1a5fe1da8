import { isIP, isIPv6 } from 'node:net'

export interface HostAndPort {
  /** A name or an IP address; IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

const NAME = /^(?=.{1,253}\.?$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?)+$/
const BRACKETED = /^\[(?<host>[^\]]*)\](?::(?<port>\d{1,5}))?$/
const PLAIN = /^(?<host>[^:]*)(?::(?<port>\d{1,5}))?$/

/** `name`, `name:port`, `1.2.3.4:port`, `[::1]:port`, or a bare `::1`; undefined for anything else. */
export function readHostAndPort(text: string, defaultPort: number): HostAndPort | undefined {
  if (isIPv6(text)) return isHost(text) ? { host: text, port: defaultPort } : undefined
  const groups = (BRACKETED.exec(text) ?? PLAIN.exec(text))?.groups
  const host = groups?.['host'] ?? ''
  const port = groups?.['port'] === undefined ? defaultPort : Number(groups['port'])
  return isHost(host) && port > 0 && port <= 65_535 ? { host, port } : undefined
}

export function formatAddress({ host, port }: HostAndPort): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
}

export function isHost(text: string): boolean {
  if (isIP(text) !== 0) return !text.includes('%')
  return NAME.test(text) && !/^[\d.]+$/.test(text)
}
