import type { KeyObject, X509Certificate } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { alternativeNamesOf, commonNameOf, titleOf } from './certificate-names.ts'
import { describeDateFault, describeSigner, quoteNames } from './describe-certificate.ts'
import type { ClientTls } from './client-tls.ts'
import { checkCredentials } from './credential-files.ts'
import { checkPair, parseCertificates, parseKey, readPem } from './pem.ts'
import { issueClientCommand, issueServerCommand } from './remedy-commands.ts'
import type { ServerTls } from './server-tls.ts'
import { TlsError } from './tls-error.ts'
import { describeWeakness } from './weak-certificates.ts'
import { DAY_MS } from '../flow/time-units.ts'

/** `error`: no connection would succeed. `warning`: one may, but a person should look. */
export interface Finding {
  readonly severity: 'error' | 'warning'
  readonly message: string
}

/** Warns this long before the end, or a third of the certificate's life where that is less. */
const SOON_DAYS = 30
const OIDS = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2', any: '2.5.29.37.0' } as const

/** Finds what would go wrong with an agent's certificate files; `nowMs` is in milliseconds since 1970. */
export async function inspectClientTls(tls: ClientTls, nowMs = Date.now()): Promise<Finding[]> {
  if ((tls.certificate === undefined) !== (tls.key === undefined)) {
    const [alone, missing] = tls.key === undefined ? ['certificate', 'key'] : ['key', 'certificate']
    const unused = warning(`\`${alone}\` is set without \`${missing}\`: no client certificate is shown to the server`)
    return [unused, ...(await inspectFiles(tls.ca === undefined ? {} : { ca: tls.ca }, 'client', nowMs))]
  }
  return await inspectFiles(tls, 'client', nowMs)
}

/** Finds what would go wrong with a collector's certificate files. */
export async function inspectServerTls(tls: ServerTls, nowMs = Date.now()): Promise<Finding[]> {
  const findings = await inspectFiles(tls, 'server', nowMs)
  const { clientAuth = 'none', ca } = tls
  if (clientAuth === 'none' || ca !== undefined) return findings
  return [error(`clientAuth "${clientAuth}" needs \`ca\`: the authorities that may sign clients`), ...findings]
}

async function inspectFiles(paths: ClientTls, role: 'client' | 'server', nowMs: number): Promise<Finding[]> {
  const findings: Finding[] = []
  const report = async <Result>(look: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await look()
    } catch (fault) {
      if (!(fault instanceof TlsError)) throw fault
      findings.push(error(fault.message))
      return undefined
    }
  }
  const { certificate, key, ca } = paths
  const chain = certificate && (await report(async () => parseCertificates(await readPem(certificate), certificate)))
  const secret = key && (await report(async () => parseKey(await readPem(key), key)))
  const authorities = ca && (await report(async () => parseCertificates(await readPem(ca), ca)))
  if (key && secret) findings.push(...(await inspectMode(key)))
  if (certificate && chain) findings.push(...inspectOwn(chain[0], { path: certificate, role, nowMs }))
  if (certificate && chain) findings.push(...chain.flatMap(one => inspectStrength(one, certificate)))
  if (certificate && key && chain && secret) findings.push(...inspectPair(chain, secret, { certificate, key }))
  if (ca && authorities) findings.push(...authorities.flatMap(one => inspectDates(one, { path: ca, nowMs })))
  if (ca && authorities) findings.push(...authorities.flatMap(one => inspectStrength(one, ca, true)))
  const isSound = !findings.some(({ severity }) => severity === 'error')
  if (isSound) await report(async () => await checkCredentials(paths))
  if (certificate && ca && chain && authorities)
    findings.push(...inspectSigner(chain, authorities, { certificate, ca }))
  return findings
}

interface OwnContext {
  readonly path: string
  readonly role: 'client' | 'server'
  readonly nowMs: number
}

