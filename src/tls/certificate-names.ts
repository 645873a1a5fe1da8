import type { X509Certificate } from 'node:crypto'

/** The names and addresses for which a certificate is valid: only its subject alternative names count. */
export function alternativeNamesOf(certificate: X509Certificate): string[] {
  const text = certificate.subjectAltName
  if (text === undefined) return []
  return splitNames(text)
    .filter(([kind]) => kind === 'DNS' || kind === 'IP Address')
    .map(([kind, value]) => (kind === 'IP Address' && value.includes(':') ? shortenIPv6(value) : value))
}

/** The names of a certificate for people: its alternative names, otherwise its common name. */
export function namesOf(certificate: X509Certificate): string[] {
  const names = alternativeNamesOf(certificate)
  if (names.length > 0) return names
  const commonName = commonNameOf(certificate.subject)
  return commonName === undefined ? [] : [commonName]
}

/** The one name by which a client is known, in logs and in the ids of its events. */
export function nameOf(certificate: X509Certificate): string {
  return commonNameOf(certificate.subject) ?? alternativeNamesOf(certificate)[0] ?? titleOf(certificate.subject)
}

/** The common name in a subject or issuer as node prints it: one attribute a line. */
export function commonNameOf(distinguishedName: string | undefined): string | undefined {
  return distinguishedName
    ?.split('\n')
    .find(line => line.startsWith('CN='))
    ?.slice('CN='.length)
}

export function titleOf(distinguishedName: string | undefined): string {
  return commonNameOf(distinguishedName) ?? ((distinguishedName ?? '').replaceAll('\n', ', ') || 'no name')
}

/** Node quotes a name that has a comma or quote in it as a JSON string. */
function splitNames(text: string): [string, string][] {
  const parts = text.match(/[^:,\s][^:,]*:("(?:[^"\\]|\\.)*"|[^,]*)/g) ?? []
  return parts.map(part => {
    const colon = part.indexOf(':')
    const value = part.slice(colon + 1)
    return [part.slice(0, colon), value.startsWith('"') ? String(JSON.parse(value)) : value]
  })
}

/** Node writes out all eight groups; people write `::1`. */
function shortenIPv6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1)
}
