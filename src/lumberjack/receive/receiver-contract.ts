import type { Sink } from '../../flow/contract.ts'
import type { EventBatch } from '../../flow/event-batch.ts'
import type { Log } from '../../telemetry/log.ts'
import type { ServerTls } from '../../tls/server-tls.ts'
import { type FrameLimits, type Protocol, defaultFrameLimits } from '../wire/frames.ts'

export interface ListenAddress {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
}

/** Limits for clients; each protects memory or descriptors. */
export interface ReceiverLimits extends FrameLimits {
  /** Connections at a time, those in a TLS handshake not counted; one more is refused. */
  readonly connections: number
  /** TLS handshakes at a time; one more is refused. Default: half of `connections`, or all of few. */
  readonly handshakes?: number
  /** Connections, and handshakes, of one address at a time. Default: half of `connections`, or all of few. */
  readonly connectionsPerAddress?: number
  /** Bytes of frames and events held for all connections together, until their batches are over. */
  readonly bytesInFlight: number
  /** Batches of one connection that are with the sink at a time. Default: 8. */
  readonly batchesInFlight?: number
  /** The longest TLS handshake. Default: 10 s. */
  readonly handshakeMs?: number
  /** How long an address waits after its first failed TLS handshake, and then twice as long each time. Default: 1 s. */
  readonly failedHandshakeWaitMs?: number
  /** How long a client may wait with its first byte. Default: 10 s. */
  readonly firstByteMs?: number
  /** How long a client may send nothing between windows while it waits for no ack. Default: 5 min. */
  readonly idleMs?: number
  /** The least rate of a frame that the client is waited for, after the first ten seconds. Default: 1 KiB/s. */
  readonly minBytesPerSecond?: number
  /** The longest silence of a client inside a window; then its connection is closed. Default: 30 s. */
  readonly silenceMs?: number
  /** The longest wait for a client over one window, in all. Default: 10 min. */
  readonly windowMs?: number
  /** How long a connection whose protocol 1 client broke the protocol stays open. Default: 1 s. */
  readonly rejectDelayMs?: number
  /** How long a client inside a window has to finish it once the receiver drains. Default: 5 s. */
  readonly drainMs?: number
  /** How long a protocol 1 window is remembered whose ack could not be written. Default: 60 s. */
  readonly unwrittenAckMs?: number
}

export const DEFAULT_RECEIVER_LIMITS: ReceiverLimits = {
  ...defaultFrameLimits,
  connections: 1000,
  bytesInFlight: 256 * 1024 * 1024,
}

/** Of so few, one address may have all. */
const FEW_CONNECTIONS = 64

/** All limits, with the defaults filled in. */
export type ResolvedLimits = Required<ReceiverLimits>

export function resolveLimits(limits: ReceiverLimits): ResolvedLimits {
  const half = Math.max(Math.ceil(limits.connections / 2), Math.min(limits.connections, FEW_CONNECTIONS))
  return {
    handshakes: half,
    connectionsPerAddress: half,
    failedHandshakeWaitMs: 1000,
    firstByteMs: 10_000,
    idleMs: 300_000,
    minBytesPerSecond: 1024,
    batchesInFlight: 8,
    handshakeMs: 10_000,
    silenceMs: 30_000,
    windowMs: 600_000,
    rejectDelayMs: 1000,
    drainMs: 5000,
    unwrittenAckMs: 60_000,
    ...limits,
  }
}

/** What a sender with a certificate may claim. */
export interface IdSettings {
  readonly requireBound: boolean
  readonly requireOwnHost: boolean
  /** Where the name in the certificate of its sender is stored in each event. Absent: nowhere. */
  readonly nameField?: string
}

/** Settings that can change while the receiver runs. */
export interface ReceiverSettings {
  /** At least one. */
  readonly listen: readonly ListenAddress[]
  /** Absent: plain text. */
  readonly tls?: ServerTls | undefined
  readonly limits: ReceiverLimits
  /** The time between keep-alives to a protocol 2 client that waits for an ack; 0: none are sent. */
  readonly keepaliveMs: number
  /** Default: ids of agents of the first edition, and any host. */
  readonly ids?: IdSettings | undefined
  /** `auto`: over TLS, clients that offer our own wire form may use it. Default: `auto`. */
  readonly wireForm?: 'auto' | 'lumberjack'
  /** Threads that read events; 0: the main thread does. Default: 1. */
  readonly workers?: number
}

export interface ReceiverOptions extends ReceiverSettings {
  /** Once it has resolved, the memory of the events is given back: it keeps no part of them. */
  readonly sink: Sink<EventBatch>
  readonly log: Log
  /** Time of receipt, in milliseconds since 1970. Default: Date.now. */
  readonly now?: () => number
}

/** Numbers since the start, except `connections`, `ownFormConnections` and `bytesInFlight`, which are current. */
export interface ReceiverStatus {
  readonly connections: number
  /** Those that have selected our own wire form. */
  readonly ownFormConnections: number
  /** R frames, and the events that were read from them. */
  readonly ownFormFrames: number
  readonly ownFormEvents: number
  readonly connectionsAccepted: number
  readonly connectionsRefused: number
  readonly windows: number
  readonly events: number
  /** Payloads that no store could ever take. */
  readonly poisonEvents: number
  /** Ids with the hash of another sender's name, which got new ones. */
  readonly foreignIds: number
  /** Bytes read from clients, as they came out of TLS. */
  readonly bytes: number
  readonly acks: number
  readonly partialAcks: number
  readonly keepalives: number
  /** Protocol 1 windows that came again and joined the first. */
  readonly windowsJoined: number
  /** Connections that were ended to make room for others: their clients send again. */
  readonly connectionsGivingWay: number
  readonly protocolErrors: number
  readonly handshakeErrors: number
  readonly bytesInFlight: number
}

/** The receiver's own counters, which `status()` copies. */
export type ReceiverCounts = {
  -readonly [Name in Exclude<keyof ReceiverStatus, 'connections' | 'bytesInFlight'>]: number
}

export function makeReceiverCounts(): ReceiverCounts {
  return {
    ownFormConnections: 0,
    ownFormFrames: 0,
    ownFormEvents: 0,
    connectionsAccepted: 0,
    connectionsRefused: 0,
    windows: 0,
    events: 0,
    poisonEvents: 0,
    foreignIds: 0,
    bytes: 0,
    acks: 0,
    partialAcks: 0,
    keepalives: 0,
    windowsJoined: 0,
    connectionsGivingWay: 0,
    protocolErrors: 0,
    handshakeErrors: 0,
  }
}

/** A part of a window, or all of it: the batch that a connection's pump moves. */
/** About how much memory an event takes besides its bytes. */
export const EVENT_MEMORY_OVERHEAD_BYTES = 200

export interface ReceivedBatch extends EventBatch {
  readonly protocol: Protocol
  /** The number to ack once the batch is safe; undefined where no ack may be sent yet. */
  readonly ackSequence: number | undefined
  /** The window ends with it. */
  readonly isFinal: boolean
  /** Memory of the connection that is given back with it. */
  readonly heldBytes: number
  /** Equal for the same window when it comes again; protocol 1 only. */
  readonly joinKey: string | undefined
}