function inspectOwn(certificate: X509Certificate, { path, role, nowMs }: OwnContext): Finding[] {
  const findings = inspectDates(certificate, { path, role, nowMs })
  const purposes = certificate.keyUsage
  if (purposes !== undefined && !purposes.includes(OIDS[role]) && !purposes.includes(OIDS.any))
    return [
      ...findings,
      error(
        `${path} is not made for a ${role}: the other side will refuse it; issue one with \`${command(certificate, role)}\``,
      ),
    ]
  if (role === 'server' && alternativeNamesOf(certificate).length === 0)
    findings.push(
      warning(
        `${path} (${describeOwner(certificate)}) has no subject alternative names, and a common name does not count: agents refuse it unless it is in their \`ca\`; issue one with \`${command(certificate, role)}\``,
      ),
    )
  return findings
}

interface DatesContext {
  readonly path: string
  /** Undefined for an authority's certificate. */
  readonly role?: 'client' | 'server'
  readonly nowMs: number
}

function inspectDates(certificate: X509Certificate, { path, role, nowMs }: DatesContext): Finding[] {
  const { validFromDate: from, validToDate: to } = certificate
  const who = `${path} (${describeOwner(certificate)})`
  const fault = describeDateFault(certificate, nowMs)
  const again =
    role === undefined
      ? "put the authority's new certificate there (forwarder ca create makes one)"
      : `issue it again: ${command(certificate, role)} --overwrite`
  if (from.getTime() > nowMs) return [error(`${who} ${fault}: is this clock right? Otherwise ${again}`)]
  if (fault !== undefined) return [error(`${who} ${fault}: ${again}`)]
  const leftMs = to.getTime() - nowMs
  const soonMs = Math.min(SOON_DAYS * DAY_MS, (to.getTime() - from.getTime()) / 3)
  if (leftMs > soonMs) return []
  return [warning(`${who} expires on ${to.toISOString()}, in ${Math.floor(leftMs / DAY_MS)} days: ${again}`)]
}

function inspectStrength(certificate: X509Certificate, path: string, isAnchor?: boolean): Finding[] {
  const weakness = describeWeakness(certificate, isAnchor)
  if (weakness === undefined) return []
  const what = isAnchor === true ? 'each certificate that it signed is refused' : 'TLS refuses it'
  return [error(`${path} (${describeOwner(certificate)}) is ${weakness}: ${what}; replace it by a stronger one`)]
}

function describeOwner(certificate: X509Certificate): string {
  return `"${titleOf(certificate.subject)}", ${describeSigner(certificate)}`
}

function inspectPair(
  chain: readonly [X509Certificate, ...X509Certificate[]],
  key: KeyObject,
  paths: { certificate: string; key: string },
): Finding[] {
  try {
    checkPair(chain, key, paths)
    return []
  } catch (fault) {
    return [error((fault as TlsError).message)]
  }
}

async function inspectMode(path: string): Promise<Finding[]> {
  const { mode } = await stat(path)
  if ((mode & 0o007) === 0) return []
  const shown = (mode & 0o777).toString(8)
  return [warning(`${path} can be read by every user of this machine (mode ${shown}): chmod 600 ${path}`)]
}

function inspectSigner(
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
  paths: { readonly certificate: string; readonly ca: string },
): Finding[] {
  const isSigned = chain.some(one => authorities.some(authority => isSignedBy(one, authority)))
  const [leaf] = chain
  if (isSigned || leaf === undefined) return []
  const message = `${paths.certificate} is ${describeSigner(leaf)}, none of the authorities in ${paths.ca} (${quoteNames(authorities.map(({ subject }) => titleOf(subject)))}): correct only if the other side trusts that signer`
  return [warning(message)]
}

function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  if (certificate.raw.equals(authority.raw)) return true
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey)
}

function command(certificate: X509Certificate, role: 'client' | 'server'): string {
  return role === 'server'
    ? issueServerCommand(alternativeNamesOf(certificate))
    : issueClientCommand(commonNameOf(certificate.subject))
}

function error(message: string): Finding {
  return { severity: 'error', message }
}

function warning(message: string): Finding {
  return { severity: 'warning', message }
}
