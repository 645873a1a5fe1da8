import type { StoreEvent } from '../../../src/flow/event-batch.ts'
import type { RollingStore } from '../../../src/stores/asking-store.ts'
import type { Store, Verdict } from '../../../src/stores/contract.ts'

export interface ScriptedStore extends RollingStore {
  /** The ids of each call of `write`, in order. */
  readonly writes: string[][]
  /** The ids of each call of `findExisting`. */
  readonly questions: { readonly ids: readonly string[]; readonly sinceMs: number }[]
  /** The signals of the calls of `write`. */
  readonly signals: AbortSignal[]
}

export interface Script {
  readonly batchLimits?: Store['batchLimits']
  readonly targetOf?: (event: StoreEvent) => string
  /** The verdict of the n-th call (from 0) for one event; default `stored`. */
  readonly answer?: (event: StoreEvent, call: number) => Verdict
  /** Resolves when the n-th call may be answered. */
  readonly gate?: (call: number) => Promise<void>
  readonly findExisting?: RollingStore['findExisting']
  readonly stalledRequests?: () => number
}

/** A store with scripted verdicts, for tests of timing that no real server allows. */
export function makeScriptedStore(script: Script = {}): ScriptedStore {
  const writes: string[][] = []
  const questions: { readonly ids: readonly string[]; readonly sinceMs: number }[] = []
  const signals: AbortSignal[] = []
  const { findExisting = () => Promise.resolve(new Set<string>()) } = script
  return {
    name: 'scripted',
    batchLimits: script.batchLimits ?? { events: 1000, bytes: 1_000_000 },
    ...(script.stalledRequests && { stalledRequests: script.stalledRequests }),
    ...(script.targetOf && { targetOf: script.targetOf }),
    writes,
    questions,
    signals,
    async write(events, giveUp) {
      const call = writes.push(events.map(event => event.id)) - 1
      signals.push(giveUp)
      await script.gate?.(call)
      return events.map(event => script.answer?.(event, call) ?? { kind: 'stored' })
    },
    findExisting(ids, sinceMs, giveUp) {
      questions.push({ ids, sinceMs })
      return findExisting(ids, sinceMs, giveUp)
    },
    close: () => Promise.resolve(),
  }
}
