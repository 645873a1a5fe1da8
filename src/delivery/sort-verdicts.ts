import type { StoreEvent } from '../flow/event-batch.ts'
import type { Verdict } from '../stores/contract.ts'
import type { Hold } from './held-targets.ts'

export interface Refusal {
  readonly event: StoreEvent
  readonly verdict: Extract<Verdict, { kind: 'refused' }>
}

/** The events of one group by what happens to them next. */
export interface Sorted {
  stored: number
  existed: number
  readonly refused: Refusal[]
  /** To be sent again as they are. */
  readonly again: StoreEvent[]
  /** To be sent again; an earlier try may have stored them. */
  readonly doubtful: StoreEvent[]
  readonly held: Map<string, { readonly hold: Hold; readonly events: StoreEvent[] }>
  /** One of the reasons to send again. */
  reason: string
}

/** `verdicts` are those of all events of a request; those of `events` begin at `from`. */
export function sortVerdicts(events: readonly StoreEvent[], verdicts: readonly Verdict[], from: number): Sorted {
  const sorted: Sorted = { stored: 0, existed: 0, refused: [], again: [], doubtful: [], held: new Map(), reason: '' }
  for (const [i, event] of events.entries()) {
    const verdict = verdicts[from + i]
    if (verdict === undefined) sorted.doubtful.push(event)
    else sortOne(sorted, event, verdict)
  }
  return sorted
}

function sortOne(sorted: Sorted, event: StoreEvent, verdict: Verdict): void {
  switch (verdict.kind) {
    case 'stored':
      sorted.stored += 1
      break
    case 'existed':
      sorted.existed += 1
      break
    case 'refused':
      sorted.refused.push({ event, verdict })
      break
    case 'retry':
      sorted.reason = verdict.reason
      ;(verdict.isDoubtful ? sorted.doubtful : sorted.again).push(event)
      break
    case 'held': {
      const key = `${verdict.mayBeDocument === true} ${verdict.target}`
      const known = sorted.held.get(key)
      if (known === undefined) sorted.held.set(key, { hold: verdict, events: [event] })
      else known.events.push(event)
    }
  }
}

export function makeCounts() {
  return { stored: 0, existed: 0, deadLettered: 0, retries: 0, eventsInFlight: 0, bytesInFlight: 0 }
}
