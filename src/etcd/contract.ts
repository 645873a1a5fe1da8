// What forwarder needs of etcd. Only client.ts knows the library behind it, and that file is imported only by
// `await import(...)`, so that a configuration without etcd never loads it.
import type { Log } from '../telemetry/log.ts'

export interface EtcdOptions {
  /** At least one: `http://host:port` or `https://host:port`. */
  readonly endpoints: readonly string[]
  /** One of etcd's own users; needs `password`. */
  readonly user?: string
  readonly password?: string
  /** Paths of PEM files. Without `ca` the system's authorities are trusted. */
  readonly ca?: string
  readonly certificate?: string
  readonly key?: string
  /** For one call. Default: 5 s. */
  readonly timeoutMs?: number
  readonly log: Log
}

export interface KeyValue {
  readonly key: string
  readonly value: Buffer
}

/** `value` is undefined if the key was deleted or its lease ended. */
export interface KeyChange {
  readonly key: string
  readonly value: Buffer | undefined
}

export interface Listing {
  readonly entries: readonly KeyValue[]
  /** The revision of the listing: a watch continues from there. */
  readonly revision: string
}

/** Keys put under it vanish when it ends. */
export interface Lease {
  readonly id: string
  readonly ttlSeconds: number
  /** Restarts its time. Rejects with an EtcdError: `lease_lost` once it has ended. */
  keepAlive(): Promise<void>
  /** Ends it now, together with its keys. */
  revoke(): Promise<void>
}

/** Every method rejects with an EtcdError and nothing else. */
export interface Etcd {
  get(key: string): Promise<Buffer | undefined>
  /** All keys that begin with `prefix`, as of one revision. */
  list(prefix: string): Promise<Listing>
  put(key: string, value: string | Buffer, lease?: Lease): Promise<void>
  /** Does nothing and resolves to false if the key exists. */
  create(key: string, value: string | Buffer, lease?: Lease): Promise<boolean>
  delete(key: string): Promise<void>
  /** Any number of keys, a hundred in one request. */
  deleteEach(keys: readonly string[]): Promise<void>
  /** All keys that begin with `prefix`. */
  deleteAll(prefix: string): Promise<void>
  grantLease(ttlSeconds: number): Promise<Lease>
  /**
   * First an empty list, when the watch is established; then the changes after `revision`, in order, those of one
   * revision together. Ends when `signal` fires. Rejects when the watch is cut off: `compacted` if that revision is
   * gone and only another `list` helps.
   */
  watch(prefix: string, revision: string, signal: AbortSignal): AsyncIterable<readonly KeyChange[]>
  close(): void
}

/** A client whose settings change while it is in use. */
export interface ChangeableEtcd extends Etcd {
  /**
   * Pending calls end where they began, watches end at once (`compacted`), and new calls use the new settings; leases
   * live on if the new etcd knows them. Rejects with an EtcdError, and changes nothing, if etcd cannot be used with the
   * new settings but can with the current ones.
   */
  change(options: Omit<EtcdOptions, 'log'>): Promise<void>
}

/**
 * - `unavailable`: no endpoint answers, there is no leader, or it took too long. Trying again helps.
 * - `unauthenticated`: the user, password or client certificate is refused or missing.
 * - `denied`: the user has no right to that key.
 * - `tls`: one side does not trust the other: authority, name, dates.
 * - `compacted`: the revision asked for is gone.
 * - `lease_lost`: the lease has ended.
 * - `too_much`: there are more keys than fit into memory here.
 * - `refused`: any other refusal of etcd; `message` quotes it.
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
