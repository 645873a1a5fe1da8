import { Backoff, wait, within } from '../flow/backoff.ts'
import { Bell } from '../flow/wake-up-bell.ts'
import { reasonOf } from '../flow/error-reason.ts'
import type { Watched } from '../flow/watched-value.ts'
import type { Log } from '../telemetry/log.ts'
import { type Etcd, EtcdError, type Lease } from '../etcd/contract.ts'
import { Availability, type AvailabilityStatus } from '../etcd/availability.ts'

export interface RegistrationOptions {
  readonly etcd: Etcd
  readonly key: string
  readonly value: Watched<string>
  /** How long the key outlives this process. Default: 10. */
  readonly ttlSeconds?: number
  readonly log: Log
}

export interface Registration {
  /** `live`: the key is in etcd. */
  status(): AvailabilityStatus
  /** Resolves when the key is in etcd for the first time, or when the registration ends before that. */
  readonly written: Promise<void>
  /**
   * Stops writing and renewing. The key stays until its lease ends, so that another registration can take it over
   * without a gap.
   */
  halt(): Promise<void>
  /** Deletes the key. Resolves after at most three seconds: if etcd is down, the key expires. */
  leave(): Promise<void>
}

const TTL_SECONDS = 10
const LEAVE_MS = 3000
const BACKOFF = { firstMs: 250, maxMs: 5000 }
/** Two collectors with one name would move all agents to and fro each time one of them writes. */
const DISPUTE = { firstMs: 10_000, maxMs: 300_000 }
const DISPUTE_OVER_MS = 2 * DISPUTE.maxMs
const MESSAGES = {
  away: 'cannot renew the registration in etcd; retrying',
  back: 'registered in etcd again',
}

/** Keeps a key in etcd as long as this process lives. Never waits for etcd and never throws. */
export function registerKey(options: RegistrationOptions): Registration {
  const key = new LeasedKey(options)
  // A plain object, because the collector spreads it.
  return { status: () => key.status(), written: key.written, halt: () => key.halt(), leave: () => key.leave() }
}

class LeasedKey {
  readonly #options: RegistrationOptions
  readonly #availability: Availability
  readonly #leaving = new AbortController()
  readonly #firstWritten = Promise.withResolvers<void>()
  readonly #backoff = new Backoff(BACKOFF)
  readonly #ended: Promise<void>
  #lease: Lease | undefined
  /** The value in etcd, as far as we know. */
  #written: string | undefined
  #isDisputed = false
  readonly #dispute = new Backoff(DISPUTE)
  #disputedAtMs = 0
  /** Until then the key is left to the other writer. */
  #yieldsUntilMs = 0

  constructor(options: RegistrationOptions) {
    this.#options = options
    this.#availability = new Availability({ fields: { key: options.key }, log: options.log, ...MESSAGES })
    this.#ended = this.#run()
  }

  status(): AvailabilityStatus {
    return this.#availability.status
  }

  get written(): Promise<void> {
    return this.#firstWritten.promise
  }

  async halt(): Promise<void> {
    this.#stop()
    await this.#ended
  }

  async leave(): Promise<void> {
    this.#stop()
    await within(LEAVE_MS, this.#revoke())
  }

  #stop(): void {
    this.#leaving.abort()
    this.#firstWritten.resolve()
  }

  async #run(): Promise<void> {
    const { signal } = this.#leaving
    while (!signal.aborted) await this.#keep().catch(error => this.#noteFailure(error))
  }

  async #keep(): Promise<void> {
    const lease = await this.#renew()
    await this.#write(lease)
    this.#availability.noteLive()
    this.#firstWritten.resolve()
    this.#backoff.reset()
    await this.#waitForChange((lease.ttlSeconds * 1000) / 3)
  }

  async #noteFailure(error: unknown): Promise<void> {
    const { signal } = this.#leaving
    if (signal.aborted) return
    if (error instanceof EtcdError && error.code === 'lease_lost') this.#lease = undefined
    this.#availability.noteAway(error)
    await wait(this.#backoff.nextMs(), signal)
  }

  async #revoke(): Promise<void> {
    await this.#ended
    try {
      await this.#lease?.revoke()
    } catch (error) {
      if (error instanceof EtcdError && error.code === 'lease_lost') return
      const { key, log, ttlSeconds = TTL_SECONDS } = this.#options
      const reason = reasonOf(error)
      log.warn({ key, reason, ttlSeconds }, 'cannot delete the registration in etcd; it expires with its lease')
    }
  }

  async #renew(): Promise<Lease> {
    if (this.#lease === undefined) {
      this.#written = undefined
      this.#yieldsUntilMs = 0
      this.#lease = await this.#options.etcd.grantLease(this.#options.ttlSeconds ?? TTL_SECONDS)
    } else await this.#lease.keepAlive()
    return this.#lease
  }

  async #write(lease: Lease): Promise<void> {
    const { etcd, key, value } = this.#options
    const wanted = value.current
    if (this.#written === wanted && (await this.#isInPlace(wanted))) return
    this.#written = undefined
    await etcd.put(key, wanted, lease)
    this.#written = wanted
  }

  /** Another program may have deleted the key, or may write it too: it is written again, at growing intervals. */
  async #isInPlace(wanted: string): Promise<boolean> {
    const { etcd, key, log } = this.#options
    const found = await etcd.get(key)
    if (found?.toString() === wanted) {
      this.#isDisputed = false
      if (performance.now() - this.#disputedAtMs > DISPUTE_OVER_MS) this.#dispute.reset()
      return true
    }
    this.#yieldTo(found)
    if (this.#isDisputed) return false
    this.#isDisputed = true
    const fields = { key, isDeleted: found === undefined }
    log.warn(
      fields,
      'another program changed our registration in etcd; writing it again: do two collectors have one name?',
    )
    return false
  }

  /** Throws an EtcdError while the key is left to another writer. */
  #yieldTo(other: Buffer | undefined): void {
    const nowMs = performance.now()
    if (other === undefined) {
      this.#yieldsUntilMs = 0
      return
    }
    if (nowMs < this.#yieldsUntilMs)
      throw new EtcdError(
        'refused',
        `another program also writes ${this.#options.key} in etcd: give each collector a "name" of its own in "advertise"`,
      )
    this.#disputedAtMs = nowMs
    this.#yieldsUntilMs = nowMs + this.#dispute.nextMs()
  }

  async #waitForChange(milliseconds: number): Promise<void> {
    const change = new Bell()
    const forget = this.#options.value.onChange(() => change.ring())
    try {
      if (this.#written !== this.#options.value.current) return
      await change.wait(this.#leaving.signal, milliseconds)
    } finally {
      forget()
    }
  }
}
