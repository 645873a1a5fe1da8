import { type FrameLimits, defaultFrameLimits } from '../wire/frames.ts'

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
  /** A client inside a window has so long to finish it once the receiver drains. Default: 5 s. */
  readonly drainMs?: number
  /** How long the ack of a protocol 1 window is remembered that could not be written. Default: 60 s. */
  readonly unwrittenAckMs?: number
}

export const defaultReceiverLimits: ReceiverLimits = {
  ...defaultFrameLimits,
  connections: 1000,
  bytesInFlight: 256 * 1024 * 1024,
}

/** All of them, defaults filled in. */
export type ConnectionLimits = Required<ReceiverLimits>

export function resolveLimits(limits: ReceiverLimits): ConnectionLimits {
  return {
    reserveBytes: 1024 * 1024,
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
