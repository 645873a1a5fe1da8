import type { LossReason } from './contract.ts'

/** What became of every byte that this run saw. `seen` is counted apart from the rest, so that the sum proves something. */
export class ByteAccount {
  seen = 0
  acked = 0
  inFlight = 0
  skipped = 0
  copied = 0
  unconfirmed = 0
  outsideLines = 0
  lines = 0
  truncations = 0
  copies = 0
  readonly lost: Record<LossReason, number> = { truncated: 0, deleted: 0, unreadable: 0 }
}
