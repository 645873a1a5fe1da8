import type { SinkProtocol } from '../../test/helpers/peers/lumber-sink.ts'

/** The surroundings of a sender for one run; `dir` is fresh, for its configuration and state. */
export interface RunPlace {
  readonly dir: string
  /** A path or a pattern. */
  readonly logPath: string
  readonly port: number
  /** The PEM file of the CA that signed the receiver's certificate for 127.0.0.1. */
  readonly ca: string
  /** Where a sender that can do so serves its metrics. */
  readonly metricsPort?: number
}

export interface Sender {
  readonly name: string
  /** The form in which the receiver takes its lines. */
  readonly protocol: SinkProtocol
  /** The receiver selects our own wire form where it is offered. */
  readonly isOwnForm?: boolean
  /** As operators install it; the same program is measured from a checkout, too. */
  readonly isInstalled?: boolean
  /** Without acks, lines may be lost, and the time to the receiver is measured instead. */
  readonly hasAcks: boolean
  /** A Node program whose threads and functions are known. */
  readonly isForwarder?: boolean
  /** Writes the configuration and returns the command that ships the log. */
  prepare(place: RunPlace): Promise<readonly string[]>
  /** How often it has looked for files, if its metrics have that. */
  countLooks?(metricsPort: number): Promise<number>
}

export interface MissingSender {
  readonly name: string
  readonly reason: string
}
