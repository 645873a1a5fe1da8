import type { Sink } from '../flow/contract.ts'
import type { EventBatch } from '../flow/event-batch.ts'
import type { LifeSign } from '../flow/life-sign.ts'
import { Once } from '../flow/log-once.ts'
import { BatchDelivery } from './batch-delivery.ts'
import { type Clock, systemClock } from './clock.ts'
import {
  type DeadLetter,
  type IndexerLimits,
  type IndexerOptions,
  type IndexerStatus,
  DEFAULT_LIMITS,
} from './contract.ts'
import { DEAD_LETTERS_FULL, toDeadLetter, toPoisonLetter } from './dead-letters.ts'
import { doubtEndsMs, findExisting, giveBackLate } from './doubtful-events.ts'
import { type EventGroup, makeGroups, narrow } from './event-group.ts'
import { FairQueue } from './fair-queue.ts'
import { type Hold, HeldTargets } from './held-targets.ts'
import { type Sorted, makeCounts, sortVerdicts } from './sort-verdicts.ts'
import { StoreCondition } from './store-load-and-outage.ts'

/** Groups that are on the way to the store together. */
interface Request {
  readonly groups: readonly EventGroup[]
  readonly abort: AbortController
}

/** The collector's sink: one for all connections. Each event of a delivered batch is stored or a dead letter. */
export class Indexer implements Sink<EventBatch> {
  readonly #options: IndexerOptions
  readonly #limits: IndexerLimits
  readonly #clock: Clock
  readonly #queue = new FairQueue()
  readonly #held: HeldTargets
  readonly #condition: StoreCondition
  readonly #requests = new Set<Request>()
  readonly #counts = makeCounts()
  readonly #reported = new Once()

  constructor(options: IndexerOptions) {
    const { store, log, onRequest, clock = systemClock } = options
    this.#options = options
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#clock = clock
    this.#held = new HeldTargets(log, clock)
    const { requestsInFlight } = this.#limits
    this.#condition = new StoreCondition({ storeName: store.name, requestsInFlight, log, clock, onRequest })
  }

  async deliver(batch: EventBatch, giveUp: AbortSignal): Promise<void> {
    giveUp.throwIfAborted()
    const size = batch.events.length + batch.poison.length
    if (size === 0) return
    const onGivenUp = (given: BatchDelivery) => this.#drop(given)
    const delivery = new BatchDelivery(batch, { giveUp, clock: this.#clock, onGivenUp })
    this.#countInFlight(size, batch.byteCount)
    try {
      this.#start(delivery)
    } catch (error) {
      delivery.fail(error)
    }
    await delivery.settled.finally(() => this.#countInFlight(-size, -batch.byteCount))
  }

  status(): IndexerStatus {
    const held = this.#held.list()
    const reasons = [
      ...held.map(({ target, reason, remedy }) => `${target}: ${reason}; ${remedy}`),
      ...this.#condition.explain(),
    ]
    return {
      ...this.#counts,
      ...this.#condition.status(),
      requestsInFlight: this.#requests.size,
      held,
      health: { isHealthy: reasons.length === 0, reasons },
    }
  }

  lifeSign(): LifeSign {
    return { part: 'the indexer', steps: this.#condition.status().requests, isDue: this.#mayRequest() }
  }

  #start(delivery: BatchDelivery): void {
    const { batch } = delivery
    const { store, random = Math.random } = this.#options
    this.#keep(
      delivery,
      batch.poison.map(poison => toPoisonLetter(poison, batch)),
    )
    for (const group of makeGroups(delivery, { isRolling: store.isRolling, limits: this.#limits, random })) {
      if (group.isDoubtful) this.#later(group, doubtEndsMs(batch, this.#limits) - this.#clock.now())
      else this.#enqueue(group)
    }
  }

  #later(group: EventGroup, milliseconds: number): void {
    group.delivery.after(milliseconds, () => this.#enqueue(group))
  }

  #enqueue(group: EventGroup): void {
    this.#queue.add(group)
    this.#run()
  }

  /** Called whenever a group is enqueued or a request ends. */
  #run(): void {
    while (this.#mayRequest()) void this.#send(this.#queue.take(this.#options.store.batchLimits))
  }

  #mayRequest(): boolean {
    return !this.#queue.isEmpty && this.#requests.size < this.#condition.requestLimit
  }

  async #send(groups: readonly EventGroup[]): Promise<void> {
    const request: Request = { groups, abort: new AbortController() }
    const { signal } = request.abort
    this.#requests.add(request)
    try {
      const certain = this.#takeInTime(await this.#sortOutDoubt(this.#takeInTime(groups), signal))
      if (certain.length > 0) await this.#write(certain, signal)
    } catch (error) {
      for (const { delivery } of groups) delivery.fail(error)
    } finally {
      this.#requests.delete(request)
      this.#run()
    }
  }

  async #write(groups: readonly EventGroup[], giveUp: AbortSignal): Promise<void> {
    const [first] = groups
    const events = groups.length === 1 && first !== undefined ? first.events : groups.flatMap(group => group.events)
    const startedMs = this.#clock.now()
    const verdicts = await this.#options.store.write(events, giveUp)
    if (giveUp.aborted) return
    let from = 0
    for (const group of groups) {
      this.#settle(group, sortVerdicts(group.events, verdicts, from), startedMs)
      from += group.events.length
    }
    this.#condition.noteAnswer(verdicts, startedMs)
  }

