import type { X509Certificate } from 'node:crypto'
import { formatAddress } from '../flow/host-port.ts'
import { alternativeNamesOf, commonNameOf, titleOf } from './certificate-names.ts'
import { DAY_MS } from '../flow/time-units.ts'

const MAX_NAMES = 5

/** Continues "a certificate …" of a server: its names, or that it has none. */
export function describeNames(certificate: X509Certificate): string {
  const names = alternativeNamesOf(certificate)
  if (names.length > 0) return `for ${quoteNames(names)}`
  const commonName = commonNameOf(certificate.subject)
  const rest =
    commonName === undefined ? 'no name at all' : `only the common name "${commonName}", which no longer counts`
  return `without subject alternative names (${rest})`
}

export function describeSigner(certificate: X509Certificate): string {
  if (!isSelfSigned(certificate)) return `signed by "${titleOf(certificate.issuer)}"`
  return 'signed by itself'
}

export function describeCertificate(certificate: X509Certificate): string {
  return `"${titleOf(certificate.subject)}", ${describeSigner(certificate)}, ${describeLife(certificate)}`
}

export function describeLife({ validFromDate, validToDate }: X509Certificate): string {
  return `valid from ${showTime(validFromDate)} until ${showTime(validToDate)}`
}

/** Continues "which …" with what is wrong with its dates; undefined where it is valid now. */
export function describeDateFault({ validFromDate, validToDate }: X509Certificate, nowMs: number): string | undefined {
  const clock = `this machine's clock shows ${showTime(new Date(nowMs))}`
  if (validFromDate.getTime() > nowMs) return `is not valid before ${showTime(validFromDate)}; ${clock}`
  if (validToDate.getTime() > nowMs) return undefined
  const days = Math.floor((nowMs - validToDate.getTime()) / DAY_MS)
  return `has been expired since ${showTime(validToDate)} (${days === 1 ? '1 day' : `${days} days`}); ${clock}`
}

export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && certificate.checkIssued(certificate)
}

export function quoteNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map(name => `"${name}"`)
  return names.length > MAX_NAMES ? `${shown.join(', ')} and ${names.length - MAX_NAMES} more` : shown.join(', ')
}

export function showTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}

export function showServer(host: string, port: number): string {
  return `the server at ${formatAddress({ host, port })}`
}
