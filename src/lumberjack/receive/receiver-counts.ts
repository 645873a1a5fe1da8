import type { ReceiverStatus } from './receiver-contract.ts'

/** The receiver's own tally, which `status()` copies. */
export type ReceiverCounts = {
  -readonly [Name in Exclude<keyof ReceiverStatus, 'connections' | 'bytesInFlight'>]: number
}

export function createReceiverCounts(): ReceiverCounts {
  return {
    connectionsAccepted: 0,
    connectionsRefused: 0,
    windows: 0,
    events: 0,
    poisonEvents: 0,
    bytes: 0,
    acks: 0,
    partialAcks: 0,
    keepalives: 0,
    windowsJoined: 0,
    protocolErrors: 0,
    handshakeErrors: 0,
  }
}
