import { hash } from 'node:crypto'
import type { StoreEvent } from '../flow/event-batch.ts'
import type { BatchDelivery } from './batch-delivery.ts'
import { describeSender, senderOf } from './sender.ts'

/** What has not come again for this time is forgotten: its sender has another collector. */
const KEEP_MS = 600_000
/** Two events that differ only after this, and have the same size, count as one: only an age depends on it. */
const HASHED_BYTES = 1024
const LOOK_AFTER_MS = 10_000
/** Bounds on memory: senders can cause any number. */
const MAX_MARKS = 1000
const MAX_MARKS_OF_SENDER = 32

/** The oldest event of a batch for one target, when the batch was given back to its sender. */
export interface Mark {
  /** With its agent, for people. */
  readonly sender: string
  readonly target: string
  readonly firstMs: number
  readonly givenBackMs: number
  /** How many of the batch for the target were not safe. */
  readonly events: number
}

/**
 * When events were received first that went back to their senders, which send them again: recognised by their bytes, since not
 * every sender gives ids; windows of protocol 1 as a whole.
 */
export class ReturningEvents {
  readonly #targetOf: (event: StoreEvent) => string
  /** By sender, and then by what the event is recognised by. */
  readonly #marks = new Map<string, Map<string, Mark>>()
  #size = 0
  #lookedMs = Number.NEGATIVE_INFINITY

  constructor(targetOf: (event: StoreEvent) => string) {
    this.#targetOf = targetOf
  }

  get size(): number {
    return this.#size
  }

  list(): readonly Mark[] {
    return this.#entries().map(([, mark]) => mark)
  }

  /** A batch was given up; `firstMsOf` is the age of its events for a target. */
  note(delivery: BatchDelivery, { nowMs, firstMsOf }: GivenBack): void {
    this.#forgetStale(nowMs)
    const { peer } = delivery.batch
    const sender = describeSender(delivery.batch)
    const lacking = new Map(delivery.left)
    for (const [target, key] of this.#keysOf(delivery, lacking)) {
      const events = lacking.get(target) ?? 0
      lacking.delete(target)
      this.#add([senderOf(peer), key()], { sender, target, events, firstMs: firstMsOf(target), givenBackMs: nowMs })
      if (lacking.size === 0) return
    }
  }

  /** By target, the first receipt of events in the batch that were given back earlier; those are not remembered any more. */
  take(delivery: BatchDelivery): ReadonlyMap<string, number> {
    const found = new Map<string, number>()
    const sender = senderOf(delivery.batch.peer)
    const marks = this.#marks.get(sender)
    if (marks === undefined) return found
    for (const [target, makeKey] of this.#keysOf(delivery, delivery.left)) {
      const key = makeKey()
      const mark = marks.get(key)
      if (mark === undefined) continue
      found.set(target, Math.min(mark.firstMs, found.get(target) ?? Infinity))
      this.#remove([sender, key])
    }
    return found
  }

  /** For events whose target is one of `targets`, in order. */
  *#keysOf(
    { batch }: BatchDelivery,
    targets: ReadonlyMap<string, number>,
  ): Iterable<readonly [target: string, makeKey: () => string]> {
    const { events, poison, joinKey } = batch
    if (joinKey !== undefined) {
      for (const target of targets.keys()) yield [target, () => `${target}\n${joinKey}`]
      return
    }
    for (const event of events) {
      const target = this.#targetOf(event)
      if (targets.has(target)) yield [target, () => fingerprint(event.bytes.subarray(event.start, event.end))]
    }
    if (targets.has('')) for (const { payload } of poison) yield ['', () => fingerprint(payload)]
  }

  #add([sender, key]: MarkKey, mark: Mark): void {
    const marks = this.#marks.get(sender) ?? new Map<string, Mark>()
    this.#marks.set(sender, marks)
    const known = marks.get(key)
    if (known === undefined) this.#size++
    marks.set(key, known === undefined || known.firstMs > mark.firstMs ? mark : { ...mark, firstMs: known.firstMs })
    if (marks.size > MAX_MARKS_OF_SENDER) this.#removeYoungest(sender)
    else if (this.#size > MAX_MARKS) this.#removeYoungest(this.#findLargest())
  }

  /** Of equal ones, that of the sender that came last. */
  #findLargest(): string {
    let largest = { sender: '', size: 0 }
    for (const [sender, { size }] of this.#marks) if (size >= largest.size) largest = { sender, size }
    return largest.sender
  }

  #removeYoungest(sender: string): void {
    let youngest: readonly [string, Mark] | undefined
    for (const entry of this.#marks.get(sender) ?? [])
      if (youngest === undefined || entry[1].firstMs >= youngest[1].firstMs) youngest = entry
    if (youngest !== undefined) this.#remove([sender, youngest[0]])
  }

  #remove([sender, key]: MarkKey): void {
    const marks = this.#marks.get(sender)
    if (marks?.delete(key) !== true) return
    this.#size--
    if (marks.size === 0) this.#marks.delete(sender)
  }

  #forgetStale(nowMs: number): void {
    if (nowMs - this.#lookedMs < LOOK_AFTER_MS) return
    this.#lookedMs = nowMs
    for (const [key, mark] of this.#entries()) if (nowMs - mark.givenBackMs >= KEEP_MS) this.#remove(key)
  }

  #entries(): readonly (readonly [MarkKey, Mark])[] {
    return [...this.#marks].flatMap(([sender, marks]) =>
      [...marks].map(([key, mark]) => [[sender, key], mark] as const),
    )
  }
}

type MarkKey = readonly [sender: string, key: string]

interface GivenBack {
  readonly nowMs: number
  readonly firstMsOf: (target: string) => number
}

function fingerprint(bytes: Buffer): string {
  return `${bytes.length} ${hash('sha1', bytes.subarray(0, HASHED_BYTES), 'base64url')}`
}
