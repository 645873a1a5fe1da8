import { hostname } from 'node:os'
import { EtcdError } from '../../etcd/contract.ts'
import { KeyMirror } from '../../etcd/key-mirror.ts'
import { wait } from '../../flow/backoff.ts'
import { Bell } from '../../flow/wake-up-bell.ts'
import { HOUR_MS } from '../../flow/time-units.ts'
import type { Database } from '../../sqlite/database.ts'
import { type DirectoryLock, lockDirectory } from '../../sqlite/state-directory-lock.ts'
import { readNumber } from '../../sqlite/transaction.ts'
import { AnswerLease } from './answer-lease.ts'
import { answerRequest } from './answer-request.ts'
import { type Authorities, loadAuthorities } from './authorities.ts'
import { openAuthorityDatabase } from './authority-database.ts'
import { type Signer, type SignerOptions, type SignerStatus, TrustError } from '../contract.ts'
import { removeExpired } from './remove-expired.ts'
import { Leadership } from './leadership.ts'
import type { Answer } from '../request-and-answer.ts'
import { RivalSigner } from './rival-signer.ts'
import { SignerRecord } from './signer-record.ts'
import { TrustPublisher } from './trust-publisher.ts'
import { noteLifetime } from './revocations.ts'
import { noteRenewExpired, noteTrouble } from './publication.ts'
import { RequestSorter, type Waiting } from './waiting-requests.ts'

/** How often the signer looks for changes that commands made to the database. */
const TICK_MS = 1000
const RETRY_MS = 2000
const PRUNE_MS = HOUR_MS
/** Between two looks for requests that are proven, however many others wait. */
const UNPROVEN_AT_A_TIME = 20
const GARBAGE_AT_A_TIME = 1000

/**
 * Answers requests for certificates and keeps the trust document: one signer at a time for this etcd and this directory.
 * Waits for etcd indefinitely. Rejects with a TrustError, TlsError or StateError where the directory cannot be used.
 */
export async function startSigner(options: SignerOptions): Promise<Signer> {
  const database = openAuthorityDatabase(options.dir)
  let lock: DirectoryLock | undefined
  try {
    lock = lockDirectory(options.dir, { role: 'signer' })
    const authorities = await loadAuthorities(options.dir, database, options.passphrase)
    return new EtcdSigner(options, { database, lock, authorities })
  } catch (error) {
    lock?.release()
    database.close()
    throw error
  }
}

interface Parts {
  readonly database: Database
  readonly lock: DirectoryLock
  readonly authorities: Authorities
}

class EtcdSigner implements Signer {
  readonly #options: SignerOptions
  readonly #database: Database
  readonly #lock: DirectoryLock
  readonly #requests: KeyMirror
  readonly #sorter: RequestSorter
  readonly #leadership: Leadership
  readonly #publisher: TrustPublisher
  readonly #rival: RivalSigner
  readonly #answerLease: AnswerLease
  readonly #ended = new AbortController()
  readonly #done: Promise<void>
  readonly #record: SignerRecord
  /** Answered and deleted requests that the mirror still shows. */
  #handled = new Set<Buffer>()
  #authorities: Authorities
  #dataVersion = -1
  #prunedAtMs = 0
  /** What keeps machines from hearing of all revocations and authorities. */
  #trouble: Error | undefined
  #keptUpAtMs = 0
  readonly #bell = new Bell()
  /** Rung since the last round of work began. */
  #isRung = false

