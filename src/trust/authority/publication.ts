// What the signer tells the commands, which share its database and nothing else.
import { DAY_MS } from '../../flow/time-units.ts'
import type { Database } from '../../sqlite/database.ts'
import { readMeta, writeMeta } from './meta.ts'

export interface Publication {
  /** The number of the trust document. */
  readonly sequence: number
  /** It has the revocations up to this change; see `readChangeCount`. */
  readonly changes: number
  /** Revocations, the latest ones, for which there was no room in it. */
  readonly leftOut: number
}

export function notePublication(database: Database, publication: Publication): void {
  writeMeta(database, 'publication', JSON.stringify(publication))
}

export function readPublication(database: Database): Publication | undefined {
  const text = readMeta(database, 'publication')
  return text === undefined ? undefined : (JSON.parse(text) as Publication)
}

/** Why the signer cannot do its work; undefined: it does it. */
export function noteTrouble(database: Database, trouble: string | undefined): void {
  if (readTrouble(database) !== trouble) writeMeta(database, 'trouble', trouble ?? '')
}

export function readTrouble(database: Database): string | undefined {
  return readMeta(database, 'trouble') || undefined
}

/** How long after its end the signer renews a certificate. */
export function noteRenewExpired(database: Database, renewExpiredMs: number): void {
  const text = String(renewExpiredMs)
  if (readMeta(database, 'renew expired') !== text) writeMeta(database, 'renew expired', text)
}

export function readRenewExpired(database: Database): number {
  return Number(readMeta(database, 'renew expired') ?? 30 * DAY_MS)
}
