// A clock that is wrong by years must not make the signer forget what machines still rely on. So time has passed for it
// only when the clock of a machine with a valid proof agrees: of the two clocks the one that is behind counts.
import type { Database } from '../../sqlite/database.ts'
import { readMeta, writeMeta } from './meta.ts'

const NAME = 'agreed'

/** The time that has certainly come, in milliseconds since 1970; 0 before the first request. */
export function readTrustedTime(database: Database): number {
  return Number(readMeta(database, NAME) ?? 0)
}

/** To be called in the transaction that answers a request, with the time of the request and that of the signer. */
export function advanceTrustedTime(database: Database, createdAtMs: number, nowMs: number): void {
  const trustedMs = Math.min(createdAtMs, nowMs)
  if (trustedMs > readTrustedTime(database)) writeMeta(database, NAME, String(trustedMs))
}
