// A clock that is wrong by years must not make the signer forget what others still go by. So time has passed for it only
// when a machine that asked, by a good proof, said so too: of two clocks the one that is behind counts.
import type { Database } from '../../sqlite/database.ts'
import { readMeta, writeMeta } from './authority-database.ts'

const NAME = 'agreed'

/** Milliseconds since 1970 that have surely passed; 0 as long as nobody has asked. */
export function readTrustedTime(database: Database): number {
  return Number(readMeta(database, NAME) ?? 0)
}

/** To be called in the transaction that answers a request: when that was made, by the machine's clock, and what the signer's says. */
export function advanceTrustedTime(database: Database, createdAtMs: number, nowMs: number): void {
  const agreedMs = Math.min(createdAtMs, nowMs)
  if (agreedMs > readTrustedTime(database)) writeMeta(database, NAME, String(agreedMs))
}
