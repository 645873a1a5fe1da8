import type { BackoffLimits } from '../../flow/backoff.ts'
import type { LineBatch } from '../../flow/line-batch.ts'
import type { Watched } from '../../flow/watched-value.ts'
import type { Log } from '../../telemetry/log.ts'
import type { ClientTls } from '../../tls/client-tls.ts'
import type { BalanceRules } from './queue/balancer.ts'
import type { FailbackTimes } from './servers/failback.ts'
import type { ServerAddress } from './servers/server-address.ts'
import type { WireForm } from './servers/wire-form-offers.ts'
import type { Protocol } from '../wire/frames.ts'

/**
 * - `random`: one of them, chosen by weight.
 * - `failover`: the first of the list that works.
 * - `all`: windows are spread over all of them.
 */
export type Balance = 'random' | 'failover' | 'all'

/** What may be changed while the publisher works. */
export interface PublisherSettings {
  /** Undefined: plain text. */
  readonly tls: ClientTls | undefined
  readonly protocol: Protocol
  /** `auto`: our own form is offered over TLS, with protocol 2. `lumberjack`: as all receivers read it. Default: `auto`. */
  readonly wireForm?: 'auto' | 'lumberjack'
  /** Of zlib, 0 to 9, where 0 sends protocol 2 uncompressed; of zstd in our own form, where 0 counts as 1. */
  readonly compressionLevel: number
  /** Windows that may be on the wire of one connection without an ack. */
  readonly windowsInFlight: number
  /** For connecting, for the TLS handshake, and for any sign of life while an ack is due. */
  readonly timeoutMs: number
  /** `host.name` of the events. */
  readonly host: string
  readonly balance: Balance
  /** With `random`: servers of this zone come first, as long as one of them works. */
  readonly zone?: string
  /** Connections are renewed at about this age, each at 75 to 125 % of it; 0: never. */
  readonly maxConnectionAgeMs: number
}

export interface PublisherOptions extends PublisherSettings {
  /** The list may be empty, and may change. */
  readonly servers: Watched<readonly ServerAddress[]>
  readonly log: Log
  /** Keep-alives without progress for this long end the connection. Default: 5 minutes. */
  readonly stallMs?: number
  /** Waits after failures, each a random part of the limit that doubles. Default: 1 s to 30 s. */
  readonly backoff?: BackoffLimits
  /** When to go back to a better server. Default: after it has worked for 30 s, probed every 10 s. */
  readonly failback?: FailbackTimes
  /** How windows are spread over all servers. */
  readonly balanceRules?: BalanceRules
  /** Between two looks at the certificate files. Default: 5 s. */
  readonly tlsRefreshMs?: number
  /** Keeps an event that no collector takes, before its batch counts as delivered; resolves with where it is. */
  readonly keepRefused?: (event: RefusedEvent) => Promise<string>
  /** How long a server that acks nothing is waited for while the others refuse an event. Default: 1 minute. */
  readonly absenceMs?: number
  /** From 0 to 1; default Math.random. */
  readonly random?: () => number
  /** Gets, for each window, the seconds from its first byte to its ack. */
  readonly ackDuration?: { observe(seconds: number): void }
}

/** An event that no collector takes. */
export interface RefusedEvent {
  /** The batch of which it was a part. */
  readonly batch: LineBatch
  readonly fileId: string
  readonly path: string
  /** Of its line in the file. */
  readonly offset: number
  /** Of the line, its terminator included. */
  readonly byteCount: number
  /** The event as JSON. */
  readonly payload: Buffer
  /** `host:port` of those that refused it. */
  readonly servers: readonly string[]
}

/** What a link is doing. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly address: string; readonly isSecure: boolean; readonly form: WireForm }
  /** Waiting before it tries again. */
  | { readonly kind: 'backing_off'; readonly waitMs: number }
  /** The server ended an idle connection; it connects again when there is something to send. */
  | { readonly kind: 'resting' }
  /** It takes no more batches, and waits for its last acks. */
  | { readonly kind: 'retiring' }
  | { readonly kind: 'closed' }

export interface LinkStatus {
  /** `host:port`, as configured. */
  readonly server: string
  readonly state: LinkState
  /** When the state began, in milliseconds since 1970. */
  readonly sinceMs: number
  /** Confirmed by this server, over all connections to it. */
  readonly windowsAcked: number
  readonly eventsAcked: number
  /** From a window's first byte to its ack, smoothed; absent before the first. */
  readonly ackMs?: number
  /** When the connection was made, in milliseconds since 1970; absent without one. */
  readonly connectedSinceMs?: number
  /** A sentence; absent while nothing has failed since the last acked window. */
  readonly lastError?: string
}

/** Counts since the start, of all links together. */
export interface PublisherCounts {
  readonly eventsSent: number
  readonly eventsAcked: number
  /** Events that were sent again. */
  readonly eventsResent: number
  /** Events that no collector takes, which were passed by. */
  readonly eventsRefused: number
  readonly windowsSent: number
  readonly windowsAcked: number
  readonly partialAcks: number
  readonly keepalives: number
  /** Bytes of frames, compressed, before TLS. */
  readonly bytesSent: number
  readonly connectionsMade: number
  /** Attempts that did not lead to a connection. */
  readonly connectFailures: number
  /** Connections that ended while answers were due, or by a fault. */
  readonly connectionsLost: number
}

export interface PublisherStatus extends PublisherCounts {
  /** Batches that wait for a link. */
  readonly batchesWaiting: number
  /** Batches that wait, are being prepared, or are on the wire. */
  readonly batchesOpen: number
  /** Links that have a connection now. */
  readonly linksConnected: number
  readonly links: readonly LinkStatus[]
  /** Why there are no links; absent when there are some. */
  readonly lastError?: string
}

export type MutableCounts = { -readonly [Name in keyof PublisherCounts]: number }

export function zeroCounts(): MutableCounts {
  return {
    eventsSent: 0,
    eventsAcked: 0,
    eventsResent: 0,
    eventsRefused: 0,
    windowsSent: 0,
    windowsAcked: 0,
    partialAcks: 0,
    keepalives: 0,
    bytesSent: 0,
    connectionsMade: 0,
    connectFailures: 0,
    connectionsLost: 0,
  }
}
