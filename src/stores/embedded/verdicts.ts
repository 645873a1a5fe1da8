import type { DatabaseFault } from '../../sqlite/error.ts'
import type { CallError } from '../../sqlite/thread.ts'
import type { Verdict } from '../contract.ts'
import { EXISTED, STORED, type WrittenBatch } from './write.ts'

const stored: Verdict = { kind: 'stored' }
const existed: Verdict = { kind: 'existed' }

export function toVerdicts({ outcomes, reasons }: WrittenBatch): Verdict[] {
  return Array.from(outcomes, (outcome, i) => {
    if (outcome === STORED) return stored
    if (outcome === EXISTED) return existed
    return { kind: 'refused', type: 'document_parsing_exception', reason: reasons.get(i) ?? 'no JSON object' }
  })
}

/** For every event of a transaction that failed. An id that is there after all is answered `existed` at the next try. */
export function verdictForFault(path: string, error: CallError): Verdict {
  const remedy = remedies[error.fault]
  if (remedy === undefined) return { kind: 'retry', reason: error.message, isDoubtful: true }
  return { kind: 'held', target: path, reason: error.message, remedy }
}

const remedies: Readonly<Record<DatabaseFault, string | undefined>> = {
  full: 'make room on the disk of the store, or lower its maximal size or age',
  read_only: 'make the store and its directory writable for the user that runs the collector',
  io: 'check the disk of the store, that the file is still there, and the rights to write it',
  damaged: 'stop the collector, move the damaged file away (keep it), and start again with a new store or a sound copy',
  constraint:
    'stop the collector, move the damaged file away (keep it), and start again with a new store or a sound copy',
  busy: undefined,
  other: undefined,
}
