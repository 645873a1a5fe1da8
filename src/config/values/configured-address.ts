import { isIP, isIPv4 } from 'node:net'
import { type HostAndPort, isHost, splitPort } from '../../flow/host-port.ts'

/** The Lumberjack port of Beats and Logstash, so that a host name alone is enough. */
export const DEFAULT_PORT = 5044

/** An address, or the reason why it is refused. */
export type ParsedConfiguredAddress = HostAndPort | { readonly fault: string }

/**
 * Accepts `name:port`, `1.2.3.4:port`, `[::1]:port`, and logstash-forwarder's `::1:port`. The default port is 5044;
 * `::1` alone is an address, because the text before its last colon is not one.
 */
export function parseConfiguredAddress(text: string): ParsedConfiguredAddress {
  const trimmed = text.trim()
  if (trimmed === '') return { fault: 'it is empty' }
  if (trimmed.includes('://')) return { fault: 'it has a scheme; remove everything up to //' }
  if (/^\d+$/u.test(trimmed)) return { fault: `it is only a number; for a port write "<host>:${trimmed}"` }
  const { host, port } = splitPort(trimmed)
  if (host === '') return { fault: 'it has no host before the port' }
  const number = port === undefined ? DEFAULT_PORT : Number(port)
  if (!/^\d{1,5}$/u.test(port ?? '0') || number > 65_535)
    return { fault: `the port "${port}" is not a number up to 65535` }
  if (!isConfiguredHost(host)) return { fault: `"${host}" is neither a host name nor an IP address` }
  return { host, port: number }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

/** Unlike the names in a directory, a configured address may have a zone: `fe80::1%eth0`. */
function isConfiguredHost(host: string): boolean {
  return isIP(host) !== 0 || isHost(host)
}

export function hasPort(text: string): boolean {
  return splitPort(text.trim()).port !== undefined
}
