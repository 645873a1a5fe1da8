import { isIP, isIPv6 } from 'node:net'

export interface HostAndPort {
  /** A name or an IP address; IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

const NAME = /^(?=.{1,253}\.?$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?)+$/u

export function isHost(text: string): boolean {
  if (isIP(text) !== 0) return !text.includes('%')
  return NAME.test(text) && !/^[\d.]+$/u.test(text)
}

export function formatAddress({ host, port }: HostAndPort): string {
  return `${formatHost(host)}:${port}`
}

export function formatHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host
}

/**
 * Splits at the port: `[::1]:5044`, `host:5044`, logstash-forwarder's `::1:5044`. Without a port, `port` is undefined;
 * `::1` alone is a host, because the text before its last colon is not an address.
 */
export function splitPort(text: string): { readonly host: string; readonly port: string | undefined } {
  const bracketed = /^\[(?<host>[^\]]*)\](?::(?<port>.*))?$/u.exec(text)?.groups
  if (bracketed !== undefined) return { host: bracketed['host'] ?? '', port: bracketed['port'] }
  const colon = text.lastIndexOf(':')
  const [host, port] = colon === -1 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)]
  return isIPv6(text) && !isIPv6(host) ? { host: text, port: undefined } : { host, port }
}
