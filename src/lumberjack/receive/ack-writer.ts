import type { Writable } from 'node:stream'
import { Bell } from '../../flow/wake-up-bell.ts'
import { type Protocol, encodeAck } from '../wire/frames.ts'
import type { ReceivedBatch, ReceiverCounts } from './receiver-contract.ts'

/** Bytes of acks that may wait for the client: a hundred acks. Beyond that nothing is read from it. */
const MAX_UNREAD_BYTES = 600

/**
 * Writes the acks of one connection. While events of a protocol 2 client are unacked, it also writes an ack 0 from
 * time to time, because the client's time limit starts at the last ack. A protocol 1 client takes any six bytes for
 * success, so it gets one ack a window, in one write, and nothing else.
 */
export class AckWriter {
  readonly #socket: Writable
  readonly #keepaliveMs: number
  readonly #counts: ReceiverCounts
  /** Protocols of the batches that are with the sink, oldest first. */
  readonly #unacked: Protocol[] = []
  readonly #changed = new Bell()
  /** Protocol of a window that waits for our memory, not for its client. */
  #heldUp: Protocol | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(socket: Writable, keepaliveMs: number, counts: ReceiverCounts) {
    this.#socket = socket
    this.#keepaliveMs = keepaliveMs
    this.#counts = counts
  }

  noteDelivery(protocol: Protocol): void {
    this.#unacked.push(protocol)
    this.#start()
  }

  /** A window of this protocol waits for memory; undefined: no longer. */
  noteHoldUp(protocol: Protocol | undefined): void {
    this.#heldUp = protocol
    if (protocol !== undefined) this.#start()
  }

  /** The oldest batch is safe. True when its ack could be handed to the connection. */
  confirm(batch: ReceivedBatch): boolean {
    this.#unacked.shift()
    if (batch.ackSequence === undefined) return false
    if (batch.isFinal) this.#counts.acks++
    else this.#counts.partialAcks++
    return this.#write(batch.protocol, batch.ackSequence)
  }

  /** Acks of windows are due. */
  get isOwing(): boolean {
    return this.#unacked.length > 0
  }

  /** So many acks wait for the client that it does not seem to read them. */
  get isUnread(): boolean {
    return this.#socket.writableLength > MAX_UNREAD_BYTES && !this.#socket.destroyed
  }

  /** Waits for the client to read its acks, or until `stop` fires; false when it does not within `timeoutMs`. */
  async waitUntilRead(stop: AbortSignal, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs
    while (this.isUnread && !stop.aborted) {
      const restMs = deadline - performance.now()
      if (restMs <= 0) return false
      await this.#changed.wait(stop, restMs)
    }
    return true
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#unacked.length = 0
    this.#heldUp = undefined
  }

  #start(): void {
    if (this.#timer !== undefined || this.#keepaliveMs === 0) return
    this.#timer = setTimeout(() => this.#tick(), this.#keepaliveMs)
  }

  #tick(): void {
    this.#timer = undefined
    const oldest = this.#unacked[0] ?? this.#heldUp
    if (oldest === undefined) return
    if (oldest === 2 && !this.isUnread && this.#write(2, 0)) this.#counts.keepalives++
    this.#start()
  }

  /** Every ack restarts the time to the next keep-alive. */
  #write(protocol: Protocol, sequence: number): boolean {
    if (!this.#socket.writable) return false
    this.#socket.write(encodeAck(protocol, sequence), () => this.#changed.ring())
    this.#timer?.refresh()
    return true
  }
}
