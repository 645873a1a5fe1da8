import type { Sink } from '../../flow/contract.ts'
import type { EventBatch } from '../../flow/events.ts'
import type { LifeSign } from '../../flow/life-sign.ts'
import type { Watched } from '../../flow/watched.ts'
import type { Log } from '../../telemetry/log.ts'
import type { ServerTls } from '../../tls/server-tls.ts'
import type { ReceiverLimits } from './receiver-limits.ts'

export interface ListenAddress {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
}

/** What can change while it runs. */
export interface ReceiverSettings {
  /** At least one. */
  readonly listen: readonly ListenAddress[]
  /** Absent: plain text. */
  readonly tls?: ServerTls | undefined
  readonly limits: ReceiverLimits
  /** How often a protocol 2 client that waits for an ack hears that we are alive; 0: never. */
  readonly keepaliveMs: number
}

export interface ReceiverOptions extends ReceiverSettings {
  readonly sink: Sink<EventBatch>
  /**
   * Serial numbers of client certificates that are no good any more: upper-case hexadecimal as Node gives them. Such clients
   * are refused, and those that are connected are cut off as soon as the set has theirs.
   */
  readonly refusedSerials?: Watched<ReadonlySet<string>>
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
  /** Of what all connections share, and of each. */
  lifeSigns(): readonly LifeSign[]
  /**
   * Applies what differs: listeners come and go, and the rest holds for new connections, while those that are there go on as
   * they are. Rejects, and changes nothing, where an address can't be listened on or the TLS files can't be used.
   */
  reconfigure(settings: ReceiverSettings): Promise<void>
  /**
   * Stops listening, and lets the clients finish: each connection is closed between two windows, after its acks; one that is
   * inside a window has a few seconds for it. Resolves when all are gone. `close` is still to be called.
   */
  drain(): Promise<void>
  /** Stops listening and reading; resolves once what is in hand is acked, or `giveUp` has fired, and all sockets are closed. */
  close(giveUp?: AbortSignal): Promise<void>
}
