import { wait } from '../../flow/backoff.ts'
import { reasonOf } from '../../flow/error-reason.ts'
import { Variable, type Watched, constant } from '../../flow/watched-value.ts'
import type { Log } from '../../telemetry/log.ts'
import { checkPair, parseCertificates, parseKey, readPem } from '../../tls/pem.ts'
import type { Etcd } from '../../etcd/contract.ts'
import { CERTIFICATE_KEY, HOST_KEY, PRIVATE_KEY_KEY } from './logstash-keys.ts'
import { type Registration, registerKey } from '../leased-key.ts'

export interface PublishedKeysOptions {
  readonly etcd: Etcd
  /** `host` or `host:port`. */
  readonly host: string
  /** Paths of PEM files. With `key`, anyone who can read etcd can impersonate this collector. */
  readonly certificate?: string
  readonly key?: string
  readonly ttlSeconds?: number
  readonly log: Log
  /** How often the files are checked. Default: 5 s. */
  readonly pollMs?: number
}

const POLL_MS = 5000

/** Publishes this collector under the keys where fleets of logstash-forwarder look for their Logstash. */
export function publishLogstashKeys(options: PublishedKeysOptions): Registration {
  const publication = new PublishedKeys(options)
  void publication.run()
  return {
    status: () => publication.status(),
    written: publication.written,
    halt: () => publication.halt(),
    leave: () => publication.leave(),
  }
}

interface Files {
  readonly certificate: string
  readonly key: string | undefined
}

class PublishedKeys {
  readonly #options: PublishedKeysOptions
  readonly #leaving = new AbortController()
  readonly #certificate = new Variable('')
  readonly #key = new Variable('')
  readonly #registrations: Registration[] = []
  readonly #written = Promise.withResolvers<void>()
  readonly #sinceMs = Date.now()
  #fault = ''

  constructor(options: PublishedKeysOptions) {
    this.#options = options
  }

  get written(): Promise<void> {
    return this.#written.promise
  }

  /** The worst status of all keys. */
  status(): ReturnType<Registration['status']> {
    const all = this.#registrations.map(registration => registration.status())
    const worst = all.find(({ state }) => state === 'away') ?? all.find(({ state }) => state === 'connecting') ?? all[0]
    if (worst !== undefined) return worst
    const fault = this.#fault === '' ? {} : { lastError: this.#fault }
    return { state: 'connecting', sinceMs: this.#sinceMs, ...fault }
  }

  async halt(): Promise<void> {
    this.#leaving.abort()
    this.#written.resolve()
    await Promise.all(this.#registrations.map(async registration => await registration.halt()))
  }

  async leave(): Promise<void> {
    this.#leaving.abort()
    this.#written.resolve()
    await Promise.all(this.#registrations.map(async registration => await registration.leave()))
  }

  async run(): Promise<void> {
    const { signal } = this.#leaving
    if (this.#options.certificate === undefined) return this.#registerKey([[HOST_KEY, constant(this.#options.host)]])
    while (!signal.aborted) {
      await this.#look(this.#options.certificate)
      await wait(this.#options.pollMs ?? POLL_MS, signal)
    }
  }

  async #look(certificate: string): Promise<void> {
    try {
      const files = await readFiles(certificate, this.#options.key)
      this.#fault = ''
      if (!this.#leaving.signal.aborted) this.#publish(files)
    } catch (error) {
      this.#reportFault(reasonOf(error))
    }
  }

  #publish({ certificate, key = '' }: Files): void {
    if (certificate !== this.#certificate.current) this.#certificate.set(certificate)
    if (key !== this.#key.current) this.#key.set(key)
    if (this.#registrations.length > 0) return
    this.#registerKey([
      [CERTIFICATE_KEY, this.#certificate],
      ...(key === '' ? [] : [[PRIVATE_KEY_KEY, this.#key] as const]),
      [HOST_KEY, constant(this.#options.host)],
    ])
  }

  #registerKey(entries: readonly (readonly [key: string, value: Watched<string>])[]): void {
    const { etcd, ttlSeconds, log } = this.#options
    for (const [key, value] of entries)
      this.#registrations.push(
        registerKey({ etcd, key, value, log, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) }),
      )
    void Promise.all(this.#registrations.map(({ written }) => written)).then(() => this.#written.resolve())
  }

  #reportFault(reason: string): void {
    if (reason === this.#fault) return
    this.#fault = reason
    this.#options.log.error({ reason }, 'cannot publish the certificate in etcd; the published one stays')
  }
}

async function readFiles(certificate: string, key: string | undefined): Promise<Files> {
  const text = await readPem(certificate)
  const chain = parseCertificates(text, certificate)
  // Only the certificates: the file may hold the key as well.
  const pem = chain.map(one => one.toString()).join('')
  if (key === undefined) return { certificate: pem, key: undefined }
  const secret = parseKey(await readPem(key), key)
  checkPair(chain, secret, { certificate, key })
  return { certificate: pem, key: secret.export({ type: 'pkcs8', format: 'pem' }) }
}
