import { isIP, isIPv4, isIPv6 } from 'node:net'
import type { Address } from '../settings.ts'

/** What Beats and Logstash take for Lumberjack, so that a name alone finds a collector. */
export const DEFAULT_PORT = 5044

const HOST_NAME = /^(?=.{1,253}\.?$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?)+$/u

/** An address, or a sentence that says what is wrong with it. */
export type ParsedAddress = Address | { readonly fault: string }

/**
 * `name:port`, `1.2.3.4:port`, `[::1]:port`, and logstash-forwarder's `::1:port`. Without a port it is 5044; `::1` alone is
 * an address, as what stands before its last colon is none.
 */
export function parseAddress(text: string): ParsedAddress {
  const trimmed = text.trim()
  if (trimmed === '') return { fault: 'it is empty' }
  if (trimmed.includes('://')) return { fault: 'it has a scheme; leave everything up to // out' }
  if (/^\d+$/u.test(trimmed)) return { fault: `it is only a number; for a port write "<host>:${trimmed}"` }
  const { host, port } = splitPort(trimmed)
  if (host === '') return { fault: 'it has no host before the port' }
  const number = port === undefined ? DEFAULT_PORT : Number(port)
  if (!/^\d{1,5}$/u.test(port ?? '0') || number > 65_535)
    return { fault: `the port "${port}" is not a number up to 65535` }
  if (!isHost(host)) return { fault: `"${host}" is neither a host name nor an IP address` }
  return { host, port: number }
}

export function formatAddress({ host, port }: Address): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
}

/** True for addresses that only this machine can reach. A name counts only where it is `localhost`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

function splitPort(text: string): { host: string; port?: string } {
  const bracketed = /^\[(?<host>[^\]]*)\](?::(?<port>.*))?$/u.exec(text)?.groups
  if (bracketed !== undefined) return withPort(bracketed['host'] ?? '', bracketed['port'])
  const colon = text.lastIndexOf(':')
  if (colon === -1) return { host: text }
  const [host, port] = [text.slice(0, colon), text.slice(colon + 1)]
  const isAddressWithoutPort = isIPv6(text) && !isIPv6(host)
  return isAddressWithoutPort ? { host: text } : withPort(host, port)
}

function withPort(host: string, port: string | undefined): { host: string; port?: string } {
  return port === undefined ? { host } : { host, port }
}

function isHost(host: string): boolean {
  if (isIP(host) !== 0) return true
  return HOST_NAME.test(host) && !/^[\d.]+$/u.test(host)
}

export function hasPort(text: string): boolean {
  return splitPort(text.trim()).port !== undefined
}
