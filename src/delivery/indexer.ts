import type { Sink } from '../flow/contract.ts'
import type { EventBatch, StoreEvent } from '../flow/events.ts'
import type { LifeSign } from '../flow/life-sign.ts'
import type { Store, Verdict } from '../stores/contract.ts'
import { systemClock } from './clock.ts'
import { defaultLimits } from './contract.ts'
import type { Clock, DeadLetter, IndexerLimits, IndexerOptions, IndexerStatus } from './contract.ts'
import { makeCounts, summarize } from './counts.ts'
import { doubtEndsMs, type Existing, findExisting, lastStartMs, TooLateError } from './doubt.ts'
import { HeldTargets, type Hold } from './held-targets.ts'
import { DEAD_LETTERS_FULL, toLetter, toPoisonLetter } from './letters.ts'
import { Outage } from './outage.ts'
import { RefusingTargets } from './refusing-targets.ts'
import { RequestLimit } from './request-limit.ts'
import { type Sorted, sortVerdicts } from './sort-verdicts.ts'
import { WaitingRoom } from './waiting-room.ts'
import { type Delivery, makeBackoffs, makeWork, narrow, type Request, type Work } from './work.ts'

export interface Indexer extends Sink<EventBatch> {
  status(): IndexerStatus
  lifeSign(): LifeSign
}

/** The collector's sink: one for all connections. A delivered batch has a final verdict, or a dead letter, for each event. */
export function createIndexer(options: IndexerOptions): Indexer {
  return new StoreIndexer(options)
}

class StoreIndexer implements Indexer {
  readonly #store: Store
  readonly #limits: IndexerLimits
  readonly #clock: Clock
  readonly #random: () => number
  readonly #options: IndexerOptions
  readonly #waiting = new WaitingRoom()
  readonly #requestLimit: RequestLimit
  readonly #held: HeldTargets
  readonly #refusing: RefusingTargets
  readonly #outage: Outage
  readonly #requests = new Set<Request>()
  readonly #counts = makeCounts()
  #hasSaidForbidden = false

  constructor(options: IndexerOptions) {
    this.#options = options
    this.#store = options.store
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#clock = options.clock ?? systemClock
    this.#random = options.random ?? Math.random
    this.#requestLimit = new RequestLimit(this.#limits.requestsInFlight)
    this.#held = new HeldTargets(options.log, this.#clock)
    this.#refusing = new RefusingTargets(options.store.name, this.#clock)
    this.#outage = new Outage(options.log, this.#clock)
  }

  async deliver(batch: EventBatch, giveUp: AbortSignal): Promise<void> {
    giveUp.throwIfAborted()
    const left = batch.events.length + batch.poison.length
    if (left === 0) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const delivery: Delivery = { batch, left, isOver: false, callOffs: new Set(), held: new Map(), resolve, reject }
    const abandon = () => this.#end(delivery, () => reject(giveUp.reason))
    giveUp.addEventListener('abort', abandon, { once: true })
    delivery.callOffs.add(() => giveUp.removeEventListener('abort', abandon))
    this.#counts.eventsInFlight += left
    this.#counts.bytesInFlight += batch.byteCount
    try {
      this.#start(delivery)
    } catch (error) {
      this.#end(delivery, () => reject(error))
    }
    await promise
  }

