import type { CommonSettings } from '../../config/settings.ts'
import { formatAddress } from '../../flow/host-port.ts'

/** A fault or oddity that the configuration's text alone does not show. */
export interface Finding {
  readonly severity: 'error' | 'warning'
  /** A sentence with its remedy. */
  readonly message: string
}

/** One row of the summary. */
export type SummaryRow = readonly [label: string, text: string]

export interface Inspection {
  readonly summary: readonly SummaryRow[]
  readonly findings: readonly Finding[]
}

/** The last rows of both roles' summaries. */
export function commonRows({ stateDir, metrics }: CommonSettings): SummaryRow[] {
  return [
    ['state', stateDir],
    ['metrics', metrics === undefined ? 'off' : `http://${formatAddress(metrics)}/metrics and /health`],
  ]
}
