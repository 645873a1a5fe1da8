import { isLoopback } from '../values/configured-address.ts'
import type { CheckReport } from './check-report.ts'

/** The base addresses of a store without a slash at the end; invalid ones are reported. */
export function readHosts(hosts: readonly (string | undefined)[], report: CheckReport): string[] {
  return hosts.flatMap((text, index) => {
    if (text === undefined) return []
    const fault = findFault(text)
    if (fault === undefined) return [text.trim().replace(/\/+$/u, '')]
    report.error(['store', 'hosts', index], `store.hosts[${index}]: ${fault}`)
    return []
  })
}

/** True if a secret would cross a network in plain text. */
export function isExposed(hosts: readonly string[]): boolean {
  return hosts.some(host => {
    const { protocol, hostname } = new URL(host)
    return protocol === 'http:' && !isLoopback(hostname.replaceAll(/[[\]]/gu, ''))
  })
}

/** True if the port is missing and therefore 80, which is rarely intended. */
export function lacksPort(host: string): boolean {
  return /^http:\/\/(?:\[[^\]]*\]|[^/:]+)(?:\/|$)/iu.test(host)
}

function findFault(text: string): string | undefined {
  if (!/^https?:\/\//iu.test(text.trim())) {
    const shown = text.includes('@') ? 'it' : JSON.stringify(text)
    return `${shown} has no http:// or https:// before the name; add one of them, as in "https://es1:9200"`
  }
  const url = URL.parse(text.trim())
  if (url === null) return 'this is not an address; expected one such as "https://es1:9200"'
  if (url.username !== '' || url.password !== '') {
    return 'an address must not contain a user or password, because logs would show it; use "user" and "passwordFile"'
  }
  if (url.search !== '' || url.hash !== '') return 'an address has no ? or # part; remove it'
  return undefined
}