  #settle(group: EventGroup, sorted: Sorted, startedMs: number): void {
    const { delivery } = group
    this.#counts.stored += sorted.stored
    this.#counts.existed += sorted.existed
    if (delivery.isOver) return
    const { heldBy, ...rest } = group
    for (const { hold, events } of sorted.held.values()) {
      this.#held.hold(delivery, hold, events.length)
      this.#waitHeld({ ...narrow(rest, events), heldBy: hold.target }, { hold, isFirst: heldBy === undefined })
    }
    if (heldBy !== undefined) this.#held.release(delivery, heldBy, group.events.length)
    this.#retry(rest, sorted, startedMs)
    this.#keep(
      delivery,
      sorted.refused.map(refusal => toDeadLetter(refusal, delivery.batch)),
    )
    delivery.noteSafe(sorted.stored + sorted.existed)
  }

  /**
   * Held events are sent again after their wait. Where a neighbour that is stored would show whose fault it is, they
   * ride with a request of other events before that: the first time with the next one, later after half their wait.
   */
  #waitHeld(group: EventGroup, { hold, isFirst }: { readonly hold: Hold; readonly isFirst: boolean }): void {
    const waitMs = group.hold.nextMs()
    if (hold.mayBeDocument !== true) return this.#later(group, waitMs)
    // At once, not by a timer: a neighbour that comes in the next moment may be the only one.
    if (isFirst) this.#queue.addRider(group)
    else group.delivery.after(waitMs / 2, () => this.#queue.addRider(group))
    group.delivery.after(waitMs, () => {
      if (this.#queue.takeRider(group)) this.#enqueue(group)
    })
  }

  #retry(group: EventGroup, { again, doubtful }: Sorted, startedMs: number): void {
    this.#counts.retries += again.length + doubtful.length
    if (!this.#options.store.isRolling && again.length + doubtful.length > 0) {
      return this.#later(narrow(group, [...again, ...doubtful]), group.retry.nextMs())
    }
    if (again.length > 0) this.#later(narrow(group, again), group.retry.nextMs())
    if (doubtful.length === 0) return
    const marked = doubtful.map(event => ({ ...event, doubtfulSinceMs: event.doubtfulSinceMs ?? startedMs }))
    const deadMs = startedMs + this.#limits.tryDeadMs - this.#clock.now()
    this.#later({ ...narrow(group, marked), isDoubtful: true }, Math.max(deadMs, group.retry.nextMs()))
  }

  /** Rolling targets: asks which doubtful events exist, and returns the groups that may be written now. */
  async #sortOutDoubt(groups: readonly EventGroup[], giveUp: AbortSignal): Promise<readonly EventGroup[]> {
    const doubtful = groups.filter(group => group.isDoubtful)
    if (doubtful.length === 0) return groups
    const { store } = this.#options
    const events = doubtful.flatMap(group => group.events)
    const existing = await findExisting(store, events, giveUp)
    if (giveUp.aborted) return []
    if (existing.kind === 'unknown') {
      for (const group of doubtful) this.#askLater(group, existing.reason)
      return groups.filter(group => !group.isDoubtful)
    }
    if (existing.kind === 'forbidden') {
      this.#reportForbidden()
      return groups
    }
    return groups.flatMap(group => (group.isDoubtful ? this.#narrowToMissing(group, existing.ids) : group))
  }

  #askLater(group: EventGroup, reason: string): void {
    this.#condition.noteFailure(reason)
    this.#counts.retries += group.events.length
    this.#later(group, group.retry.nextMs())
  }

  #narrowToMissing(group: EventGroup, existingIds: ReadonlySet<string>): readonly EventGroup[] {
    const missing = group.events.filter(event => !existingIds.has(event.id))
    const found = group.events.length - missing.length
    if (found > 0 && group.heldBy !== undefined) this.#held.release(group.delivery, group.heldBy, found)
    this.#counts.existed += found
    group.delivery.noteSafe(found)
    return missing.length === 0 ? [] : [narrow(group, missing)]
  }

  #reportForbidden(): void {
    if (!this.#reported.isNew('forbidden')) return
    const message =
      'cannot ask the store which doubtful events exist, for lack of rights; some may be stored twice (at-least-once)'
    this.#options.log.warn({ store: this.#options.store.name }, message)
  }

  #takeInTime(groups: readonly EventGroup[]): readonly EventGroup[] {
    if (!this.#options.store.isRolling) return groups
    return giveBackLate(groups, this.#limits, this.#clock.now())
  }

  /** Makes dead letters durable; while there is no space for them, they wait like events whose target is closed. */
  #keep(delivery: BatchDelivery, letters: readonly DeadLetter[], wasHeld = false): void {
    if (letters.length === 0 || delivery.isOver) return
    if (!this.#options.deadLetters.add(letters)) {
      if (!wasHeld) this.#held.hold(delivery, DEAD_LETTERS_FULL, letters.length)
      return delivery.after(this.#limits.heldMaxMs, () => this.#keep(delivery, letters, true))
    }
    if (wasHeld) this.#held.release(delivery, DEAD_LETTERS_FULL.target, letters.length)
    this.#counts.deadLettered += letters.length
    delivery.noteSafe(letters.length)
  }

  /** A batch was given up. A request in flight is broken off when all its batches are over. */
  #drop(delivery: BatchDelivery): void {
    this.#held.releaseAll(delivery)
    this.#queue.drop(delivery)
    for (const { groups, abort } of this.#requests) if (groups.every(group => group.delivery.isOver)) abort.abort()
  }

  #countInFlight(events: number, bytes: number): void {
    this.#counts.eventsInFlight += events
    this.#counts.bytesInFlight += bytes
  }
}
