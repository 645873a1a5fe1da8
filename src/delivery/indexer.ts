import type { Sink } from '../flow/contract.ts'
import type { EventBatch, StoreEvent } from '../flow/event-batch.ts'
import type { LifeSign } from '../flow/life-sign.ts'
import { Once } from '../flow/log-once.ts'
import { BatchDelivery } from './batch-delivery.ts'
import { type Clock, systemClock } from './clock.ts'
import { type IndexerLimits, type IndexerOptions, type IndexerStatus, DEFAULT_LIMITS } from './contract.ts'
import { doubtEndsMs, findExisting, giveBackLate } from './doubtful-events.ts'
import { type EventGroup, makeGroups, narrow } from './event-group.ts'
import { FairQueue } from './fair-queue.ts'
import { type Hold, HeldTargets } from './held-targets.ts'
import { LetterKeeper } from './letter-keeper.ts'
import { RefusingTargets } from './refusing-targets.ts'
import { senderOf } from './sender.ts'
import { SetAsideEvents } from './set-aside.ts'
import { type Refusal, type Sorted, countTargets, makeCounts, sortAnswer, toRefusal } from './sort-verdicts.ts'
import { StoreCondition } from './store-load-and-outage.ts'
import { explainLate, listUndelivered } from './undelivered-ages.ts'

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
  readonly #setAside: SetAsideEvents
  readonly #refusing: RefusingTargets
  readonly #letters: LetterKeeper
  readonly #condition: StoreCondition
  readonly #deliveries = new Set<BatchDelivery>()
  readonly #requests = new Set<Request>()
  readonly #counts = makeCounts()
  readonly #reported = new Once()

  constructor(options: IndexerOptions) {
    const { store, log, onRequest, clock = systemClock } = options
    this.#options = options
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#clock = clock
    this.#held = new HeldTargets(log, clock)
    const { requestsInFlight, giveUpAfterMs, heldMaxMs } = this.#limits
    this.#letters = new LetterKeeper({ deadLetters: options.deadLetters, held: this.#held, retryMs: heldMaxMs })
    this.#setAside = new SetAsideEvents({ giveUpAfterMs, log, clock })
    this.#refusing = new RefusingTargets(store.name, clock)
    this.#condition = new StoreCondition({ requestsInFlight, log, clock, onRequest })
  }

  async deliver(batch: EventBatch, giveUp: AbortSignal): Promise<void> {
    giveUp.throwIfAborted()
    const size = batch.events.length + batch.poison.length
    if (size === 0) return
    const onGivenUp = (given: BatchDelivery) => this.#drop(given)
    const { targetOf = () => '' } = this.#options.store
    const delivery = new BatchDelivery(batch, { giveUp, clock: this.#clock, targetOf, onGivenUp })
    this.#deliveries.add(delivery)
    this.#countInFlight(size, batch.byteCount)
    try {
      this.#start(delivery)
    } catch (error) {
      delivery.fail(error)
    }
    await delivery.settled.finally(() => {
      this.#deliveries.delete(delivery)
      this.#countInFlight(-size, -batch.byteCount)
    })
  }

  status(): IndexerStatus {
    const { lateAfterMs } = this.#limits
    const storeName = this.#options.store.name
    const undelivered = listUndelivered(this.#deliveries, this.#clock.now())
    const reasons = [
      ...this.#condition.explain(),
      ...this.#held.explain(),
      ...this.#setAside.explain(),
      ...this.#refusing.explain(),
      ...explainLate(undelivered, { lateAfterMs, storeName }),
    ]
    return {
      ...this.#counts,
      deadLettered: this.#letters.kept,
      ...this.#condition.status(),
      requestsInFlight: this.#requests.size,
      held: this.#held.list(),
      undelivered,
      setAside: this.#setAside.count(),
      health: { isHealthy: reasons.length === 0, reasons },
    }
  }

  lifeSign(): LifeSign {
    return { part: 'the indexer', steps: this.#condition.status().requests, isDue: this.#mayRequest() }
  }

  #start(delivery: BatchDelivery): void {
    const { batch } = delivery
    const { store, random = Math.random } = this.#options
    this.#letters.keepPoison(delivery)
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
    this.#setAside.noteAnswer(events, verdicts)
    const answer = sortAnswer(groups, verdicts)
    this.#refusing.note(answer.map(({ group, sorted }) => [senderOf(group.delivery.batch.peer), sorted]))
    for (const { group, sorted } of answer) this.#settle(group, sorted, startedMs)
    const judged = answer.flatMap(({ group, own }) => (group.isAside ? [] : own))
    this.#condition.noteAnswer(verdicts, judged, startedMs)
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
    const lost = this.#sortFailed(rest, sorted, startedMs)
    this.#retry(rest, sorted, startedMs)
    this.#letters.keepRefused(delivery, [...sorted.refused, ...lost])
    delivery.noteSafe(sorted.safe)
  }

  /** Events on which the server failed are sent again, slowly once they are set aside; the returned ones are given up. */
  #sortFailed(group: EventGroup, { failed, again, doubtful }: Sorted, startedMs: number): Refusal[] {
    const sender = senderOf(group.delivery.batch.peer)
    const lost: Refusal[] = []
    const aside: StoreEvent[] = []
    for (const { event, verdict } of failed) {
      const fate = this.#setAside.judge({ event, verdict }, sender, startedMs)
      if (fate === 'letter') lost.push(toRefusal({ event, verdict }))
      else if (fate === 'aside') aside.push(event)
      else (verdict.isDoubtful ? doubtful : again).push(event)
    }
    if (aside.length > 0) this.#waitAside({ ...narrow(group, aside), isAside: true }, startedMs)
    return lost
  }

  #waitAside(group: EventGroup, startedMs: number): void {
    this.#counts.retries += group.events.length
    this.#retryLater(group, group.hold.nextMs(), startedMs)
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
    if (again.length > 0) this.#later(narrow(group, again), group.retry.nextMs())
    if (doubtful.length > 0) this.#retryLater(narrow(group, doubtful), group.retry.nextMs(), startedMs)
  }

  /** The try that started at `startedMs` may have stored the events. */
  #retryLater(group: EventGroup, waitMs: number, startedMs: number): void {
    if (!this.#options.store.isRolling) return this.#later(group, waitMs)
    const events = group.events.map(event => ({ ...event, doubtfulSinceMs: event.doubtfulSinceMs ?? startedMs }))
    const deadMs = startedMs + this.#limits.tryDeadMs - this.#clock.now()
    this.#later({ ...group, events, isDoubtful: true }, Math.max(deadMs, waitMs))
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
    const { targetOf = () => '' } = this.#options.store
    const safe = group.events.filter(event => existingIds.has(event.id))
    group.delivery.noteSafe(countTargets(safe.map(event => ({ target: targetOf(event) }))))
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
