import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { alternativeNamesOf, commonNameOf, titleOf } from './certificate-names.ts'
import {
  describeDateFault,
  describeNames,
  describeSigner,
  quoteNames,
  showServer,
  showTime,
} from './describe-certificate.ts'
import { isIdentityFile } from './identity-files.ts'
import { describeWeakChain } from './weak-certificates.ts'
import { issueServerCommand, tokenCommand } from './remedy-commands.ts'

/** A server's certificate that was refused, and what it was checked against. */
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

/** One sentence: the expected name, the certificate's names and signer, what is wrong with it, and the remedy. */
export function explainCertificate(refused: RefusedCertificate, nowMs = Date.now()): string {
  const { fault } = refused
  switch (fault) {
    case 'NAME_MISMATCH':
      return `${shown(refused)}, but not for ${wanted(refused)}: ${nameRemedy(refused)}`
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `${shown(refused)}, and it is not among ${trusted(refused)}${namesake(refused)}: put that certificate into the CA file, or use one of an authority: ${renewal(refused)}`
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'CERT_SIGNATURE_FAILURE':
      return explainAuthority(refused)
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return explainDates(refused, nowMs)
    case 'INVALID_PURPOSE':
      return `${shown(refused)}, which is not made for servers (its extended key usage has no serverAuth): install one that is: ${renewal(refused)}`
    default:
      return explainOther(refused)
  }
}

/** OpenSSL's verdict on a weak certificate has no name of its own. */
function explainOther(refused: RefusedCertificate): string {
  const weakness = describeWeakChain(refused.certificate, refused.authorities)
  if (weakness !== undefined) return `${shown(refused)}, ${weakness}, which TLS refuses: ${renewal(refused)}`
  return `${shown(refused)}, which is refused (${refused.fault}): look at it with \`forwarder check\` on the server, or issue another: ${renewal(refused)}`
}

function nameRemedy(refused: RefusedCertificate): string {
  const { host, certificate, ca } = refused
  const names = alternativeNamesOf(certificate)
  if (isIdentityFile(ca))
    return `that collector has to ask for it: put "${host}" into "names" of "advertise" in its configuration; if its token does not allow that name, make one that allows it: ${tokenCommand('collector', [host, ...names])}`
  if (names.length === 0) return `issue one that is: ${renewal(refused)}; or put that certificate into the CA file`
  return `connect by one of those names, or issue one that has it too: ${renewal(refused)}`
}

function explainAuthority(refused: RefusedCertificate): string {
  const { ca, certificate } = refused
  const signer = titleOf(certificate.issuer)
  if (isIdentityFile(ca))
    return `${shown(refused)}, and that signer is not among ${trusted(refused)}: that collector does not belong to this fleet; let it join ("enrolment" with the same "caFingerprint"): ${renewal(refused)}`
  const other = namesake(refused)
  if (other !== '')
    return `${shown(refused)}, but not with the key of that name in ${trusted(refused)}${other}: the authority was made again under the same name; put its new certificate into the CA file, or issue the server's again: ${renewal(refused)}`
  return `${shown(refused)}, and that signer is not among ${trusted(refused)}: set \`ca\` to the certificate of the authority that issued the server's (where "${signer}" is an intermediate one, its certificate belongs behind the server's in the server's own file), or issue the server's with yours: ${renewal(refused)}`
}

function explainDates(refused: RefusedCertificate, nowMs: number): string {
  const culprit = chainOf(refused).find(one => describeDateFault(one, nowMs) !== undefined) ?? refused.certificate
  const who = culprit === refused.certificate ? 'which' : `whose authority "${titleOf(culprit.subject)}"`
  const what = `${shown(refused)}, ${who} ${describeDateFault(culprit, nowMs) ?? 'is not valid now'}`
  if (culprit.validFromDate.getTime() > nowMs)
    return `${what}: set the clock that is wrong, or issue another: ${renewal(refused)}`
  if (isIdentityFile(refused.ca))
    return `${what}: that collector renews it automatically, and its log has the reason for the failure; is \`forwarder ca serve\` running? If it is too late for that: ${renewal(refused)}`
  if (culprit !== refused.certificate)
    return `${what}: make that authority again (forwarder ca create --dir DIR --overwrite), and then ${renewal(refused)}`
  return `${what}: issue a new one: ${renewal(refused)}`
}

/** The command for a certificate with the expected name and its present ones, which others may expect. */
function renewal({ host, certificate, ca }: RefusedCertificate): string {
  const present = alternativeNamesOf(certificate)
  const names = [host, ...present]
  if (isIdentityFile(ca)) return tokenCommand('collector', names)
  // The files are named after the first name: they exist where that name is not new.
  const first = names.find(name => isIP(name) === 0) ?? host
  const isThere = present.includes(first) || commonNameOf(certificate.subject) === first
  return `${issueServerCommand(names)}${isThere ? ' --overwrite' : ''}`
}

/** The certificate and its known issuers. */
function chainOf(refused: RefusedCertificate): X509Certificate[] {
  const chain = [refused.certificate]
  while (chain.length < 8) {
    const above = chain.at(-1)?.issuerCertificate
    if (above === undefined || chain.some(one => one.raw.equals(above.raw))) break
    chain.push(above)
  }
  return [...chain, ...refused.authorities.filter(authority => chain.at(-1)?.checkIssued(authority))]
}

/** Names an authority in the CA file with the same name: the two are easily confused. */
function namesake({ certificate, authorities }: RefusedCertificate): string {
  const other = authorities.find(({ subject }) => subject === certificate.issuer)
  if (other === undefined) return ''
  const made = showTime(other.validFromDate)
  return `, of which the one with that name is valid since ${made}, the server's certificate since ${showTime(certificate.validFromDate)}`
}

function shown({ host, port, certificate }: RefusedCertificate): string {
  return `${showServer(host, port)} shows a certificate ${describeNames(certificate)}, ${describeSigner(certificate)}`
}

function wanted({ host }: RefusedCertificate): string {
  return isIP(host) === 0 ? `the name "${host}"` : `the address ${host}`
}

function trusted({ ca, authorities }: RefusedCertificate): string {
  if (ca === undefined) return "the system's authorities"
  const known = authorities.map(authority => titleOf(authority.subject))
  return `the authorities in ${ca}${known.length === 0 ? '' : ` (${quoteNames(known)})`}`
}
