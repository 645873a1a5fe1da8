import { isIPv6 } from 'node:net'
import { type HostAndPort, isHost, splitPort } from '../flow/host-port.ts'

/** `name`, `name:port`, `1.2.3.4:port`, `[::1]:port`, or a bare `::1`; undefined for anything else. */
export function readPublishedAddress(text: string, defaultPort: number): HostAndPort | undefined {
  const { host, port: digits } = isIPv6(text) ? { host: text, port: undefined } : splitPort(text)
  if (digits !== undefined && !/^\d{1,5}$/u.test(digits)) return undefined
  const port = digits === undefined ? defaultPort : Number(digits)
  return isHost(host) && port > 0 && port <= 65_535 ? { host, port } : undefined
}
