import { wait } from '../../flow/backoff.ts'
import { type Etcd, EtcdError, type Lease } from '../../etcd/contract.ts'
import type { Log } from '../../telemetry/log.ts'

const TTL_SECONDS = 10
const RETRY_MS = 1000

export interface LeadershipOptions {
  readonly etcd: Etcd
  readonly key: string
  /** Who holds it, for people who look at the key. */
  readonly holder: string
  readonly log: Log
  onChange(): void
  onError(error: unknown): void
}

/** One of all that hold the same key at a time: while the lease lives that this one keeps alive. */
export class Leadership {
  readonly #options: LeadershipOptions
  readonly #ended = new AbortController()
  readonly #done: Promise<void>
  #goodUntilMs = 0
  #wasTold = false

  constructor(options: LeadershipOptions) {
    this.#options = options
    this.#done = this.#run()
  }

  /** False as soon as the lease may have ended, whatever etcd will say about it. */
  get isHeld(): boolean {
    return performance.now() < this.#goodUntilMs
  }

  async close(): Promise<void> {
    this.#ended.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended
    while (!signal.aborted) {
      try {
        const lease = await this.#acquire()
        if (lease !== undefined) await this.#hold(lease)
      } catch (error) {
        this.#options.onError(error)
      }
      this.#lose()
      await wait(RETRY_MS, signal)
    }
  }

  async #acquire(): Promise<Lease | undefined> {
    const { etcd, key, holder, log } = this.#options
    // Looking first spares etcd a lease for each try of a signer that waits.
    const present = await etcd.get(key)
    if (present === undefined) {
      const startedMs = performance.now()
      const lease = await etcd.grantLease(TTL_SECONDS)
      if (await etcd.create(key, holder, lease)) {
        this.#gain(startedMs, lease)
        return lease
      }
      await lease.revoke()
    }
    if (!this.#wasTold) log.info({ key, holder: String(present) }, 'another signer answers: waiting to take over')
    this.#wasTold = true
    return undefined
  }

  async #hold(lease: Lease): Promise<void> {
    const { signal } = this.#ended
    while (!signal.aborted && this.isHeld) {
      await wait((lease.ttlSeconds * 1000) / 4, signal)
      if (signal.aborted) break
      try {
        if (await this.#renew(lease)) continue
      } catch (error) {
        this.#options.onError(error)
        // Time that this machine was suspended counts for etcd, and not in `isHeld`.
        if (!(error instanceof EtcdError) || error.code !== 'lease_lost') continue // goes on until the time is up
      }
      break
    }
    await lease.revoke().catch((error: unknown) => {
      if (!(error instanceof EtcdError)) throw error // else it ends by itself
    })
  }

  /** False where somebody has taken the key away, which the lease knows nothing of. */
  async #renew(lease: Lease): Promise<boolean> {
    const { etcd, key, holder, log } = this.#options
    const startedMs = performance.now()
    await lease.keepAlive()
    const present = await etcd.get(key)
    if (present?.toString() === holder) {
      this.#extend(startedMs, lease)
      return true
    }
    log.warn({ key, holder: present?.toString().slice(0, 300) }, 'the role of signer was taken away in etcd')
    return false
  }

  #gain(startedMs: number, lease: Lease): void {
    this.#wasTold = false
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
