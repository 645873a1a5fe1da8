import type { Part } from '../../../bench/results/part.ts'

/** Results of three rounds of nothing in particular. */
export function makePart(change: Partial<Part>): Part {
  return {
    key: 'throughput-access-200',
    measure: 'throughput',
    title: 'access log, 200 MB',
    description: '1,250,000 lines, 202 MB',
    columns: [{ figure: 'seconds', header: 'seconds', digits: 1, hasRatio: true }],
    machine: '2 × a processor',
    commit: '0123abcd',
    date: '2026-11-29',
    loads: [1, 2.25],
    rounds: 3,
    senders: [],
    missing: [],
    runs: [],
    ...change,
  }
}
