import type { Verdict } from '../stores/contract.ts'
import type { RequestOutcome } from './contract.ts'

/** The numbers that only grow, and those of what is in hand. */
export function makeCounts() {
  return {
    stored: 0,
    existed: 0,
    deadLettered: 0,
    retries: 0,
    requests: 0,
    requestSeconds: 0,
    eventsInFlight: 0,
    bytesInFlight: 0,
  }
}

/** The worst that happened in a request. */
export function summarize(verdicts: readonly Verdict[]): RequestOutcome {
  if (verdicts.some(({ kind }) => kind === 'retry')) return 'retry'
  if (verdicts.some(({ kind }) => kind === 'held')) return 'held'
  return verdicts.some(({ kind }) => kind === 'refused') ? 'refused' : 'done'
}
