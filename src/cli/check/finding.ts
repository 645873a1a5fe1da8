/** What `check` has to say beyond the configuration's own text. */
export interface Finding {
  readonly severity: 'error' | 'warning'
  /** A sentence with its remedy. */
  readonly message: string
}

/** One row of the summary: what it is about, and what it is. */
export type SummaryRow = readonly [label: string, text: string]

export interface Inspection {
  readonly summary: readonly SummaryRow[]
  readonly findings: readonly Finding[]
}
