import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { TlsError } from './tls-error.ts'

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/
/** Checked before the conversion, which reads more than names: it stops at `/`, decodes `%2e`, and maps `。` to a dot. */
const LETTERS = /^[\p{L}\p{M}\p{Nd}._-]+$/u

/** Returns `name` in the form of certificates (lower case, IDNA). Throws a TlsError where no certificate can carry it. */
export function checkDnsName(name: string): string {
  if (isIP(name) !== 0)
    throw new TlsError(
      'refused',
      `"${name}" is an address, not a name: addresses go after --ip, otherwise no client accepts it`,
    )
  const isWildcard = name.startsWith('*.')
  const ascii = toAscii(isWildcard ? name.slice(2) : name)
  if (ascii === undefined)
    throw new TlsError(
      'refused',
      `"${name}" is not a host name: expected one such as logs.example.com or *.example.com`,
    )
  if (isWildcard && !ascii.includes('.'))
    throw new TlsError('refused', `"${name}" is too wide: a wildcard needs a domain of two labels, like *.example.com`)
  return isWildcard ? `*.${ascii}` : ascii
}

/** Undefined for anything but labels of letters that stay the same labels: the conversion also reads `1001` as an address. */
function toAscii(name: string): string | undefined {
  if (!LETTERS.test(name)) return undefined
  const ascii = domainToASCII(name)
  const labels = ascii.split('.')
  const isName = ascii.length <= 253 && isIP(ascii) === 0 && labels.every(label => LABEL.test(label))
  return isName && labels.length === name.split('.').length ? ascii : undefined
}
