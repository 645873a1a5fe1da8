import { randomInt } from 'node:crypto'

/** What chooses where a law that holds for many inputs is tested with some; FORWARDER_TEST_SEED has the same chosen again. */
export const seed = Number(process.env['FORWARDER_TEST_SEED'] ?? randomInt(1_000_000))
/**
 * For comparisons with other programs, whose rare differences are not all known: `make test` always makes the same cases, and
 * the long form makes others each time.
 */
export const comparisonSeed =
  process.env['FORWARDER_TEST_WHOLE'] === undefined && process.env['FORWARDER_TEST_SEED'] === undefined ? 7 : seed

/** `make torture` leaves nothing out. */
export const isWhole = process.env['FORWARDER_TEST_WHOLE'] !== undefined

/** One of several lists by the seed, or the items of all of them. */
export function sampleOf<Item>(lists: readonly (readonly Item[])[]): readonly Item[] {
  return isWhole ? lists.flat() : (lists[seed % lists.length] ?? [])
}
