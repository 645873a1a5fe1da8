import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { checkDnsName } from '../tls/dns-name.ts'
import type { Kind } from './contract.ts'

/** The names for which a certificate is to be valid. */
export interface AlternativeNames {
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
}

/** RFC 5280: ub-common-name. */
const MAX_NAME_BYTES = 64
const CONTROL = /\p{C}/u
/** No two of these look the same, and none has to be escaped in a certificate, a pattern, a log or a shell. */
const NEW_NAME = /^[a-z0-9[][a-z0-9._:@+[\]-]*$/u

/** A name that a certificate of an earlier edition may have. */
export function isGoodName(name: string): boolean {
  return name.trim() === name && name !== '' && Buffer.byteLength(name) <= MAX_NAME_BYTES && !CONTROL.test(name)
}

/** The common name; the subject as text would have some of its characters escaped. */
export function machineNameOf(certificate: X509Certificate): string | undefined {
  const { CN: name } = certificate.toLegacyObject().subject as { readonly CN?: unknown }
  return typeof name === 'string' ? name : undefined
}

/** A name with which a machine may join. */
export function isNewName(name: string): boolean {
  return name.length <= MAX_NAME_BYTES && NEW_NAME.test(name)
}

/** Names that differ in case only are one name. */
export function foldName(name: string): string {
  return name.toLowerCase()
}

/** An agent's certificate carries its name, where that is a host name; a collector's all by which it is reached. */
export function alternativeNamesFor(kind: Kind, name: string, names: readonly string[]): AlternativeNames {
  if (kind === 'agent') return { dnsNames: isHostName(name) ? [canonicalName(name)] : [], ipAddresses: [] }
  const canonical = [...new Set(names.map(canonicalName))]
  return {
    dnsNames: canonical.filter(one => isIP(one) === 0),
    ipAddresses: canonical.filter(one => isIP(one) !== 0),
  }
}

/** The form in certificates: lower case, IDNA, short IPv6. Throws a TlsError for a name that no certificate can carry. */
export function canonicalName(name: string): string {
  if (isIP(name) === 4) return name
  if (isIP(name) === 6 && !name.includes('%')) return new URL(`http://[${name}]`).hostname.slice(1, -1)
  return checkDnsName(name)
}

export function isCanonicalHost(name: string): boolean {
  return (isIP(name) !== 0 || isHostName(name)) && isUnchanged(name)
}

function isHostName(name: string): boolean {
  return isIP(name) === 0 && !name.includes('*') && canonicalOrNothing(name) !== undefined
}

function isUnchanged(name: string): boolean {
  return canonicalOrNothing(name) === name
}

function canonicalOrNothing(name: string): string | undefined {
  try {
    return canonicalName(name)
  } catch {
    return undefined // no certificate can carry it
  }
}
