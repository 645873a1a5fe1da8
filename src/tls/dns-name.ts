import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { TlsError } from './tls-error.ts'

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/

/** Gives `name` as it stands in certificates (lower case, IDNA); throws when no certificate can carry it. */
export function checkDnsName(name: string): string {
  if (isIP(name) !== 0)
    throw new TlsError(
      'refused',
      `"${name}" is an address, not a name: addresses go after --ip, or no client accepts it`,
    )
  const isWildcard = name.startsWith('*.')
  const ascii = domainToASCII(isWildcard ? name.slice(2) : name)
  const labels = ascii.split('.')
  if (ascii.length > 253 || !labels.every(label => LABEL.test(label)))
    throw new TlsError('refused', `"${name}" is no host name: one like logs.example.com or *.example.com was expected`)
  if (isWildcard && labels.length < 2)
    throw new TlsError('refused', `"${name}" is too wide: a wildcard needs a domain of two labels, like *.example.com`)
  return isWildcard ? `*.${ascii}` : ascii
}
