import { X509Certificate, createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { systemCodeOf } from '../disk/disk-error.ts'
import { makePrivateDirectory } from '../disk/private-directory.ts'
import { type CertificateRequest, type KeyPair, makeCertificate } from './certificate-maker.ts'
import { namesOf } from './certificate-names.ts'
import { checkDnsName } from './dns-name.ts'
import { type PairPaths, writePair } from './write-key-pair.ts'
import { checkPair, isEncrypted, parseCertificates, parseKey } from './pem.ts'
import { TlsError } from './tls-error.ts'
import { reasonOf } from '../flow/error-reason.ts'
import { DAY_MS, HOUR_MS } from '../flow/time-units.ts'

const AUTHORITY_DAYS = 3650
const CERTIFICATE_DAYS = 730
/** Clocks of machines differ: a new certificate must be valid for one that is behind. */
const CLOCK_SKEW_MS = HOUR_MS

/** A new certificate, for people and for lines of a configuration. Paths are absolute. */
export interface IssuedCertificate extends PairPaths {
  /** The authority's certificate: the `ca` on the side that is to trust this one. */
  readonly ca: string
  /** All names and addresses for which it is valid; for a client its common name. */
  readonly names: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
  /** Two thirds of its life: the day to issue the next one. */
  readonly renewAt: Date
}

export interface IssueOptions {
  /** The directory of `ca.pem` and `ca.key`, and of new files. Made with mode 0700 where it is missing. */
  readonly dir: string
  /** How long it is valid, in days: 3650 for an authority, else 730, and never longer than the authority. */
  readonly days?: number
  /** Encrypts the authority's key. */
  readonly passphrase?: string
  /** Replaces existing files. Without it, a file that exists is an error. */
  readonly overwrite?: boolean
  /** Now, in milliseconds since 1970; for tests and for rehearsing a renewal. */
  readonly nowMs?: number
}

/** Makes a certificate authority: `ca.pem` and `ca.key` in `dir`, or others with the same endings. */
export async function createAuthority(
  options: IssueOptions & { readonly name?: string; readonly fileName?: string },
): Promise<IssuedCertificate> {
  const { dir, name = 'forwarder CA', fileName = 'ca', passphrase } = options
  const request: CertificateRequest = {
    commonName: checkName(name),
    purpose: 'authority',
    dnsNames: [],
    ipAddresses: [],
    ...validity(options, AUTHORITY_DAYS),
  }
  makePrivateDirectory(dir)
  const pair = await makeCertificate(request)
  const key = passphrase === undefined ? pair.key : encryptKey(pair.key, passphrase)
  return await store({ certificate: pair.certificate, key }, fileName, options)
}

function encryptKey(key: string, passphrase: string): string {
  return createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
}

/** Issues a server's certificate for names (`*.example.com` too) and addresses: `server-<first of them>.pem`/`.key`. */
export async function issueServerCertificate(
  options: IssueOptions & { readonly hosts: readonly string[]; readonly ips: readonly string[] },
): Promise<IssuedCertificate> {
  const dnsNames = options.hosts.map(host => checkDnsName(host))
  const ipAddresses = options.ips.map(address => checkAddress(address))
  const first = dnsNames[0] ?? ipAddresses[0]
  if (first === undefined)
    throw new TlsError('refused', 'a server certificate needs the names or addresses by which agents reach the server')
  const request = { commonName: first, purpose: 'server', dnsNames, ipAddresses } as const
  return await issue(request, `server-${fileNameOf(first)}`, options)
}

/** Issues a client's certificate: `client-<name>.pem`/`.key`. */
export async function issueClientCertificate(
  options: IssueOptions & { readonly name: string },
): Promise<IssuedCertificate> {
  const request = { commonName: checkName(options.name), purpose: 'client', dnsNames: [], ipAddresses: [] } as const
  return await issue(request, `client-${fileNameOf(options.name)}`, options)
}

async function issue(
  request: Omit<CertificateRequest, 'notBefore' | 'notAfter'>,
  fileName: string,
  options: IssueOptions,
): Promise<IssuedCertificate> {
  const authority = await readAuthority(options.dir, options.passphrase)
  const dates = validity(options, CERTIFICATE_DAYS)
  const authorityEnd = new X509Certificate(authority.certificate).validToDate
  if (authorityEnd <= new Date(options.nowMs ?? Date.now()))
    throw new TlsError(
      'refused',
      `the authority ${join(options.dir, 'ca.pem')} ended on ${authorityEnd.toISOString()} and can no longer sign: make a new one with \`forwarder ca create\``,
    )
  const notAfter = dates.notAfter > authorityEnd ? authorityEnd : dates.notAfter
  return await store(await makeCertificate({ ...request, ...dates, notAfter }, authority), fileName, options)
}

/** Reads `<fileName>.pem` and `.key` in `dir`, and decrypts the key. Throws a TlsError where they cannot sign. */
export async function readAuthority(dir: string, passphrase?: string, fileName = 'ca'): Promise<KeyPair> {
  const paths = { certificate: join(dir, `${fileName}.pem`), key: join(dir, `${fileName}.key`) }
  const certificate = await readAuthorityFile(dir, `${fileName}.pem`)
  const keyText = await readAuthorityFile(dir, `${fileName}.key`)
  if (passphrase === undefined && isEncrypted(keyText))
    throw new TlsError(
      'refused',
      `${paths.key} is encrypted: give its passphrase, on a command line with --passphrase-file`,
    )
  const key = parseKey(keyText, paths.key, passphrase)
  const chain = parseCertificates(certificate, paths.certificate)
  const [parsed] = chain
  checkPair(chain, key, paths)
  if (parsed.ca) return { certificate: parsed.toString(), key: key.export({ type: 'pkcs8', format: 'pem' }) }
  throw new TlsError(
    'refused',
    `the certificate in ${paths.certificate} is not that of an authority: it may not sign others`,
  )
}

async function readAuthorityFile(dir: string, name: string): Promise<string> {
  try {
    return await readFile(join(dir, name), 'utf8')
  } catch (cause) {
    const remedy =
      systemCodeOf(cause) === 'EACCES'
        ? 'give it to the user of the service, as the other files there'
        : `make one with \`forwarder ca create --dir ${dir}\``
    throw new TlsError('files', `the authority's ${join(dir, name)} cannot be read (${reasonOf(cause)}): ${remedy}`, {
      cause,
    })
  }
}

async function store(pair: KeyPair, fileName: string, options: IssueOptions): Promise<IssuedCertificate> {
  const dir = resolve(options.dir)
  const paths = { certificate: join(dir, `${fileName}.pem`), key: join(dir, `${fileName}.key`) }
  await writePair(paths, pair, options.overwrite ?? false)
  const certificate = new X509Certificate(pair.certificate)
  const { validFromDate: notBefore, validToDate: notAfter } = certificate
  const renewAt = new Date(notBefore.getTime() + ((notAfter.getTime() - notBefore.getTime()) * 2) / 3)
  return { ...paths, ca: join(dir, 'ca.pem'), names: namesOf(certificate), notBefore, notAfter, renewAt }
}

function validity(options: IssueOptions, defaultDays: number): { notBefore: Date; notAfter: Date } {
  const nowMs = options.nowMs ?? Date.now()
  const days = options.days ?? defaultDays
  if (!(days > 0)) throw new TlsError('refused', `a certificate must be valid for more than 0 days, not ${days}`)
  return { notBefore: new Date(nowMs - CLOCK_SKEW_MS), notAfter: new Date(nowMs + days * DAY_MS) }
}

function checkName(name: string): string {
  if (name.trim() !== '' && Buffer.byteLength(name) <= 64) return name
  throw new TlsError('refused', `expected a name of 1 to 64 bytes, not "${name}"`) // RFC 5280: ub-common-name
}

function checkAddress(address: string): string {
  if (isIP(address) !== 0 && !address.includes('%')) return address
  throw new TlsError('refused', `"${address}" is not an IP address: names go after --host`)
}

/** `*.example.com` and `::1` have characters that are unwanted in file names. */
function fileNameOf(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}.@-]/gu, '_')
}
