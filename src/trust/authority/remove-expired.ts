import type { Database } from '../../sqlite/database.ts'
import { transact } from '../../sqlite/transaction.ts'
import { readTrustedTime } from './trusted-clock.ts'
import { DAY_MS } from '../../flow/time-units.ts'

/** After the last moment at which a certificate can be renewed. */
const CERTIFICATE_GRACE_MS = 7 * DAY_MS
const TOKEN_GRACE_MS = 30 * DAY_MS

/**
 * Deletes certificates that can no longer be renewed, and tokens that have been invalid for 30 days. `renewExpiredMs`: how
 * long after its end a certificate may be renewed.
 */
export function removeExpired(database: Database, renewExpiredMs: number): void {
  const trustedMs = readTrustedTime(database)
  transact(database, () => {
    const ended = trustedMs - renewExpiredMs - CERTIFICATE_GRACE_MS
    database.prepare('DELETE FROM certificates WHERE not_after_ms < ?').run(ended)
    database.prepare(ENDED_TOKENS).run({ before: trustedMs - TOKEN_GRACE_MS })
  })
}

/** The last use of a token is the last certificate that was issued for it. */
const ENDED_TOKENS = `DELETE FROM tokens WHERE created_ms < :before AND (
  expires_ms < :before
  OR revoked_ms < :before
  OR (uses > 0 AND used >= uses AND NOT EXISTS (
    SELECT 1 FROM certificates WHERE token_id = tokens.id AND renewed_from IS NULL AND issued_ms >= :before)))`
