import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../sqlite/database.ts'
import { type Holder, readHolder } from '../../sqlite/state-directory-lock.ts'
import { readPublication, readTrouble } from './publication.ts'
import { readChangeCount } from './revocations.ts'

const LOOK_MS = 100

/**
 * - `published`: the trust document with the number `sequence` has all revocations of this database but `leftOut`, the
 *   latest, for which it has no room.
 * - `no signer`: no process uses the directory, so nobody hears of them.
 * - `waiting`: `holder` has not published them in time; `trouble` is its reason, where it has one.
 */
export type PublicationOutcome =
  | { readonly kind: 'published'; readonly sequence: number; readonly leftOut: number }
  | { readonly kind: 'no signer' }
  | { readonly kind: 'waiting'; readonly holder: Holder | undefined; readonly trouble: string | undefined }

/** Waits until the signer of this directory has published what is revoked now. */
export async function awaitPublication(
  database: Database,
  dir: string,
  timeoutMs: number,
): Promise<PublicationOutcome> {
  const changes = readChangeCount(database)
  for (const endMs = performance.now() + timeoutMs; performance.now() < endMs; await sleep(LOOK_MS)) {
    const publication = readPublication(database)
    if (publication !== undefined && publication.changes >= changes) return { kind: 'published', ...publication }
    if (isFree(dir)) return { kind: 'no signer' }
  }
  return { kind: 'waiting', holder: readHolder(dir)?.holder, trouble: readTrouble(database) }
}

/** False where this user may not find out. */
function isFree(dir: string): boolean {
  const lock = readHolder(dir)
  return lock === undefined || lock.isHeld === false
}
