import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { TlsError } from './tls-error.ts'

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/

/** Returns `name` in the form of certificates (lower case, IDNA). Throws a TlsError where no certificate can carry it. */
export function checkDnsName(name: string): string {
  if (isIP(name) !== 0)
    throw new TlsError(
      'refused',
      `"${name}" is an address, not a name: addresses go after --ip, otherwise no client accepts it`,
    )
  const isWildcard = name.startsWith('*.')
  const ascii = domainToASCII(isWildcard ? name.slice(2) : name)
  const labels = ascii.split('.')
  if (ascii.length > 253 || !labels.every(label => LABEL.test(label)))
    throw new TlsError(
      'refused',
      `"${name}" is not a host name: expected one such as logs.example.com or *.example.com`,
    )
  if (isWildcard && labels.length < 2)
    throw new TlsError('refused', `"${name}" is too wide: a wildcard needs a domain of two labels, like *.example.com`)
  return isWildcard ? `*.${ascii}` : ascii
}
