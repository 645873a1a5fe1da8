import type { Sink } from '../flow/contract.ts'
import type { EventBatch } from '../flow/events.ts'
import type { Log } from '../telemetry/log.ts'
import type { ServerTls } from '../tls/server-tls.ts'
import type { ReceiverLimits } from './receiver-limits.ts'

export interface ListenAddress {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
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
