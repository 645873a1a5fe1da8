import { join } from 'node:path'
import { KeyMirror } from '../../etcd/key-mirror.ts'
import { Backoff } from '../../flow/backoff.ts'
import { Bell } from '../../flow/wake-up-bell.ts'
import { Variable, type Watched } from '../../flow/watched-value.ts'
import { makePrivateDirectory } from '../../disk/private-directory.ts'
import { removeLeftovers } from '../../disk/whole-file.ts'
import { type IdentityFiles, identityDirectory, identityFiles } from '../../tls/identity-files.ts'
import type { Revocations } from '../../tls/peer-gate.ts'
import { TlsError } from '../../tls/tls-error.ts'
import {
  type Enrolment,
  type EnrolmentOptions,
  type EnrolmentState,
  type EnrolmentStatus,
  TrustError,
} from '../contract.ts'
import { type Expected, type Identity, checkName, isExpired, readIdentity, renewAtMs } from './identity.ts'
import { type Need, findNeed } from './renewal-need.ts'
import { EnrolmentLog, remedyFor } from './enrolment-log.ts'
import { alternativeNamesFor, foldName } from '../machine-names.ts'
import { CertificateRequester } from './certificate-requester.ts'
import { dropPending } from './pending-request.ts'
import { TrustKeeper } from './trust-keeper.ts'
import { reasonOf } from '../../flow/error-reason.ts'

/** How often due work is looked for: clocks jump, and token files appear without notice. */
const TICK_MS = 2000
const BACKOFF = { firstMs: 1000, maxMs: 60_000 }
/** The signer is asked again this long after a refusal, or when there is another token. */
const REFUSED_MS = 300_000
/** A running signer answers sooner. */
const PATIENCE_MS = 10_000

/**
 * Gets a certificate for this machine and keeps it valid. Nothing waits for etcd: the files of an earlier run are used at once.
 * Throws a TrustError (`setup`) or TlsError for names that no machine can have, a DiskError where the directory cannot be used.
 */
export function openEnrolment(options: EnrolmentOptions): Enrolment {
  return new EtcdEnrolment({ ...options, name: foldName(options.name) })
}

interface Refusal {
  readonly reason: string
  /** The token at the refusal: another one is worth a try. */
  readonly token: string | undefined
  readonly againAtMs: number
  /** False where there is no token. */
  readonly bySigner: boolean
}

class EtcdEnrolment implements Enrolment {
  readonly files: IdentityFiles
  readonly ready: Promise<void>
  readonly serial: Variable<string | undefined>
  readonly #options: EnrolmentOptions
  readonly #expected: Expected
  readonly #keeper: TrustKeeper
  readonly #document: KeyMirror
  readonly #obtainer: CertificateRequester
  readonly #log: EnrolmentLog
  readonly #ready = Promise.withResolvers<void>()
  readonly #ended = new AbortController()
  readonly #done: Promise<void>
  readonly #backoff = new Backoff(BACKOFF)
  #identity: Identity | undefined
  #refusal: Refusal | undefined
  #lastError: string | undefined
  #isUrged = false
  #askedAtMs: number | undefined
  #notYetMs = 0
  #offered: Buffer | undefined
  readonly #timer: NodeJS.Timeout
  readonly #bell = new Bell()
  /** Rung since the last step began. */
  #isRung = false

