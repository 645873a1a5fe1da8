import type { Sink } from '../flow/contract.ts'
import type { EventBatch } from '../flow/events.ts'
import type { Log } from '../telemetry/log.ts'
import type { ServerTls } from '../tls/server-tls.ts'
import { type FrameLimits, defaultFrameLimits } from './frames.ts'

export interface ListenAddress {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
}

/** What clients may take up; each protects memory or descriptors. */
export interface ReceiverLimits extends FrameLimits {
  /** Connections at a time; one more is refused. */
  readonly connections: number
  /** Bytes of frames and events held for all connections together, beyond each one's reserve. */
  readonly bytesInFlight: number
  /** Bytes that each connection may hold whatever the others hold. Default: 1 MiB. */
  readonly reserveBytes?: number
  /** Batches of one connection that are with the sink at a time. Default: 8. */
  readonly batchesInFlight?: number
  /** A TLS handshake takes no longer. Default: 10 s. */
  readonly handshakeMs?: number
  /** Inside a window, a client that sends nothing for so long is cut off. Default: 30 s. */
  readonly silenceMs?: number
  /** A client may be waited for no longer than this over one window. Default: 10 min. */
  readonly windowMs?: number
  /** How long a protocol 1 client that broke the protocol is kept before its connection is closed. Default: 1 s. */
  readonly rejectDelayMs?: number
  /** How long the ack of a protocol 1 window is remembered that could not be written. Default: 60 s. */
  readonly unwrittenAckMs?: number
}

export const defaultReceiverLimits: ReceiverLimits = {
  ...defaultFrameLimits,
  connections: 1000,
  bytesInFlight: 256 * 1024 * 1024,
}

export interface ReceiverOptions {
  /** At least one. */
  readonly listen: readonly ListenAddress[]
  /** Absent: plain text. */
  readonly tls?: ServerTls
  readonly sink: Sink<EventBatch>
  readonly limits: ReceiverLimits
  /** How often a protocol 2 client that waits for an ack hears that we are alive; 0: never. */
  readonly keepaliveMs: number
  readonly log: Log
  /** Time of receipt, in milliseconds since 1970. Default: Date.now. */
  readonly now?: () => number
}

/** Numbers since the start, but for `connections` and `bytesInFlight`, which are of now. */
export interface ReceiverStatus {
  readonly connections: number
  readonly connectionsAccepted: number
  readonly connectionsRefused: number
  readonly windows: number
  readonly events: number
  /** Payloads that were no JSON object, or otherwise nothing that a store could take. */
  readonly poisonEvents: number
  /** Bytes read from clients, as they came out of TLS. */
  readonly bytes: number
  readonly acks: number
  readonly partialAcks: number
  readonly keepalives: number
  /** Protocol 1 windows that came again while they were still in hand. */
  readonly windowsJoined: number
  readonly protocolErrors: number
  readonly handshakeErrors: number
  readonly bytesInFlight: number
}

export interface Receiver {
  /** Where it listens: real ports. */
  readonly addresses: readonly ListenAddress[]
  status(): ReceiverStatus
  /** Stops listening and reading; resolves once what is in hand is acked, or `giveUp` has fired, and all sockets are closed. */
  close(giveUp?: AbortSignal): Promise<void>
}
