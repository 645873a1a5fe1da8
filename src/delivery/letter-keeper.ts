import type { EventBatch, PoisonEvent } from '../flow/event-batch.ts'
import type { BatchDelivery } from './batch-delivery.ts'
import type { DeadLetter, DeadLetters } from './contract.ts'
import type { HeldTargets, Hold } from './held-targets.ts'
import type { Refusal } from './sort-verdicts.ts'
import { countByTarget } from './target-counts.ts'

/** The hold of events while their dead letters cannot be kept. */
const NO_SPACE: Hold = {
  target: 'dead letters',
  reason: 'dead letters do not fit, or a sender has used its share, and nothing is dropped',
  remedy:
    'look at them with `forwarder dead-letters list`, replay or drop some, or raise "maxBytes" in "deadLetters"; check the free space of that disk',
}

interface KeeperOptions {
  readonly deadLetters: DeadLetters
  readonly held: HeldTargets
  /** The wait between two tries while they do not fit. */
  readonly retryMs: number
}

/** Makes dead letters durable; while they do not fit, they wait like events whose target is closed. */
export class LetterKeeper {
  readonly #options: KeeperOptions
  #kept = 0

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** The number of letters that were kept. */
  get kept(): number {
    return this.#kept
  }

  keepPoison(delivery: BatchDelivery): void {
    const { batch } = delivery
    this.#start(
      delivery,
      batch.poison.map(poison => toPoisonLetter(poison, batch)),
    )
  }

  keepRefused(delivery: BatchDelivery, refused: readonly Refusal[]): void {
    this.#start(
      delivery,
      refused.map(refusal => toDeadLetter(refusal, delivery.batch)),
    )
  }

  #start(delivery: BatchDelivery, letters: readonly DeadLetter[], wasHeld = false): void {
    if (letters.length === 0 || delivery.isOver) return
    this.#keep(delivery, letters, wasHeld).catch((error: unknown) => delivery.fail(error))
  }

  async #keep(delivery: BatchDelivery, letters: readonly DeadLetter[], wasHeld: boolean): Promise<void> {
    const { deadLetters, held, retryMs } = this.#options
    const count = await deadLetters.add(letters)
    this.#kept += count
    if (delivery.isOver) return
    const rest = letters.slice(count)
    if (wasHeld) held.release(delivery, NO_SPACE.target, count)
    else if (rest.length > 0) held.hold(delivery, NO_SPACE, rest.length)
    if (rest.length > 0) delivery.after(retryMs, () => this.#start(delivery, rest, true))
    delivery.noteSafe(countByTarget(letters.slice(0, count), ({ target }) => target))
  }
}

function toDeadLetter({ event, verdict }: Refusal, { receivedAtMs, peer, agent }: EventBatch): DeadLetter {
  const payload = event.bytes.subarray(event.start, event.end)
  const { target = '', type, reason } = verdict
  return { id: event.id, target, type, reason, payload, receivedAtMs, peer, agent, timeMs: event.timeMs }
}

function toPoisonLetter(
  { id, type, reason, payload, target = '', timeMs }: PoisonEvent,
  { receivedAtMs, peer, agent }: EventBatch,
): DeadLetter {
  const time = timeMs === undefined ? {} : { timeMs }
  return { id, target, type, reason, payload, receivedAtMs, peer, agent, ...time }
}
