import type { Sink } from '../flow/contract.ts'
import type { EventBatch, StoreEvent } from '../flow/event-batch.ts'
import type { LifeSign } from '../flow/life-sign.ts'
import type { Verdict } from '../stores/contract.ts'
import { BatchDelivery } from './batch-delivery.ts'
import { type Clock, systemClock } from './clock.ts'
import { type IndexerLimits, type IndexerOptions, type IndexerStatus, DEFAULT_LIMITS } from './contract.ts'
import { TooLateError } from './too-late-error.ts'
import { type EventGroup, makeGroup, narrow } from './event-group.ts'
import { ExistedBySender } from './existed-by-sender.ts'
import { FairQueue } from './fair-queue.ts'
import { type Hold, HeldTargets } from './held-targets.ts'
import { LetterKeeper } from './letter-keeper.ts'
import { RefusingTargets } from './refusing-targets.ts'
import { describeSender, senderOf } from './sender.ts'
import { SetAsideEvents } from './set-aside.ts'
import {
  type GroupAnswer,
  type Refusal,
  type Retries,
  type Sorted,
  addRetry,
  makeCounts,
  sortAnswer,
  toRefusal,
} from './sort-verdicts.ts'
import { StoreCondition } from './store-load-and-outage.ts'
import { UndeliveredAges, explainLate } from './undelivered-ages.ts'

