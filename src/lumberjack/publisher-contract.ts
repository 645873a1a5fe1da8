import type { BackoffLimits } from '../flow/backoff.ts'
import type { Sink } from '../flow/contract.ts'
import type { LineBatch } from '../flow/lines.ts'
import type { Log } from '../telemetry/log.ts'
import type { ClientTls } from '../tls/client-tls.ts'
import type { Protocol } from './frames.ts'

export interface ServerAddress {
  /** A name or an IP address, IPv6 without brackets: also what the certificate must be for. */
  readonly host: string
  readonly port: number
}

export interface PublisherOptions {
  /** At least one. The first is chosen at random, then the next of the list after each failure. */
  readonly servers: readonly ServerAddress[]
  /** Undefined: plain text. */
  readonly tls: ClientTls | undefined
  readonly protocol: Protocol
  /** zlib's level, 0 to 9; 0 sends protocol 2 uncompressed. */
  readonly compressionLevel: number
  /** Windows that may be on the wire of one connection without an ack. */
  readonly windowsInFlight: number
  /** For connecting, for the TLS handshake, and for any sign of life while an ack is due. */
  readonly timeoutMs: number
  /** `host.name` of the events. */
  readonly host: string
  readonly log: Log
  /** Keep-alives without progress for so long: the connection is given up. Default: 5 minutes. */
  readonly stallMs?: number
  /** Waits after failures. Default: 1 s to 30 s. */
  readonly backoff?: BackoffLimits
  /** From 0 to 1; default Math.random. */
  readonly random?: () => number
  /** Is told, for each window, the seconds from its first byte to its ack. */
  readonly ackDuration?: { observe(seconds: number): void }
}

/** What a link is doing. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly address: string; readonly isSecure: boolean }
  /** Waiting before it tries again. */
  | { readonly kind: 'backing_off'; readonly waitMs: number }
  /** The server ended an idle connection; it connects again when there is something to send. */
  | { readonly kind: 'resting' }
  | { readonly kind: 'closed' }

export interface LinkStatus {
  /** `host:port`, as configured. */
  readonly server: string
  readonly state: LinkState
  /** When the state began, in milliseconds since 1970. */
  readonly sinceMs: number
  /** A sentence; absent while nothing has failed since the last acked window. */
  readonly lastError?: string
}

/** Counts since the start, of all links together. */
export interface PublisherCounts {
  readonly eventsSent: number
  readonly eventsAcked: number
  /** Events that were sent before and went out again. */
  readonly eventsResent: number
  readonly windowsSent: number
  readonly windowsAcked: number
  readonly partialAcks: number
  readonly keepalives: number
  /** Bytes of frames, compressed, before TLS. */
  readonly bytesSent: number
  readonly connectionsMade: number
  /** Attempts that did not come to a connection. */
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
}

/** The agent's sink: delivers batches to collectors, in order, for ever, until told to give up. */
export interface Publisher extends Sink<LineBatch> {
  status(): PublisherStatus
  /** Ends the connections. What is still open rejects with a DeliveryError. */
  close(): Promise<void>
}

export type MutableCounts = { -readonly [Name in keyof PublisherCounts]: number }

export function zeroCounts(): MutableCounts {
  return {
    eventsSent: 0,
    eventsAcked: 0,
    eventsResent: 0,
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
