import type { EventBatch, PoisonEvent } from '../flow/events.ts'
import type { DeadLetter } from './contract.ts'
import type { Hold } from './held-targets.ts'
import type { Refusal } from './sort-verdicts.ts'

/** What is held, and why, while dead letters can't be kept. */
export const DEAD_LETTERS_FULL: Hold = {
  target: 'dead letters',
  reason: 'there is no room for dead letters, and nothing is dropped',
  remedy: 'make room on that disk, or look at the dead letters and take them out',
}

/** A document that the store refused. */
export function toLetter({ event, verdict }: Refusal, { receivedAtMs, peer }: EventBatch): DeadLetter {
  const payload = event.bytes.subarray(event.start, event.end)
  const { target = '', type, reason } = verdict
  return { id: event.id, target, type, reason, payload, receivedAtMs, peer }
}

/** A payload that is no document. */
export function toPoisonLetter(poison: PoisonEvent, { receivedAtMs, peer }: EventBatch): DeadLetter {
  return { ...poison, target: '', receivedAtMs, peer }
}
