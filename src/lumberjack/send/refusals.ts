import { formatAddress } from '../../flow/host-port.ts'
import type { LineBatch, LineRun } from '../../flow/line-batch.ts'
import { reasonOf } from '../../flow/error-reason.ts'
import { sliceBatch } from '../../flow/slice-line-batch.ts'
import { MINUTE_MS } from '../../flow/time-units.ts'
import type { Watched } from '../../flow/watched-value.ts'
import type { Log } from '../../telemetry/log.ts'
import { encodeEvents } from '../wire/encoder.ts'
import { EVENT_HEADER_BYTES } from '../wire/frames.ts'
import type { Capacity } from './batch-capacity.ts'
import type { MutableCounts, RefusedEvent } from './publisher-contract.ts'
import { type Delivery, type DeliveryQueue, type WindowPart, makeDelivery } from './queue/delivery-queue.ts'
import { RefusedSize } from './refused-size.ts'
import type { Taker } from './queue/suspicion.ts'
import { type ServerAddress, keyOf } from './servers/server-address.ts'
import type { WindowInFlight } from './windows-in-flight.ts'

export interface RefusalsOptions {
  readonly queue: DeliveryQueue
  readonly servers: Watched<readonly ServerAddress[]>
  readonly counts: MutableCounts
  readonly capacity: Capacity
  /** Keeps what no collector takes, and resolves with where it is. */
  readonly keep: ((event: RefusedEvent) => Promise<string>) | undefined
  /** `host.name` of the events. */
  readonly host: () => string
  /** How long a server that acks nothing is waited for, since it may take the event. Default: 1 minute. */
  readonly absenceMs: number | undefined
  readonly log: Log
}

/** Longer lines are not worth keeping for a proof. */
const MAX_WITNESS_BYTES = 16 * 1024
/** Servers come and go. */
const MAX_WITNESSES = 100

/** Finds the events that no collector takes, and passes them by: the protocol has no word for it but the end of a connection. */
export class Refusals {
  readonly #options: RefusalsOptions
  /** Single events that ended a connection. */
  readonly #suspects = new Set<Delivery>()
  /** By server: the last line that it acked. */
  readonly #witnesses = new Map<string, LineBatch>()

  readonly #refusedSize = new RefusedSize()

  constructor(options: RefusalsOptions) {
    this.#options = options
  }

  /** The windows in parts: lines as large as a refused one are windows of their own from the start. */
  cut(windows: readonly LineBatch[]): readonly WindowPart[] {
    return windows.flatMap(window => this.#refusedSize.cut(window))
  }

  /** The server ended a connection: returns the windows that are to be sent again, the suspected ones in halves. */
  noteEnd(lost: readonly WindowInFlight[], taker: Taker): Delivery[] {
    return lost.flatMap(window => (window.isSent ? this.#suspect(window, taker) : [window.delivery]))
  }

  noteAck({ delivery }: WindowInFlight, server: string): void {
    this.#rememberWitness(delivery, server)
    this.#refusedSize.noteAcked(delivery.batch)
    for (const suspect of this.#suspects) {
      if (suspect.isSettled) this.#forget(suspect)
      else this.#noteOtherAck(suspect, server)
    }
  }

  /**
   * The delivery, and before it, where a try over this connection proves nothing and no other window waits, the last line that
   * the server acked: acked again, it is the proof that the server works. Its id is the same.
   */
  withWitness(delivery: Delivery, taker: Taker): readonly Delivery[] {
    const witness = this.#witnesses.get(taker.server)
    const isNeeded = delivery.suspicion.isAlone && !taker.hasAcked && this.#lacksProof(delivery, taker)
    return witness !== undefined && isNeeded ? [makeDelivery(witness), delivery] : [delivery]
  }

  /** The delivery may be innocent: as long as it has ended no connection alone, it takes others to need the proof. */
  #lacksProof(delivery: Delivery, taker: Taker): boolean {
    const { suspicion } = delivery
    if (suspicion.isWorthTrying(taker) || suspicion.isRefusedBy(taker.server)) return false
    if (this.#suspects.has(delivery)) return true
    return [...this.#suspects].some(suspect => suspect.suspicion.isUnproven(taker.server))
  }

  #suspect({ delivery, from }: WindowInFlight, taker: Taker): readonly Delivery[] {
    const { suspicion } = delivery
    if (delivery.confirmed > from) return [delivery]
    if (!suspicion.isAlone) suspicion.noteEnd()
    else if (!isSingle(delivery)) return this.#options.queue.halve(delivery)
    else this.#noteEndAlone(delivery, taker)
    return [delivery]
  }

  #noteEndAlone(delivery: Delivery, taker: Taker): void {
    if (delivery.isSettled) return
    delivery.suspicion.noteEndAlone(taker, performance.now())
    this.#suspects.add(delivery)
    this.#options.capacity.noteSuspects(this.#suspects.size)
    this.#judge(delivery)
  }

  #noteOtherAck(suspect: Delivery, server: string): void {
    suspect.suspicion.noteOtherAck(server)
    this.#judge(suspect)
  }

  /** A server that is away may take it; but not every server comes back. */
  #judge(suspect: Delivery): void {
    const { servers, absenceMs = MINUTE_MS } = this.#options
    const { suspicion } = suspect
    const refusing = suspicion.servers.filter(server => suspicion.isRefusedBy(server))
    if (refusing.length === 0) return
    const nowMs = performance.now()
    const isRefusedByAll = servers.current
      .map(keyOf)
      .every(server => suspicion.isRefusedBy(server) || suspicion.isAbsent(server, absenceMs, nowMs))
    if (isRefusedByAll) void this.#passBy(suspect, refusing)
  }

