import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { makePrivateDirectory } from '../../disk/private-directory.ts'
import { writeWholeFile } from '../../disk/whole-file.ts'
import { wait } from '../../flow/backoff.ts'
import { reasonOf } from '../../flow/error-reason.ts'
import { Variable } from '../../flow/watched-value.ts'
import type { Log } from '../../telemetry/log.ts'
import type { ClientTls } from '../../tls/client-tls.ts'
import type { CollectorDirectory, DirectoryServer, DirectoryStatus } from '../directory-contract.ts'
import { readSavedServers } from '../check-saved-servers.ts'
import type { Etcd } from '../../etcd/contract.ts'
import { EtcdValue } from '../saved-etcd-value.ts'
import { LastGoodValues } from '../last-good-values.ts'
import {
  CERTIFICATE_KEY,
  HOST_KEY,
  LOGSTASH_PREFIX,
  type LogstashValues,
  PRIVATE_KEY_KEY,
  readLogstashValue,
} from './logstash-keys.ts'

export interface LogstashDirectoryOptions {
  readonly etcd: Etcd
  readonly stateDir: string
  readonly log: Log
  /** Takes precedence over what is found in etcd. Undefined: plain text. */
  readonly tls: ClientTls | undefined
}

/** How long a certificate and its key may differ: a publisher writes one after the other. */
const HALF_PAIR_MS = 3000
const WRITE_RETRY_MS = 5000

/** Follows the keys of a Logstash: its address and its certificate. */
export class LogstashDirectory implements CollectorDirectory {
  /** Empty until the server's certificate is known, where one is needed. */
  readonly servers = new Variable<readonly DirectoryServer[]>([])
  /** Not to be copied: `certificate` and `key` appear once etcd has had a pair. */
  readonly tls: ClientTls | undefined
  readonly #options: LogstashDirectoryOptions
  readonly #values: LastGoodValues<LogstashValues>
  readonly #followed: EtcdValue<readonly DirectoryServer[]>
  readonly #caPath: string
  readonly #pairPath: string
  readonly #closing = new AbortController()
  readonly #ready = Promise.withResolvers<void>()
  #known: LogstashValues = {}
  #written: { readonly ca?: string; readonly pair?: string } = {}
  #applying: Promise<void> | undefined
  #isDirty = false
  #halfPair: NodeJS.Timeout | undefined

  constructor(options: LogstashDirectoryOptions) {
    const { etcd, stateDir, tls, log } = options
    const dir = join(stateDir, 'discovered')
    this.#options = options
    this.#caPath = join(dir, 'ca.pem')
    this.#pairPath = join(dir, 'client.pem')
    this.tls = tls && mergeTls(tls, this.#caPath, this.#pairPath)
    this.#values = new LastGoodValues(readLogstashValue, log)
    this.#followed = new EtcdValue<readonly DirectoryServer[]>({
      etcd,
      prefix: LOGSTASH_PREFIX,
      path: join(dir, 'host.json'),
      log,
      initial: [],
      waiting: 'waiting for the first collector to be published',
      read: entries => this.#read(entries),
      check: readSavedServers,
    })
    this.#followed.value.onChange(() => this.#apply())
  }

  /** Resolves when there is a server, or when the directory is closed. */
  get ready(): Promise<void> {
    return this.#ready.promise
  }

  status(): DirectoryStatus {
    return { source: `etcd: ${HOST_KEY}`, servers: this.servers.current.length, ...this.#followed.status() }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    clearTimeout(this.#halfPair)
    await this.#followed.close()
    await this.#applying
    this.#ready.resolve()
  }

  #read(entries: ReadonlyMap<string, Buffer>): readonly DirectoryServer[] | { readonly fault: string } {
    const ours = [HOST_KEY, CERTIFICATE_KEY, PRIVATE_KEY_KEY].flatMap(key => {
      const bytes = entries.get(key)
      return bytes === undefined ? [] : [[key, bytes] as const]
    })
    // Deleted values stay in use: the keys of a Logstash are gone between two runs of it.
    for (const value of this.#values.update(new Map(ours)).values()) this.#known = { ...this.#known, ...value }
    this.#apply()
    const { host, certificate } = this.#known
    if (host === undefined || !entries.has(HOST_KEY)) return { fault: `${HOST_KEY} names no server` }
    if (certificate === undefined && this.#needsCertificate && !existsSync(this.#caPath))
      return { fault: `${CERTIFICATE_KEY} has no certificate with which to trust the server at ${HOST_KEY}` }
    return [{ ...host, weight: 1 }]
  }

  get #needsCertificate(): boolean {
    return this.tls !== undefined && this.tls.ca === this.#caPath
  }

  #apply(): void {
    this.#isDirty = true
    this.#applying ??= this.#applyAll().finally(() => (this.#applying = undefined))
  }

  /** Writes the files before it publishes the server that needs them. */
  async #applyAll(): Promise<void> {
    const { signal } = this.#closing
    while (this.#isDirty && !signal.aborted) {
      this.#isDirty = false
      try {
        await this.#writeFiles()
        this.#useServers()
      } catch (error) {
        const fields = { path: this.#caPath, reason: reasonOf(error) }
        this.#options.log.error(fields, 'cannot write the certificates that were found in etcd')
        this.#isDirty = true
        await wait(WRITE_RETRY_MS, signal)
      }
    }
  }

  #useServers(): void {
    const servers = this.#followed.value.current
    if (servers.length === 0 || (this.#needsCertificate && !existsSync(this.#caPath))) return
    if (!isDeepStrictEqual(servers, this.servers.current)) this.servers.set(servers)
    this.#ready.resolve()
  }

  async #writeFiles(): Promise<void> {
    const { certificate, privateKey } = this.#known
    if (certificate === undefined) return
    makePrivateDirectory(dirname(this.#caPath))
    if (this.#written.ca !== certificate.pem) {
      await writeWholeFile(this.#caPath, certificate.pem)
      this.#written = { ...this.#written, ca: certificate.pem }
    }
    clearTimeout(this.#halfPair)
    if (privateKey === undefined) return
    if (!certificate.leaf.checkPrivateKey(privateKey.key)) {
      this.#halfPair = setTimeout(() => this.#reportHalfPair(), HALF_PAIR_MS).unref()
      return
    }
    const pair = `${privateKey.pem}${certificate.pem}`
    if (this.#written.pair === pair) return
    await writeWholeFile(this.#pairPath, pair)
    this.#written = { ...this.#written, pair }
  }

  #reportHalfPair(): void {
    const fields = { certificate: CERTIFICATE_KEY, key: PRIVATE_KEY_KEY }
    this.#options.log.error(fields, 'the key in etcd does not belong to the certificate; the earlier pair stays in use')
  }
}

function mergeTls(own: ClientTls, ca: string, pair: string): ClientTls {
  if (own.certificate !== undefined) return { ca, ...own }
  const found = () => (existsSync(pair) ? pair : undefined)
  const tls = {
    ca: own.ca ?? ca,
    get certificate() {
      return found()
    },
    get key() {
      return found()
    },
  }
  return tls as ClientTls
}
