// The part of etcd's protocol (v3, rpc.proto) that is used here: names as in rpc.proto, 64-bit numbers as text.

export interface Header {
  readonly cluster_id: string
  readonly revision: string
}

export interface RawKeyValue {
  readonly key: Buffer
  readonly value: Buffer
  readonly mod_revision: string
  readonly lease: string
}

export interface RangeRequest {
  readonly key: Buffer
  readonly range_end?: Buffer
  readonly limit?: number
  readonly revision?: string
}

export interface RangeResponse {
  readonly header: Header
  readonly kvs: readonly RawKeyValue[]
  /** There are more keys than `limit`. */
  readonly more: boolean
  readonly count: string
}

export interface PutRequest {
  readonly key: Buffer
  readonly value: Buffer
  readonly lease?: string
}

/** Puts the key if it does not exist, otherwise reads it. */
export interface CreateRequest {
  readonly compare: readonly [
    { readonly result: 'EQUAL'; readonly target: 'CREATE'; readonly key: Buffer; readonly create_revision: '0' },
  ]
  readonly success: readonly [{ readonly request_put: PutRequest }]
  readonly failure: readonly [{ readonly request_range: RangeRequest }]
}

/** Deletes keys, no key twice. */
export interface DeleteEachRequest {
  readonly compare: readonly []
  readonly success: readonly { readonly request_delete_range: { readonly key: Buffer } }[]
  readonly failure: readonly []
}

export interface TxnResponse {
  readonly succeeded: boolean
  readonly responses: readonly { readonly response_range?: RangeResponse | null }[]
}

/** Each call that has one answer: its request and its response. */
export interface Calls {
  readonly range: readonly [RangeRequest, RangeResponse]
  readonly put: readonly [PutRequest, unknown]
  readonly deleteRange: readonly [{ readonly key: Buffer; readonly range_end?: Buffer }, unknown]
  readonly txn: readonly [CreateRequest | DeleteEachRequest, TxnResponse]
  readonly leaseGrant: readonly [
    { readonly TTL: number; readonly ID: 0 },
    { readonly ID: string; readonly TTL: string; readonly error: string },
  ]
  readonly leaseRevoke: readonly [{ readonly ID: string }, unknown]
  /** A stream in the protocol; here one round of it. `TTL` is 0 if the lease has ended. */
  readonly leaseKeepAlive: readonly [{ readonly ID: string }, { readonly ID: string; readonly TTL: string }]
  readonly authenticate: readonly [{ readonly name: string; readonly password: string }, { readonly token: string }]
}

export type CallName = keyof Calls

export interface WatchCreate {
  readonly key: Buffer
  readonly range_end: Buffer
  readonly start_revision: string
  /** Large answers come in pieces; all but the last have `fragment`. */
  readonly fragment: true
}

export interface WatchResponse {
  readonly header: Header
  readonly created: boolean
  readonly canceled: boolean
  /** Not 0 if the requested revision has been compacted. */
  readonly compact_revision: string
  readonly cancel_reason: string
  readonly fragment: boolean
  readonly events: readonly { readonly type: 'Put' | 'Delete'; readonly kv: RawKeyValue }[]
}

export interface CallOptions {
  readonly token: string | undefined
  readonly timeoutMs: number
}

/** A connection to one endpoint. Everything rejects with gRPC's own error, which has `code` and `details`. */
export interface Connection {
  call<Name extends CallName>(name: Name, request: Calls[Name][0], options: CallOptions): Promise<Calls[Name][1]>
  /** Reads no faster than its consumer. Ends when `signal` fires. */
  watch(create: WatchCreate, token: string | undefined, signal: AbortSignal): AsyncIterable<WatchResponse>
  /** Lets pending calls finish; no new call may start. */
  retire(): void
  /** Cancels pending calls too. */
  close(): void
}

/** The end of the range of all keys with this prefix, as etcd expects it. */
export function endOfPrefix(prefix: string): Buffer {
  const end = Buffer.from(prefix)
  for (let index = end.length - 1; index >= 0; index--) {
    const byte = end[index] ?? 0
    if (byte === 0xff) continue
    end[index] = byte + 1
    return end.subarray(0, index + 1)
  }
  return Buffer.from([0])
}