  async #passBy(suspect: Delivery, refusing: readonly string[]): Promise<void> {
    const { queue, counts, log } = this.#options
    this.#forget(suspect)
    const batch = queue.withdraw(suspect)
    if (batch === undefined) return
    const event = this.#describe(suspect, batch, refusing)
    const { path, offset, byteCount: bytes, servers } = event
    const seen = 'each connection ended on this event alone, while the server acked others: its log has the reason'
    const whereabouts = await this.#keep(event)
    counts.eventsRefused++
    this.#refusedSize.noteRefused(bytes)
    const fields = { path, offset, bytes, eventBytes: event.payload.length, servers, reason: seen, ...whereabouts }
    log.error(fields, 'an event that no collector takes is passed by')
    queue.confirm(suspect)
  }

  #describe({ batch, confirmed }: Delivery, whole: LineBatch, refusing: readonly string[]): RefusedEvent {
    const one = sliceBatch(batch, confirmed, batch.lineCount)
    const [{ origin, offset }] = one.runs as [LineRun]
    const { frames } = encodeEvents(one, { protocol: 2, host: this.#options.host() })
    const names = this.#options.servers.current.filter(server => refusing.includes(keyOf(server))).map(formatAddress)
    return {
      batch: whole,
      fileId: origin.fileId,
      path: origin.path,
      offset,
      byteCount: one.byteCount,
      payload: frames.subarray(EVENT_HEADER_BYTES),
      servers: names,
    }
  }

  async #keep(event: RefusedEvent): Promise<{ readonly kept?: string; readonly notKept?: string }> {
    try {
      const kept = await this.#options.keep?.(event)
      return kept === undefined ? {} : { kept }
    } catch (error) {
      return { notKept: reasonOf(error) }
    }
  }

  #forget(suspect: Delivery): void {
    this.#suspects.delete(suspect)
    this.#options.capacity.noteSuspects(this.#suspects.size)
  }

  #rememberWitness({ batch, firstTryMs }: Delivery, server: string): void {
    const last = sliceBatch(batch, batch.lineCount - 1, batch.lineCount)
    const [run] = last.runs
    if (run === undefined || last.byteCount > MAX_WITNESS_BYTES) return
    const { sequence, timeMs, lineCount, byteCount, doubtfulSinceMs = firstTryMs } = last
    const runs = [{ ...run, bytes: Buffer.from(run.bytes) }] // a copy: the batch's memory is not held
    const doubt = doubtfulSinceMs === undefined ? {} : { doubtfulSinceMs }
    this.#witnesses.delete(server)
    this.#witnesses.set(server, { sequence, timeMs, lineCount, byteCount, runs, ...doubt })
    const [oldest] = this.#witnesses.keys()
    if (this.#witnesses.size > MAX_WITNESSES && oldest !== undefined) this.#witnesses.delete(oldest)
  }
}

/** One event is left to confirm. */
function isSingle({ batch, confirmed }: Delivery): boolean {
  return batch.lineCount - confirmed === 1
}
