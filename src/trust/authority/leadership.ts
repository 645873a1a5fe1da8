import { wait } from '../../flow/backoff.ts'
import { type Etcd, EtcdError, type Lease } from '../../etcd/contract.ts'
import type { Log } from '../../telemetry/log.ts'

const TTL_SECONDS = 10
const RETRY_MS = 1000

export interface LeadershipOptions {
  readonly etcd: Etcd
  readonly key: string
  /** Names the holder to people who look at the key. */
  readonly holder: string
  readonly log: Log
  onChange(): void
  onError(error: unknown): void
}

/** Held by one process at a time for the same key, while it keeps its lease alive. */
export class Leadership {
  readonly #options: LeadershipOptions
  readonly #ended = new AbortController()
  readonly #done: Promise<void>
  #goodUntilMs = 0
  #isWaitLogged = false
  #rival: string | undefined

  constructor(options: LeadershipOptions) {
    this.#options = options
    this.#done = this.#run()
  }

  /** False as soon as the lease may have ended, whatever etcd reports. */
  get isHeld(): boolean {
    return performance.now() < this.#goodUntilMs
  }

  /** The holder for which this one waits, as its key says; undefined while this one has the role, or etcd is away. */
  get rival(): string | undefined {
    return this.#rival
  }

  async close(): Promise<void> {
    this.#ended.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended
    while (!signal.aborted) {
      await this.#serve().catch((error: unknown) => this.#options.onError(error))
      this.#lose()
      await wait(RETRY_MS, signal)
    }
  }

  /** Resolves when the role is lost, or at once if another process has it. */
  async #serve(): Promise<void> {
    const lease = await this.#acquire()
    if (lease !== undefined) await this.#hold(lease)
  }

  async #acquire(): Promise<Lease | undefined> {
    const { etcd, key, holder, log } = this.#options
    // Looking first saves etcd a lease for each try of a waiting signer.
    const present = await etcd.get(key)
    const isOwn = present?.toString() === holder
    // After an outage of etcd, the key of the lease that was lost would keep everybody waiting until its end.
    if (isOwn) await etcd.delete(key)
    if (present === undefined || isOwn) {
      const startedMs = performance.now()
      const lease = await etcd.grantLease(TTL_SECONDS)
      if (await etcd.create(key, holder, lease)) {
        this.#gain(startedMs, lease)
        return lease
      }
      await lease.revoke()
    }
    if (!this.#isWaitLogged)
      log.info({ key, holder: String(present) }, 'another signer is active; waiting to take over')
    this.#isWaitLogged = true
    this.#rival = String(present)
    return undefined
  }

  async #hold(lease: Lease): Promise<void> {
    const { signal } = this.#ended
    let isLost = false
    while (!isLost && this.isHeld) {
      await wait((lease.ttlSeconds * 1000) / 4, signal)
      if (signal.aborted) break
      isLost = !(await this.#tryToRenew(lease))
    }
    await lease.revoke().catch((error: unknown) => {
      if (!(error instanceof EtcdError)) throw error // otherwise the lease expires
    })
  }

  /** False if the role is lost. After a failure that does not show this, it is held until the lease's time is up. */
  async #tryToRenew(lease: Lease): Promise<boolean> {
    try {
      return await this.#renew(lease)
    } catch (error) {
      this.#options.onError(error)
      // The time during which this machine was suspended counts for etcd, but not in `isHeld`.
      return !(error instanceof EtcdError) || error.code !== 'lease_lost'
    }
  }

  /** False where the key was deleted or replaced, which the lease does not show. */
  async #renew(lease: Lease): Promise<boolean> {
    const { etcd, key, holder, log } = this.#options
    const startedMs = performance.now()
    await lease.keepAlive()
    const present = await etcd.get(key)
    if (present?.toString() === holder) {
      this.#extend(startedMs, lease)
      return true
    }
    log.warn({ key, holder: present?.toString().slice(0, 300) }, 'lost the role of signer: its key in etcd was changed')
    return false
  }

  #gain(startedMs: number, lease: Lease): void {
    this.#isWaitLogged = false
    this.#rival = undefined
    this.#extend(startedMs, lease)
    this.#options.onChange()
  }

  #extend(startedMs: number, lease: Lease): void {
    this.#goodUntilMs = startedMs + lease.ttlSeconds * 1000
  }

  #lose(): void {
    if (this.#goodUntilMs === 0) return
    this.#goodUntilMs = 0
    this.#options.onChange()
  }
}
