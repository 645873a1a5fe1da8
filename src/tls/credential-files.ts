import type { X509Certificate } from 'node:crypto'
import { type SecureContext, type SecureContextOptions, createSecureContext, getCACertificates } from 'node:tls'
import type { Log } from '../telemetry/log.ts'
import { checkPair, formatTrusted, parseCertificates, parseKey, readPem } from './pem.ts'
import { TlsError } from './tls-error.ts'
import { reasonOf } from '../flow/error-reason.ts'

/** Paths of PEM files; each may be missing. */
export interface CredentialPaths {
  readonly certificate?: string
  readonly key?: string
  readonly ca?: string
}

/** The content of the files, known to fit together. */
export interface Credentials {
  readonly options: SecureContextOptions
  readonly context: SecureContext
  /** The certificate of `options`, parsed once for all handshakes; undefined where there is none. */
  readonly own: X509Certificate | undefined
  /** The authorities in `ca`; empty where the system's count. */
  readonly authorities: readonly X509Certificate[]
  /** Counts the changes of the files: 1 at first. */
  readonly generation: number
}

type Texts = { readonly [Name in keyof CredentialPaths]: string | undefined }

/** Reads credentials at each call, so that renewed files are used without a restart. */
export class CredentialFiles {
  readonly #paths: CredentialPaths
  readonly #log: Log
  #texts: Texts = {}
  #good: Credentials | undefined
  #complaint = ''

  constructor(paths: CredentialPaths, log: Log) {
    this.#paths = paths
    this.#log = log
  }

  /**
   * The current credentials; the same object as long as the files do not change. New files that cannot be used are logged
   * once, and the last good ones stay. Rejects with a TlsError only where there never were good ones.
   */
  async read(): Promise<Credentials> {
    try {
      const texts = await readTexts(this.#paths)
      if (this.#good !== undefined && isSame(texts, this.#texts)) return this.#good
      const generation = (this.#good?.generation ?? 0) + 1
      const fresh = { ...buildCredentials(texts, this.#paths), generation }
      if (this.#good !== undefined) this.#log.info({ ...this.#paths }, 'loaded changed certificate files')
      this.#texts = texts
      this.#good = fresh
      this.#complaint = ''
      return fresh
    } catch (error) {
      if (this.#good === undefined) throw error
      this.#complain(error)
      return this.#good
    }
  }

  #complain(error: unknown): void {
    const reason = reasonOf(error)
    if (reason === this.#complaint) return
    this.#complaint = reason
    this.#log.error({ reason }, 'cannot use the changed certificate files; keeping the earlier ones')
  }
}

/** Rejects with a TlsError where TLS cannot use the files. */
export async function checkCredentials(paths: CredentialPaths): Promise<void> {
  buildCredentials(await readTexts(paths), paths)
}

async function readTexts(paths: CredentialPaths): Promise<Texts> {
  // One file may hold both: read once, it never yields halves of two pairs.
  const separateKey = paths.key === paths.certificate ? undefined : paths.key
  const [certificate, key, ca] = await Promise.all([paths.certificate, separateKey, paths.ca].map(readIfNamed))
  return { certificate, key: separateKey === undefined && paths.key !== undefined ? certificate : key, ca }
}

async function readIfNamed(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : await readPem(path)
}

function isSame(a: Texts, b: Texts): boolean {
  return a.certificate === b.certificate && a.key === b.key && a.ca === b.ca
}

function buildCredentials(texts: Texts, paths: CredentialPaths): Omit<Credentials, 'generation'> {
  const authorities = texts.ca === undefined ? [] : parseCertificates(texts.ca, paths.ca ?? '')
  const { own, ...pair } = ownPair(texts, paths)
  const options: SecureContextOptions = {
    minVersion: 'TLSv1.2',
    ...pair,
    ...(authorities.length === 0
      ? systemAuthorities()
      : // Each certificate in `ca` is trusted, even that of an intermediate authority or a server, as in Go's verifier.
        { ca: authorities.map(authority => formatTrusted(authority)), allowPartialTrustChain: true }),
  }
  try {
    return { options, context: createSecureContext(options), own, authorities }
  } catch (cause) {
    const files = [paths.certificate, paths.key, paths.ca].filter(path => path !== undefined).join(', ')
    throw new TlsError('files', `TLS cannot use ${files}: ${reasonOf(cause)}`, { cause })
  }
}

/** As with logstash-forwarder, a certificate without its key is not used. */
function ownPair(texts: Texts, paths: CredentialPaths): SecureContextOptions & Pick<Credentials, 'own'> {
  if (texts.certificate === undefined || texts.key === undefined) return { own: undefined }
  const named = { certificate: paths.certificate ?? '', key: paths.key ?? '' }
  const chain = parseCertificates(texts.certificate, named.certificate)
  checkPair(chain, parseKey(texts.key, named.key), named)
  return { own: chain[0], cert: texts.certificate, key: texts.key }
}

/** The machine's own list where it has one, otherwise Node's. */
function systemAuthorities(): SecureContextOptions {
  const ca = getCACertificates('system')
  return ca.length === 0 ? {} : { ca }
}
