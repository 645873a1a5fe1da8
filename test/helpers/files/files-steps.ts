import fc from 'fast-check'

/** One thing that happens to files, or to the source that follows them. */
export type Step =
  | { readonly kind: 'write'; readonly file: string; readonly count: number }
  | { readonly kind: 'half' | 'rotate' | 'truncate' | 'delete' | 'leave'; readonly file: string }
  | { readonly kind: 'copyTruncate'; readonly file: string; readonly isMatched: boolean }
  | { readonly kind: 'look' | 'restart' | 'kill' }
  | { readonly kind: 'blind'; readonly call: 'open' | 'readdir'; readonly file: string }
  | { readonly kind: 'ack'; readonly count: number }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'reconfigure'; readonly follows: readonly string[]; readonly batchLines: number }

const file = fc.constantFrom('a.log', 'b.log')
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('write' as const), file, count: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('half' as const), file }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rotate' as const), file }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('copyTruncate' as const), file, isMatched: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const), file }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), file }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), file }) },
  { weight: 8, arbitrary: fc.constant({ kind: 'look' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('ack' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.constantFrom(1, 6, 70) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('blind' as const),
      call: fc.constantFrom('open' as const, 'readdir' as const),
      file: fc.constantFrom('a.log', 'b.log', 'gone'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('reconfigure' as const),
      follows: fc.constantFrom(['a.log', 'b.log'], ['b.log', 'a.log'], ['a.log'], ['b.log']),
      batchLines: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'kill' as const }) },
)