/** While events wait for their turn. */
const LOOK_AGAIN_MS = 500

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
  readonly #ages: UndeliveredAges
  /** Held groups that may be at fault themselves. */
  readonly #suspects = new Set<EventGroup>()
  readonly #targetOf: (event: StoreEvent) => string
  readonly #requests = new Set<Request>()
  #isLookDue = false
  readonly #counts = makeCounts()
  readonly #existed = new ExistedBySender()

  constructor(options: IndexerOptions) {
    const { store, log, onRequest, clock = systemClock } = options
    this.#options = options
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#clock = clock
    this.#held = new HeldTargets(log, clock)
    this.#targetOf = store.targetOf ?? (() => '')
    this.#ages = new UndeliveredAges({ targetOf: this.#targetOf, clock })
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
    const delivery = new BatchDelivery(batch, { giveUp, clock: this.#clock, targetOf: this.#targetOf, onGivenUp })
    this.#ages.enter(delivery)
    this.#countInFlight(size, batch.byteCount)
    try {
      this.#start(delivery)
    } catch (error) {
      delivery.fail(error)
    }
    await delivery.settled.finally(() => {
      this.#ages.leave(delivery)
      this.#countInFlight(-size, -batch.byteCount)
    })
  }

  status(): IndexerStatus {
    const { lateAfterMs } = this.#limits
    const storeName = this.#options.store.name
    const undelivered = this.#ages.list()
    const reasons = [
      ...this.#condition.explain(),
      ...this.#held.explain(),
      ...this.#setAside.explain(),
      ...this.#refusing.explain(),
      ...explainLate(undelivered, { lateAfterMs, storeName }),
    ]
    return {
      ...this.#counts,
      existedBySender: this.#existed.list(),
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
    this.#letters.keepPoison(delivery)
    if (delivery.batch.events.length === 0) return
    const { random = Math.random } = this.#options
    this.#enqueue(makeGroup(delivery, { limits: this.#limits, random }))
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
    if (!this.#queue.isEmpty && this.#options.store.stalledRequests !== undefined) this.#lookAgain()
  }

  #mayRequest(): boolean {
    const stalled = this.#options.store.stalledRequests?.() ?? 0
    const moving = Math.max(0, this.#requests.size - stalled)
    return !this.#queue.isEmpty && moving < this.#condition.requestLimit
  }

  /** A host may hang, which no answer tells. */
  #lookAgain(): void {
    if (this.#isLookDue) return
    this.#isLookDue = true
    this.#clock.after(LOOK_AGAIN_MS, () => {
      this.#isLookDue = false
      this.#run()
    })
  }

  async #send(groups: readonly EventGroup[]): Promise<void> {
    const request: Request = { groups, abort: new AbortController() }
    const { signal } = request.abort
    this.#requests.add(request)
    try {
      await this.#write(groups, signal)
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
    this.#refusing.note(answer.map(({ group, sorted }) => [describeSender(group.delivery.batch), sorted]))
    for (const { group, sorted } of answer) this.#settle(group, sorted, startedMs)
    this.#tryOnSuspects(answer)
    const tried = verdicts.every(isTried) ? verdicts : verdicts.filter(isTried)
    if (tried.length === 0) return
    const isAnyAside = groups.some(({ isAside }) => isAside)
    const judged = isAnyAside ? answer.flatMap(({ group, own }) => (group.isAside ? [] : own.filter(isTried))) : tried
    this.#condition.noteAnswer(tried, judged, startedMs)
  }

  #settle(group: EventGroup, sorted: Sorted, startedMs: number): void {
    const { delivery } = group
    this.#counts.stored += sorted.stored
    this.#counts.existed += sorted.existed
    this.#existed.note(senderOf(delivery.batch.peer), sorted.existed)
    if (delivery.isOver) return
    const { heldBy, isSuspect: _, ...rest } = group
    for (const { hold, events } of sorted.held.values()) {
      this.#held.hold(delivery, hold, events.length)
      this.#waitHeld({ ...narrow(rest, events), heldBy: hold.target }, hold)
    }
    if (heldBy !== undefined) this.#held.release(delivery, heldBy, group.events.length)
    const lost = this.#sortFailed(rest, sorted, startedMs)
    this.#retry(rest, sorted)
    this.#letters.keepRefused(delivery, [...sorted.refused, ...lost])
    delivery.noteSafe(sorted.safe)
    if (sorted.isLate) delivery.fail(new TooLateError(delivery.batch.peer))
  }

  /** Events on which the server failed are sent again, slowly once they are set aside; the returned ones are given up. */
  #sortFailed(group: EventGroup, { failed, again }: Sorted, startedMs: number): Refusal[] {
    const lost: Refusal[] = []
    const aside: Retries = { events: [], notBeforeMs: 0 }
    for (const { event, verdict } of failed) {
      const fate = this.#setAside.judge({ event, verdict }, group.delivery.batch, startedMs)
      if (fate === 'letter') lost.push(toRefusal({ event, verdict }))
      else addRetry(fate === 'aside' ? aside : again, event, verdict.again)
    }
    this.#counts.retries += aside.events.length
    if (aside.events.length > 0) this.#retryLater({ ...group, isAside: true }, aside, group.hold.nextMs())
    return lost
  }

  /** Held events are sent again after their wait; where it may be their fault, at once when another for their target passes. */
  #waitHeld(group: EventGroup, { mayBeDocument }: Hold): void {
    const waitMs = group.hold.nextMs()
    if (mayBeDocument !== true) return this.#later(group, waitMs)
    this.#suspects.add(group)
    group.delivery.after(waitMs, () => {
      if (this.#suspects.delete(group)) this.#enqueue(group)
    })
  }

  #tryOnSuspects(answer: readonly GroupAnswer[]): void {
    if (this.#suspects.size === 0) return
    const passed = new Set(answer.flatMap(({ sorted }) => [...sorted.safe.keys()]))
    for (const group of this.#suspects) {
      const { blamed = [], others = [] } = Object.groupBy(group.events, event =>
        passed.has(this.#targetOf(event)) ? 'blamed' : 'others',
      )
      if (blamed.length === 0) continue
      this.#suspects.delete(group)
      this.#enqueue({ ...narrow(group, blamed), isSuspect: true })
      if (others.length > 0) this.#enqueue(narrow(group, others))
    }
  }

  #retry(group: EventGroup, { again, waiting }: Sorted): void {
    this.#counts.retries += again.events.length
    if (again.events.length > 0) this.#retryLater(group, again, group.retry.nextMs())
    if (waiting.events.length > 0) this.#retryLater(group, waiting, 0)
  }

  #retryLater(group: EventGroup, { events, notBeforeMs }: Retries, waitMs: number): void {
    this.#later(narrow(group, events), Math.max(waitMs, notBeforeMs - this.#clock.now()))
  }

  /** A batch was given up. A request in flight is broken off when all its batches are over. */
  #drop(delivery: BatchDelivery): void {
    this.#held.releaseAll(delivery)
    this.#queue.drop(delivery)
    for (const group of this.#suspects) if (group.delivery === delivery) this.#suspects.delete(group)
    for (const { groups, abort } of this.#requests) if (groups.every(group => group.delivery.isOver)) abort.abort()
  }

  #countInFlight(events: number, bytes: number): void {
    this.#counts.eventsInFlight += events
    this.#counts.bytesInFlight += bytes
  }
}

function isTried({ kind }: Verdict): boolean {
  return kind !== 'wait' && kind !== 'late'
}