  constructor(options: EnrolmentOptions) {
    const { etcd, prefix, role, name, stateDir, caFingerprint, log } = options
    const dir = identityDirectory(stateDir)
    makePrivateDirectory(stateDir)
    makePrivateDirectory(dir)
    removeLeftovers(dir)
    const wanted = alternativeNamesFor(role, name, options.names)
    this.#options = options
    this.#expected = { kind: role, name, names: [...wanted.dnsNames, ...wanted.ipAddresses] }
    this.files = identityFiles(stateDir)
    this.#keeper = new TrustKeeper({ stateDir, caFingerprint, log })
    this.#log = new EnrolmentLog(log, this.#expected)
    this.#identity = this.#readIdentity(this.files.certificate)
    checkName(this.#expected, this.#identity?.certificate)
    this.serial = new Variable(this.#identity?.certificate.serialNumber)
    const request = { pendingPath: join(dir, 'request.json'), identityPath: this.files.certificate, ...wanted }
    this.#obtainer = new CertificateRequester({ ...options, ...request, signal: this.#ended.signal })
    if (this.#need() === 'none') dropPending(request.pendingPath)
    this.ready = this.#ready.promise
    this.ready.catch(() => {}) // there may be no waiter when it is closed
    this.#announce()
    this.#document = new KeyMirror({ etcd, prefix: `${prefix}/trust`, log })
    this.#document.entries.onChange(() => this.#watch())
    this.#timer = setInterval(() => this.#watch(), TICK_MS)
    this.#done = this.#run()
  }

  get revoked(): Watched<Revocations> {
    return this.#keeper.revoked
  }

  status(): EnrolmentStatus {
    const { trust } = this.#keeper
    const certificate = this.#identity?.certificate
    const lastError = this.#trouble()
    return {
      state: this.#state(),
      name: this.#options.name,
      ...(certificate && { notAfterMs: certificate.validToDate.getTime(), renewAtMs: renewAtMs(certificate) }),
      authorities: trust?.authorities.length ?? 0,
      ...(trust && { trustAgeMs: this.#now() - trust.issuedAtMs }),
      ...(lastError !== undefined && { lastError }),
    }
  }

  /** Whatever else failed after a revocation, its remedy is the only one; the log has the rest. */
  #trouble(): string | undefined {
    if (this.#isRevoked()) return `this machine must join again; ${remedyFor(this.#expected)}`
    return this.#refusal?.reason ?? this.#lastError ?? this.#keeper.complaint
  }

  renewNow(): void {
    this.#isUrged = true
    this.#wake()
  }

  async close(): Promise<void> {
    this.#ended.abort()
    clearInterval(this.#timer)
    await this.#done
    await this.#document.close()
    this.#ready.reject(new TrustError('closed', 'the enrolment was closed before there was a certificate'))
  }

  #state(): EnrolmentState {
    if (this.#isRevoked()) return 'revoked'
    if (this.#refusal?.bySigner === true) return 'refused'
    if (this.#identity === undefined) return 'enrolling'
    return isExpired(this.#identity.certificate, this.#now()) ? 'expired' : 'enrolled'
  }

  #isRevoked(): boolean {
    return this.#identity !== undefined && this.revoked.current.has(this.#identity.certificate)
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      this.#isRung = false
      const pauseMs = await this.#tryStep()
      if (!this.#isRung) await this.#bell.wait(this.#ended.signal, pauseMs)
    }
  }

  #wake(): void {
    this.#isRung = true
    this.#bell.ring()
  }

  /** Resolves with the time to wait before the next step. */
  async #tryStep(): Promise<number> {
    try {
      await this.#step()
      return TICK_MS
    } catch (error) {
      return this.#ended.signal.aborted ? 0 : await this.#fail(error)
    }
  }

  async #step(): Promise<void> {
    const { trust } = this.#keeper
    const need = this.#isUrged && this.#need() === 'none' ? 'renewal' : this.#need()
    if (need === 'none') return this.#calm()
    if (await this.#isRefused()) return
    if (trust === undefined) return this.#waitForTrust()
    this.#askedAtMs = performance.now()
    const current = need === 'renewal' ? this.#identity : undefined
    try {
      this.#identity = await this.#obtainer.obtain(current, trust.authorities, this.#expected)
    } finally {
      this.#askedAtMs = undefined
    }
    this.#succeed(need === 'renewal')
  }

  /** Forgets earlier failures. */
  #calm(): void {
    this.#refusal = undefined
    this.#lastError = undefined
  }

  #need(): Need {
    return findNeed(this.#identity?.certificate, this.#expected, {
      revoked: this.revoked.current,
      authorities: this.#keeper.trust?.authorities,
      nowMs: this.#now(),
      notBeforeMs: this.#notYetMs,
    })
  }

  async #isRefused(): Promise<boolean> {
    const refusal = this.#refusal
    if (refusal === undefined || this.#isUrged || performance.now() >= refusal.againAtMs) return false
    return (await this.#options.readToken()) === refusal.token
  }

  #waitForTrust(): void {
    const { state, lastError } = this.#document.status()
    const reason = state === 'away' ? lastError : `there is no trust document at ${this.#options.prefix}/trust yet`
    this.#lastError = this.#keeper.complaint ?? reason
    if (state !== 'connecting') this.#log.noteWait(this.#lastError)
  }

  /** Called by a timer as well: for time that passes, and for news that could not be written at first. */
  #watch(): void {
    try {
      this.#takeTrust()
    } catch (error) {
      this.#log.noteFailure(error, reasonOf(error))
    }
    this.#announce()
    this.#log.noteTime(this.#identity?.certificate, this.#keeper.trust, this.#now())
    if (this.#askedAtMs === undefined || performance.now() - this.#askedAtMs < PATIENCE_MS) return
    this.#lastError = 'the signer has not answered yet: is `forwarder ca serve` running?'
    this.#log.noteWait(this.#lastError)
  }

  #takeTrust(): void {
    const value = this.#document.entries.current.get(`${this.#options.prefix}/trust`)
    if (value === undefined || value === this.#offered) return
    const isNews = this.#keeper.offer(value)
    this.#offered = value
    if (!isNews) return
    this.#announce()
    if (this.#identity !== undefined && this.#isRevoked())
      this.#log.noteRevoked(this.#identity.certificate.serialNumber)
    this.#wake()
  }

  #succeed(isRenewal: boolean): void {
    this.#isUrged = false
    this.#calm()
    this.#backoff.reset()
    const certificate = this.#identity?.certificate
    if (certificate !== undefined) {
      this.#log.noteCertificate(certificate, isRenewal)
      // A certificate that expires early, with its authority, is not renewed over and over.
      this.#notYetMs = this.#now() + (certificate.validToDate.getTime() - this.#now()) / 2
    }
    this.serial.set(certificate?.serialNumber)
    this.#announce()
  }

  /** How long to wait before the next try. */
  async #fail(failure: unknown): Promise<number> {
    const reason = reasonOf(failure)
    if (!(failure instanceof TrustError) || failure.code === 'trust' || failure.code === 'closed') {
      this.#lastError = reason
      this.#log.noteFailure(failure, reason)
      return this.#backoff.nextMs()
    }
    const token = await this.#options.readToken().catch(() => undefined) // then a token that can be read is the change to wait for
    this.#isUrged = false
    this.#refusal = { reason, token, againAtMs: performance.now() + REFUSED_MS, bySigner: failure.code === 'refused' }
    // After a revocation, the lack of a token is not logged.
    if (token !== undefined || !this.#isRevoked()) this.#log.noteRefusal(reason)
    return TICK_MS
  }

  #announce(): void {
    const certificate = this.#identity?.certificate
    const { trust } = this.#keeper
    if (certificate === undefined || trust === undefined) return
    const isGood = !isExpired(certificate, this.#now()) && certificate.keyUsage !== undefined
    if (isGood && !this.revoked.current.has(certificate)) this.#ready.resolve()
  }

  #readIdentity(path: string): Identity | undefined {
    try {
      return readIdentity(path)
    } catch (error) {
      if (!(error instanceof TlsError)) throw error
      this.#log.noteDamage(error.message)
      return undefined
    }
  }

  #now(): number {
    return (this.#options.now ?? Date.now)()
  }
}
