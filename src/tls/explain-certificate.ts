import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { alternativeNamesOf, commonNameOf, titleOf } from './certificate-names.ts'

/** A server's certificate that was refused, and what it was measured against. */
export interface RefusedCertificate {
  /** OpenSSL's name of the fault, or NAME_MISMATCH. */
  readonly fault: string
  readonly host: string
  readonly port: number
  readonly certificate: X509Certificate
  /** Path of the CA file; without it the system's authorities counted. */
  readonly ca: string | undefined
  /** What the CA file holds. */
  readonly authorities: readonly X509Certificate[]
}

/** One sentence: whose certificate, what is wrong with it, what to do. */
export function explainCertificate(refused: RefusedCertificate, nowMs = Date.now()): string {
  const { certificate, fault } = refused
  switch (fault) {
    case 'NAME_MISMATCH':
      return explainName(refused)
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `${shown(refused)}, which is signed by itself and does not stand in ${trusted(refused)}: add that very certificate to the CA file, or use one of an authority (forwarder ca create, ${issueCommand(refused.host)})`
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return explainAuthority(refused)
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return explainDates(refused, nowMs)
    case 'INVALID_PURPOSE':
      return `${shown(refused)}, which is not made for servers (its extended key usage has no serverAuth): issue one that is: ${issueCommand(refused.host)}`
    case 'CERT_SIGNATURE_FAILURE':
      return `${shown(refused)}, whose signature is not by the key of "${titleOf(certificate.issuer)}" in ${trusted(refused)}: an authority was made anew under the same name; put its new certificate into the CA file or issue the server's again`
    default:
      return `${shown(refused)}, which is refused (${fault}): look at it with \`forwarder check\` on the server, or issue another: ${issueCommand(refused.host)}`
  }
}

/** The command that makes a certificate for this host. */
export function issueCommand(host: string): string {
  return `forwarder ca issue server --${isIP(host) === 0 ? 'host' : 'ip'} ${host}`
}

function explainName(refused: RefusedCertificate): string {
  const { host, certificate } = refused
  const names = alternativeNamesOf(certificate)
  if (names.length > 0) {
    const wanted = isIP(host) === 0 ? `the name "${host}"` : `the address ${host}`
    return `${shown(refused)}, which is for ${list(names)} but not for ${wanted}: connect by one of those names, or issue one that has it: ${issueCommand(host)}`
  }
  const commonName = commonNameOf(certificate.subject)
  const subject =
    commonName === undefined ? 'no name at all' : `only the common name "${commonName}", which no longer counts`
  return `${shown(refused)}, which has no subject alternative names, ${subject}: "${host}" was wanted; issue one that has it (${issueCommand(host)}) or put that very certificate into the CA file`
}

function explainAuthority(refused: RefusedCertificate): string {
  const known = refused.authorities.map(authority => titleOf(authority.subject))
  const have = known.length === 0 ? trusted(refused) : `${trusted(refused)} (${list(known)})`
  return `${shown(refused)}, and that signer is not among ${have}: set \`ca\` to the certificate of the authority that issued the server's, or issue the server's again with yours: ${issueCommand(refused.host)}`
}

function explainDates(refused: RefusedCertificate, nowMs: number): string {
  const now = new Date(nowMs)
  const culprit = chainOf(refused).find(one => one.validFromDate > now || one.validToDate < now) ?? refused.certificate
  const isEarly = culprit.validFromDate > now
  const when = isEarly
    ? `not valid before ${day(culprit.validFromDate)}`
    : `expired since ${day(culprit.validToDate)} (after ${Math.round((nowMs - culprit.validToDate.getTime()) / 86_400_000)} days: no longer valid)`
  const who = culprit === refused.certificate ? 'which' : `whose authority "${titleOf(culprit.subject)}"`
  const remedy = isEarly ? 'set the clock that is wrong, or issue another' : 'issue a new one'
  return `${shown(refused)}, ${who} is ${when}; this machine's clock says ${day(now)}: ${remedy}: ${issueCommand(refused.host)}`
}

/** The certificate and those above it, as far as they are known. */
function chainOf(refused: RefusedCertificate): X509Certificate[] {
  const chain = [refused.certificate]
  while (chain.length < 8) {
    const above = chain.at(-1)?.issuerCertificate
    if (above === undefined || chain.some(one => one.raw.equals(above.raw))) break
    chain.push(above)
  }
  return [...chain, ...refused.authorities.filter(authority => chain.at(-1)?.checkIssued(authority))]
}

function shown({ host, port, certificate }: RefusedCertificate): string {
  return `the server at ${host}:${port} shows a certificate for "${titleOf(certificate.subject)}", signed by "${titleOf(certificate.issuer)}"`
}

function trusted({ ca }: RefusedCertificate): string {
  return ca === undefined ? "the system's authorities" : `the authorities in ${ca}`
}

function list(names: readonly string[]): string {
  const shownNames = names.slice(0, 5).map(name => `"${name}"`)
  return names.length > 5 ? `${shownNames.join(', ')} and ${names.length - 5} more` : shownNames.join(', ')
}

function day(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}
