import type { DatabaseFault } from '../../sqlite/error.ts'
import type { CallError } from '../../sqlite/thread.ts'
import type { Verdict } from '../contract.ts'
import { EXISTED, STORED, type WrittenBatch } from './event-writer.ts'

type Outcome = Extract<Verdict, { kind: 'stored' | 'existed' | 'refused' }>

const STORED_VERDICT: Outcome = { kind: 'stored' }
const EXISTED_VERDICT: Outcome = { kind: 'existed' }

export function toVerdicts({ outcomes, reasons }: WrittenBatch): Outcome[] {
  return Array.from(outcomes, (outcome, i) => {
    if (outcome === STORED) return STORED_VERDICT
    if (outcome === EXISTED) return EXISTED_VERDICT
    return {
      kind: 'refused',
      type: 'document_parsing_exception',
      reason: reasons.get(i) ?? 'the document is not a JSON object',
    }
  })
}

/** The verdict on every event of a transaction that failed. An id that was stored nevertheless is `existed` at the next try. */
export function verdictForFault(path: string, error: CallError): Verdict {
  const remedy = REMEDIES[error.fault]
  if (remedy === undefined) return { kind: 'retry', reason: error.message, isDoubtful: true }
  return { kind: 'held', target: path, reason: error.message, remedy }
}

const REMEDIES: Readonly<Record<DatabaseFault, string | undefined>> = {
  full: 'free space on the disk of the store, or lower its maximum size or age',
  read_only: 'make the store and its directory writable for the user that runs the collector',
  io: 'check the disk of the store and the rights to write its file',
  gone: 'put the file of the store back with its -wal, or restart the collector to begin with an empty store',
  damaged:
    'stop the collector, move the damaged file away (keep it), and start again with a new store or an intact copy',
  constraint:
    'stop the collector, move the damaged file away (keep it), and start again with a new store or an intact copy',
  busy: undefined,
  other: undefined,
}