  status(): IndexerStatus {
    const held = this.#held.list()
    const reasons = held.map(({ target, reason, remedy }) => `${target}: ${reason}; ${remedy}`)
    const outage = this.#outage.explain()
    if (outage !== undefined) reasons.push(outage)
    reasons.push(...this.#refusing.explain())
    return {
      ...this.#counts,
      requestsInFlight: this.#requests.size,
      requestLimit: this.#requestLimit.current,
      held,
      ...this.#outage.status(),
      health: { isHealthy: reasons.length === 0, reasons },
    }
  }

  lifeSign(): LifeSign {
    const isDue = !this.#waiting.isEmpty && this.#requests.size < this.#requestLimit.current
    return { part: 'the indexer', steps: this.#counts.requests, isDue }
  }

  #start(delivery: Delivery): void {
    const { batch } = delivery
    const isDoubtful = (event: StoreEvent) => this.#store.isRolling && event.doubtfulSinceMs !== undefined
    const doubtful = batch.events.filter(isDoubtful)
    const fresh = doubtful.length === 0 ? batch.events : batch.events.filter(event => !isDoubtful(event))
    const make = (chosen: readonly StoreEvent[], isInDoubt: boolean) =>
      makeWork(delivery, chosen, { isDoubtful: isInDoubt, ...makeBackoffs(this.#limits, this.#random) })
    if (doubtful.length > 0) this.#later(make(doubtful, true), doubtEndsMs(delivery, this.#limits) - this.#clock.now())
    this.#keep(
      delivery,
      batch.poison.map(poison => toPoisonLetter(poison, batch)),
    )
    if (fresh.length > 0) this.#enqueue(make(fresh, false))
  }

  #later(work: Work, milliseconds: number): void {
    this.#after(work.delivery, milliseconds, () => this.#enqueue(work))
  }

  #after(delivery: Delivery, milliseconds: number, run: () => void): void {
    if (delivery.isOver) return
    const callOff = this.#clock.after(Math.max(0, milliseconds), () => {
      delivery.callOffs.delete(callOff)
      run()
    })
    delivery.callOffs.add(callOff)
  }

  #enqueue(work: Work): void {
    this.#waiting.add(work)
    this.#run()
  }

  /** Called whenever work comes or a request ends. */
  #run(): void {
    while (!this.#waiting.isEmpty && this.#requests.size < this.#requestLimit.current) {
      const works = this.#waiting.take(this.#store.batchLimits)
      void this.#send(works)
    }
  }

  async #send(works: readonly Work[]): Promise<void> {
    const request: Request = { works, abort: new AbortController() }
    this.#requests.add(request)
    try {
      const certain = this.#giveBackLate(await this.#sortOutDoubt(this.#giveBackLate(works), request.abort.signal))
      if (certain.length > 0) await this.#write(certain, request.abort.signal)
    } catch (error) {
      for (const { delivery } of works) this.#end(delivery, () => delivery.reject(error))
    } finally {
      this.#requests.delete(request)
      this.#run()
    }
  }

  async #write(works: readonly Work[], giveUp: AbortSignal): Promise<void> {
    const [first] = works
    const events = works.length === 1 && first !== undefined ? first.events : works.flatMap(work => work.events)
    const startedMs = this.#clock.now()
    const verdicts = await this.#store.write(events, giveUp)
    if (giveUp.aborted) return
    let from = 0
    for (const work of works) {
      this.#settle(work, sortVerdicts(work.events, verdicts, from), startedMs)
      from += work.events.length
    }
    this.#learn(verdicts, startedMs)
  }

  /** Load, outages and figures, from one answered request. */
  #learn(verdicts: readonly Verdict[], startedMs: number): void {
    const nowMs = this.#clock.now()
    const outcome = summarize(verdicts)
    this.#refusing.note(verdicts)
    const failed = verdicts.find(verdict => verdict.kind === 'retry')
    if (failed === undefined) this.#requestLimit.succeeded()
    else this.#requestLimit.overloaded(startedMs, nowMs)
    if (failed !== undefined && verdicts.every(({ kind }) => kind === 'retry')) this.#outage.failed(failed.reason)
    else this.#outage.succeeded()
    const seconds = (nowMs - startedMs) / 1000
    this.#counts.requests += 1
    this.#counts.requestSeconds += seconds
    this.#options.onRequest?.(seconds, outcome, verdicts.length)
  }

  #settle(work: Work, sorted: Sorted, startedMs: number): void {
    const { delivery } = work
    this.#counts.stored += sorted.stored
    this.#counts.existed += sorted.existed
    if (delivery.isOver) return
    const { heldBy, ...rest } = work
    for (const { hold, events } of sorted.held.values()) {
      this.#held.hold(delivery, hold, events.length)
      this.#waitHeld({ ...narrow(rest, events), heldBy: hold.target }, { hold, isFirst: heldBy === undefined })
    }
    if (heldBy !== undefined) this.#held.release(delivery, heldBy, work.events.length)
    this.#retry(rest, sorted, startedMs)
    this.#keep(
      delivery,
      sorted.refused.map(refusal => toLetter(refusal, delivery.batch)),
    )
    this.#finish(delivery, sorted.stored + sorted.existed)
  }

  /**
   * Held work goes again after its wait. Where a neighbour that passes would show whose fault it is, it rides with a request of
   * others before: the first time with the next one, later after half its wait.
   */
  #waitHeld(work: Work, { hold, isFirst }: { readonly hold: Hold; readonly isFirst: boolean }): void {
    const waitMs = work.hold.next()
    if (hold.mayBeDocument !== true) return this.#later(work, waitMs)
    this.#after(work.delivery, isFirst ? 0 : waitMs / 2, () => this.#waiting.addRider(work))
    this.#after(work.delivery, waitMs, () => {
      if (this.#waiting.takeRider(work)) this.#enqueue(work)
    })
  }

  #retry(work: Work, { again, doubtful }: Sorted, startedMs: number): void {
    this.#counts.retries += again.length + doubtful.length
    if (!this.#store.isRolling && again.length + doubtful.length > 0) {
      return this.#later(narrow(work, [...again, ...doubtful]), work.retry.next())
    }
    if (again.length > 0) this.#later(narrow(work, again), work.retry.next())
    if (doubtful.length === 0) return
    const marked = doubtful.map(event => ({ ...event, doubtfulSinceMs: event.doubtfulSinceMs ?? startedMs }))
    const deadMs = startedMs + this.#limits.tryDeadMs - this.#clock.now()
    this.#later({ ...narrow(work, marked), isDoubtful: true }, Math.max(deadMs, work.retry.next()))
  }

  /** Rolling targets: asks which doubtful events exist, and leaves what may be written now. */
  async #sortOutDoubt(works: readonly Work[], giveUp: AbortSignal): Promise<readonly Work[]> {
    const doubtful = works.filter(work => work.isDoubtful)
    if (doubtful.length === 0) return works
    const events = doubtful.flatMap(work => work.events)
    const existing = await findExisting(this.#store, events, giveUp)
    if (giveUp.aborted) return []
    if (existing.kind === 'forbidden') this.#sayForbidden()
    return works.flatMap(work => (work.isDoubtful ? this.#narrowToMissing(work, existing) : work))
  }

  #narrowToMissing(work: Work, existing: Existing): readonly Work[] {
    if (existing.kind === 'forbidden') return [work]
    if (existing.kind === 'unknown') {
      this.#outage.failed(existing.reason)
      this.#counts.retries += work.events.length
      this.#later(work, work.retry.next())
      return []
    }
    const missing = work.events.filter(event => !existing.ids.has(event.id))
    const found = work.events.length - missing.length
    if (found > 0 && work.heldBy !== undefined) this.#held.release(work.delivery, work.heldBy, found)
    this.#counts.existed += found
    this.#finish(work.delivery, found)
    return missing.length === 0 ? [] : [narrow(work, missing)]
  }

  #sayForbidden(): void {
    if (this.#hasSaidForbidden) return
    this.#hasSaidForbidden = true
    const message =
      'the store does not let us ask which doubtful events exist: some may be stored twice (at-least-once)'
    this.#options.log.warn({ store: this.#store.name }, message)
  }

  /** Rolling targets: what may not be tried any more goes back to its sender; the rest is left. */
  #giveBackLate(works: readonly Work[]): readonly Work[] {
    if (!this.#store.isRolling) return works
    for (const work of works) {
      const { delivery } = work
      if (this.#clock.now() <= lastStartMs(work, this.#limits)) continue
      this.#end(delivery, () => delivery.reject(new TooLateError(delivery.batch.peer)))
    }
    return works.filter(work => !work.delivery.isOver)
  }

  /** Makes dead letters durable; while there is no room for them, they wait like events whose target is closed. */
  #keep(delivery: Delivery, letters: readonly DeadLetter[], wasHeld = false): void {
    if (letters.length === 0 || delivery.isOver) return
    if (!this.#options.deadLetters.add(letters)) {
      if (!wasHeld) this.#held.hold(delivery, DEAD_LETTERS_FULL, letters.length)
      return this.#after(delivery, this.#limits.heldMaxMs, () => this.#keep(delivery, letters, true))
    }
    if (wasHeld) this.#held.release(delivery, DEAD_LETTERS_FULL.target, letters.length)
    this.#counts.deadLettered += letters.length
    this.#finish(delivery, letters.length)
  }

  #finish(delivery: Delivery, events: number): void {
    delivery.left -= events
    if (delivery.left === 0) this.#end(delivery, delivery.resolve)
  }

  #end(delivery: Delivery, settle: () => void): void {
    if (delivery.isOver) return
    delivery.isOver = true
    for (const callOff of delivery.callOffs) callOff()
    this.#held.releaseAll(delivery)
    this.#waiting.drop(delivery)
    this.#counts.eventsInFlight -= delivery.batch.events.length + delivery.batch.poison.length
    this.#counts.bytesInFlight -= delivery.batch.byteCount
    for (const { works, abort } of this.#requests) if (works.every(work => work.delivery.isOver)) abort.abort()
    settle()
  }
}
