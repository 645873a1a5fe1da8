// What forwarder needs of etcd. Only etcd-client.ts knows the library behind it; nothing else imports that file but by
// `await import(...)`, so that a configuration without etcd never loads it.
import type { Log } from '../telemetry/log.ts'

export interface EtcdOptions {
  /** At least one: `http://host:port` or `https://host:port`. */
  readonly endpoints: readonly string[]
  /** Together with `password`; etcd's own users. */
  readonly user?: string
  readonly password?: string
  /** Paths of PEM files. Without `ca` the system's authorities are trusted. */
  readonly ca?: string
  readonly certificate?: string
  readonly key?: string
  /** For one question and its answer. Default: 5 s. */
  readonly timeoutMs?: number
  readonly log: Log
}

export interface KeyValue {
  readonly key: string
  readonly value: Buffer
}

/** `value` is undefined where the key was deleted or its lease ended. */
export interface KeyChange {
  readonly key: string
  readonly value: Buffer | undefined
}

export interface Listing {
  readonly entries: readonly KeyValue[]
  /** What this is the state of: a watch goes on from there. */
  readonly revision: string
}

/** Keys put under it vanish when it ends. */
export interface Lease {
  readonly id: string
  readonly ttlSeconds: number
  /** Gives it its whole time anew. Rejects with an EtcdError, `lease_lost` once it has ended. */
  keepAlive(): Promise<void>
  /** Ends it now, and its keys with it. */
  revoke(): Promise<void>
}

/** All of it rejects with an EtcdError and nothing else. */
export interface Etcd {
  get(key: string): Promise<Buffer | undefined>
  /** All keys that begin with `prefix`, as of one revision. */
  list(prefix: string): Promise<Listing>
  put(key: string, value: string | Buffer, lease?: Lease): Promise<void>
  /** False, and nothing done, where the key exists. */
  create(key: string, value: string | Buffer, lease?: Lease): Promise<boolean>
  delete(key: string): Promise<void>
  /** All keys that begin with `prefix`. */
  deleteAll(prefix: string): Promise<void>
  grantLease(ttlSeconds: number): Promise<Lease>
  /**
   * First an empty one, when the watch stands; then the changes after `revision`, in order, those of one revision together.
   * Ends when `signal` fires; rejects when the watch is cut off: `compacted` where that revision is gone and only another `list` helps.
   */
  watch(prefix: string, revision: string, signal: AbortSignal): AsyncIterable<readonly KeyChange[]>
  close(): void
}

/** A client whose settings change while it is in use. */
export interface ChangeableEtcd extends Etcd {
  /**
   * What is under way ends where it began, watches end at once (`compacted`), all else goes the new way; leases go on where etcd
   * knows them. Rejects with an EtcdError, and changes nothing, where etcd can't be used in the new way although it can be in
   * the present one.
   */
  change(options: Omit<EtcdOptions, 'log'>): Promise<void>
}

/**
 * - `unavailable`: no endpoint answers, there is no leader, or it took too long. Trying again helps.
 * - `unauthenticated`: user, password or client certificate are refused, or missing.
 * - `denied`: the user has no right to that key.
 * - `tls`: no trust between the two: authority, name, dates.
 * - `compacted`: the revision asked for is gone.
 * - `lease_lost`: the lease has ended.
 * - `too_much`: more stands there than is held here.
 * - `refused`: anything else that etcd says no to; `message` has its words.
 */
export type EtcdErrorCode =
  | 'unavailable'
  | 'unauthenticated'
  | 'denied'
  | 'tls'
  | 'compacted'
  | 'lease_lost'
  | 'too_much'
  | 'refused'

/** The message is for an operator: which endpoint, what came, what to do. */
export class EtcdError extends Error {
  override readonly name = 'EtcdError'
  readonly code: EtcdErrorCode

  constructor(code: EtcdErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
