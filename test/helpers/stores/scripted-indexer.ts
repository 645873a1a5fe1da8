import type { ExecutionContext } from 'ava'
import type { DeadLetter, IndexerOptions } from '../../../src/delivery/contract.ts'
import { Indexer } from '../../../src/delivery/indexer.ts'
import type { Verdict } from '../../../src/stores/contract.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { ManualClock } from '../time/manual-clock.ts'
import { type Script, makeScriptedStore } from './scripted-store.ts'
import { makeBatch, makeEvents } from './store-events.ts'

/** A signal that never fires. */
export const never = new AbortController().signal
export const busy: Verdict = { kind: 'retry', reason: 'busy', isDoubtful: false }
export const noAnswer: Verdict = { kind: 'retry', reason: 'no answer', isDoubtful: true }
export const closed: Verdict = { kind: 'held', target: 'logs-1', reason: 'closed', remedy: 'open it' }
export const bad: Verdict = { kind: 'refused', target: 'logs-1', type: 'bad_document', reason: 'it is bad' }

/** An indexer over a scripted store, with a manual clock, and dead letters whose space can run out. */
export function setUpIndexer(script: Script, more: Partial<IndexerOptions> = {}) {
  const clock = new ManualClock()
  const store = makeScriptedStore(script)
  const letters: DeadLetter[] = []
  const room: { isFull: boolean; fault?: Error } = { isFull: false }
  const deadLetters = {
    add(more_: readonly DeadLetter[]) {
      if (room.fault !== undefined) return Promise.reject(room.fault)
      if (!room.isFull) letters.push(...more_)
      return Promise.resolve(room.isFull ? 0 : more_.length)
    },
    status: () => ({ letters: letters.length, bytes: 0, maxBytes: 0 }),
    lifeSign: () => ({ part: 'letters', steps: 0, isDue: false }),
  }
  const indexer = new Indexer({ store, deadLetters, clock, random: () => 1, log: silentLog, ...more })
  const batch = (prefix: string, count: number, peer = 'p') =>
    makeBatch(makeEvents(prefix, count), { peer, receivedAtMs: clock.now() })
  return { indexer, clock, store, letters, room, batch }
}

/** Follows a promise without waiting for it. */
export function watch(
  t: ExecutionContext,
  promise: Promise<void>,
): { readonly state: () => string; readonly done: Promise<unknown> } {
  let state = 'waiting'
  const done = promise.then(
    () => (state = 'resolved'),
    (error: unknown) => (state = `rejected: ${String(error)}`),
  )
  t.teardown(() => done)
  return { state: () => state, done }
}