  constructor(options: SignerOptions, { database, lock, authorities }: Parts) {
    const { etcd, prefix, log } = options
    this.#options = options
    this.#record = new SignerRecord(log, options.dir)
    this.#database = database
    this.#lock = lock
    this.#authorities = authorities
    noteLifetime(database, options.lifetimeMs)
    noteRenewExpired(database, options.renewExpiredMs)
    this.#publisher = new TrustPublisher({ etcd, key: `${prefix}/trust`, database, log })
    this.#answerLease = new AnswerLease(etcd)
    this.#rival = new RivalSigner({ etcd, key: `${prefix}/trust`, roleKey: `${prefix}/signer` })
    this.#requests = new KeyMirror({ etcd, prefix: `${prefix}/requests/`, log, onTooMuch: () => this.#sweep() })
    this.#sorter = new RequestSorter(database, `${prefix}/requests/`)
    this.#requests.entries.onChange(() => this.#wake())
    this.#leadership = new Leadership({
      etcd,
      key: `${prefix}/signer`,
      holder: JSON.stringify({ host: hostname(), pid: process.pid, since: new Date().toISOString() }),
      log,
      onChange: () => this.#onLeadership(),
      onError: error => this.#fail(error),
    })
    this.#done = this.#run()
  }

  get fingerprint(): string {
    return this.#authorities.issuerEntry.fingerprint
  }

  status(): SignerStatus {
    const { issuedAtMs, revokedCount: revoked } = this.#publisher
    const { lastError } = this.#record
    return {
      isActive: this.#leadership.isHeld,
      ...this.#record.counts,
      pending: this.#requests.entries.current.size,
      revoked,
      authorities: this.#authorities.trusted.length,
      ...(issuedAtMs !== undefined && { trustIssuedAtMs: issuedAtMs }),
      ...(lastError !== undefined && { lastError }),
    }
  }

  async close(): Promise<void> {
    if (this.#ended.signal.aborted) return await this.#done
    this.#ended.abort()
    await this.#done
    await this.#leadership.close()
    await this.#requests.close()
    this.#database.close()
    this.#lock.release()
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      this.#isRung = false
      const isDone = await this.#tryWork()
      // A change wakes it at once, except after a failure: it would be tried again without a pause.
      if (!isDone) await wait(RETRY_MS, this.#ended.signal)
      else if (!this.#isRung) await this.#bell.wait(this.#ended.signal, TICK_MS)
    }
  }

  #wake(): void {
    this.#isRung = true
    this.#bell.ring()
  }

  async #tryWork(): Promise<boolean> {
    try {
      const { isHeld, rival } = this.#leadership
      if (isHeld) await this.#work()
      else if (rival !== undefined) await this.#standBy(rival)
      return true
    } catch (error) {
      this.#fail(error)
      return false
    }
  }

  async #work(): Promise<void> {
    await this.#keepUp()
    const { proven, unproven, garbage } = await this.#sorter.sort(this.#listWaiting())
    const isRest = unproven.length > UNPROVEN_AT_A_TIME || garbage.length > GARBAGE_AT_A_TIME
    for (const one of [...proven, ...unproven.slice(0, UNPROVEN_AT_A_TIME)]) {
      if (this.#ended.signal.aborted || !this.#leadership.isHeld) return
      if (performance.now() - this.#keptUpAtMs >= TICK_MS) await this.#keepUp() // however many requests wait
      await this.#answer(one)
    }
    await this.#discard(garbage.slice(0, GARBAGE_AT_A_TIME))
    this.#record.noteWork(this.#trouble)
    noteTrouble(this.#database, this.#record.lastError)
    if (isRest) this.#wake()
  }

  async #standBy(holder: string): Promise<void> {
    this.#record.noteWork(await this.#rival.look(holder, this.#authorities, this.#now()))
    noteTrouble(this.#database, `another signer is active: ${holder.slice(0, 300)}`)
  }

  #listWaiting(): Waiting[] {
    const waiting = Array.from(this.#requests.entries.current, ([key, value]) => ({ key, value }))
    this.#handled = new Set(waiting.map(({ value }) => value).filter(value => this.#handled.has(value)))
    return waiting.filter(({ value }) => !this.#handled.has(value))
  }

  /** It gets no answer: that would be one for the request that it replaced. */
  async #discard(garbage: readonly Waiting[]): Promise<void> {
    const { current } = this.#requests.entries
    const present = garbage.filter(({ key, value }) => current.get(key) === value)
    if (present.length === 0) return
    await this.#options.etcd.deleteEach(present.map(({ key }) => key))
    for (const { value } of present) this.#handled.add(value)
    this.#record.noteDiscarded(present)
  }

  /** Rejects where nothing may be signed. A document that cannot be published keeps no machine from its certificate. */
  async #keepUp(): Promise<void> {
    await this.#refresh()
    if (await this.#publisher.look(this.#authorities)) this.#authorities = await this.#loadAuthorities()
    const publishing = this.#publisher.keep(this.#authorities, this.#now())
    const trouble = await publishing.catch((error: unknown) => {
      if (error instanceof EtcdError && ['refused', 'denied'].includes(error.code)) return error
      throw error
    })
    this.#trouble = trouble ?? this.#authorities.fault
    this.#keptUpAtMs = performance.now()
  }

  /** A writer to etcd could put more requests there than the mirror can hold. */
  async #sweep(): Promise<void> {
    const { etcd, prefix, log } = this.#options
    if (!this.#leadership.isHeld) return
    try {
      await etcd.deleteAll(`${prefix}/requests/`)
      log.error({ prefix }, 'too many requests in etcd; deleted all of them, and machines ask again')
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Notices changes by commands: PRAGMA data_version changes with each commit of another connection. */
  async #refresh(): Promise<void> {
    const version = readNumber(this.#database, 'PRAGMA data_version')
    // A file that cannot be read may have been given to us meanwhile.
    if (version !== this.#dataVersion || this.#authorities.fault !== undefined) {
      const before = this.fingerprint
      this.#authorities = await this.#loadAuthorities()
      this.#dataVersion = version
      if (this.fingerprint !== before)
        this.#options.log.info({ fingerprint: this.fingerprint }, 'another authority signs now')
    }
    if (this.#now() - this.#prunedAtMs < PRUNE_MS) return
    this.#prunedAtMs = this.#now()
    removeExpired(this.#database, this.#options.renewExpiredMs)
  }

  async #loadAuthorities(): Promise<Authorities> {
    const { dir, passphrase } = this.#options
    return await loadAuthorities(dir, this.#database, passphrase)
  }

  async #answer({ key, value }: Waiting): Promise<void> {
    const { etcd, prefix } = this.#options
    const id = key.slice(`${prefix}/requests/`.length)
    const answer = await this.#decide(value)
    await etcd.put(`${prefix}/answers/${id}`, JSON.stringify(answer), await this.#answerLease.take())
    await etcd.delete(key)
    this.#handled.add(value)
  }

  async #decide(value: Buffer): Promise<Answer> {
    const { lifetimeMs, renewExpiredMs, log } = this.#options
    const context = { database: this.#database, authorities: this.#authorities, lifetimeMs, renewExpiredMs, log }
    try {
      const issued = await answerRequest(value, { ...context, nowMs: this.#now() })
      this.#record.noteIssued(issued)
      return { certificate: issued.record.certificate }
    } catch (error) {
      return this.#refuse(error)
    }
  }

  /** Throws where the signer is at fault; a request's own fault is its answer, and must not stop the ones behind it. */
  #refuse(error: unknown): Answer {
    if (error instanceof TrustError && error.code === 'refused') {
      this.#record.noteRefusal(error.message)
      return { refused: error.message }
    }
    if (error instanceof TrustError || !(error instanceof Error) || 'errcode' in error) throw error
    this.#record.noteFaultAtRequest(error)
    return { refused: 'the signer failed at this request; its log has the reason' }
  }

  #onLeadership(): void {
    if (this.#leadership.isHeld) this.#rival.forget()
    this.#publisher.forget()
    this.#answerLease.forget()
    this.#wake()
  }

  #fail(error: unknown): void {
    if (error instanceof EtcdError && error.code === 'lease_lost') this.#answerLease.forget()
    this.#record.noteFailure(error)
  }

  #now(): number {
    return (this.#options.now ?? Date.now)()
  }
}
