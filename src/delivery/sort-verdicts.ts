import type { StoreEvent } from '../flow/event-batch.ts'
import type { Again, Verdict } from '../stores/contract.ts'
import type { EventGroup } from './event-group.ts'
import { countByTarget, type TargetCounts } from './target-counts.ts'
import type { Hold } from './held-targets.ts'
import type { Failure } from './set-aside.ts'

/** The part of an answer that is for one group. */
export interface GroupAnswer {
  readonly group: EventGroup
  readonly own: readonly Verdict[]
  readonly sorted: Sorted
}

export interface Refusal {
  readonly event: StoreEvent
  readonly verdict: Extract<Verdict, { kind: 'refused' }>
}

export interface Retries {
  readonly events: StoreEvent[]
  notBeforeMs: number
}

/** The events of one group by what happens to them next. */
export interface Sorted {
  stored: number
  existed: number
  /** How many are stored or existed, by target. */
  readonly safe: TargetCounts
  readonly refused: Refusal[]
  /** The server failed on each of them alone. */
  readonly failed: Failure[]
  /** To be sent again after load. */
  readonly again: Retries
  /** To be sent when they may be, which is nobody's fault. */
  readonly waiting: Retries
  readonly held: Map<string, { readonly hold: Hold; readonly events: StoreEvent[] }>
  /** No try of some of them may start any more. */
  isLate: boolean
}

/** `verdicts` are those of all events of the groups, in order. */
export function sortAnswer(groups: readonly EventGroup[], verdicts: readonly Verdict[]): readonly GroupAnswer[] {
  let from = 0
  return groups.map(group => {
    const own = groups.length === 1 ? verdicts : verdicts.slice(from, from + group.events.length)
    from += group.events.length
    return { group, own, sorted: sortVerdicts(group, own) }
  })
}

/** An event on which the server failed for too long, as if it had been refused. */
export function toRefusal({ event, verdict: { target, complaint } }: Failure): Refusal {
  const { type, reason } = complaint ?? { type: '', reason: '' }
  return { event, verdict: { kind: 'refused', ...(target !== undefined && { target }), type, reason } }
}

function sortVerdicts({ events, isSuspect }: EventGroup, verdicts: readonly Verdict[]): Sorted {
  const sorted = makeSorted(countByTarget(verdicts, safeTargetOf))
  for (const [i, event] of events.entries()) {
    const verdict = verdicts[i]
    if (verdict === undefined) addRetry(sorted.again, event)
    else sortOne(sorted, event, isSuspect ? blameDocument(verdict) : verdict)
  }
  return sorted
}

function safeTargetOf(verdict: Verdict): string | undefined {
  return verdict.kind === 'stored' || verdict.kind === 'existed' ? (verdict.target ?? '') : undefined
}

function blameDocument(verdict: Verdict): Verdict {
  if (verdict.kind !== 'held' || verdict.complaint === undefined) return verdict
  return { kind: 'refused', target: verdict.target, ...verdict.complaint }
}

function sortOne(sorted: Sorted, event: StoreEvent, verdict: Verdict): void {
  switch (verdict.kind) {
    case 'stored':
    case 'existed':
      sorted[verdict.kind] += 1
      break
    case 'refused':
      sorted.refused.push({ event, verdict })
      break
    case 'retry':
      if (verdict.complaint !== undefined) {
        sorted.failed.push({ event, verdict })
        break
      }
      addRetry(sorted.again, event, verdict.again)
      break
    case 'wait':
      addRetry(sorted.waiting, event, verdict.again)
      break
    case 'late':
      sorted.isLate = true
      break
    case 'held': {
      const key = `${verdict.mayBeDocument === true} ${verdict.target}`
      const known = sorted.held.get(key)
      const next = verdict.again?.event ?? event
      if (known === undefined) sorted.held.set(key, { hold: verdict, events: [next] })
      else known.events.push(next)
    }
  }
}

function makeSorted(safe: TargetCounts): Sorted {
  return {
    stored: 0,
    existed: 0,
    safe,
    refused: [],
    failed: [],
    again: { events: [], notBeforeMs: 0 },
    waiting: { events: [], notBeforeMs: 0 },
    held: new Map(),
    isLate: false,
  }
}

export function addRetry(retries: Retries, event: StoreEvent, again?: Again): void {
  retries.events.push(again?.event ?? event)
  retries.notBeforeMs = Math.max(retries.notBeforeMs, again?.notBeforeMs ?? 0)
}

export function makeCounts() {
  return { stored: 0, existed: 0, retries: 0, eventsInFlight: 0, bytesInFlight: 0 }
}
