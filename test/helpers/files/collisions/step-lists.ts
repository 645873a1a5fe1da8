import fc from 'fast-check'
import { BASE_NAMES } from './base-names.ts'
import { anySequence, CALM, LAZY } from './collision-sequences.ts'
import {
  MOVING,
  WRITING,
  type CollisionStep,
  type MoreKind,
  type Repertoire,
  type StepChoice,
} from './collision-steps.ts'

const anyLook: fc.Arbitrary<CollisionStep> = fc.record({
  kind: fc.constant('look' as const),
  take: fc.constantFrom('all' as const, 'all' as const, 'all' as const, 'one' as const, 'none' as const),
  isAcked: fc.boolean(),
})

/** Many lists have few kinds of moves, or few files: among all of them, one seldom follows on another. */
export function anySteps(choice: StepChoice): fc.Arbitrary<CollisionStep[]> {
  const { without = [], only } = choice
  const isChosen = (kind: string) => !without.includes(kind) && only?.includes(kind) !== false
  const kinds: readonly MoreKind[] = [...WRITING.filter(kind => kind !== 'write'), ...MOVING].filter(isChosen)
  const few = fc.subarray([...kinds], { minLength: 1, maxLength: 3 })
  const truncations = fc.constantFrom<MoreKind[]>([], ['copyTruncate', 'truncate'])
  const repertoire: fc.Arbitrary<Repertoire> = fc.record({
    files: fc.subarray([...BASE_NAMES], { minLength: 1 }),
    kinds: fc.oneof(
      fc.constant(kinds),
      fc.tuple(few, truncations).map(chosen => chosen.flat()),
    ),
    look: fc.constantFrom(anyLook, anyLook, fc.constant(CALM), fc.constant(CALM), fc.constant(LAZY)),
    runWeight: fc.constantFrom(0, 2, 8),
    sequenceWeight: fc.constantFrom(0, 2, 8),
  })
  return repertoire.chain(one => {
    const first = { ...one, files: one.files.slice(0, 1) }
    const beginning = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom<CollisionStep[]>([], begin(first, choice), begin(one, choice)) },
      // Some faults show only where nothing happened before.
      { weight: 3, arbitrary: anySequence(one, choice) },
    )
    // Of short lists there are more in a minute, and few steps hide nothing.
    const turn = anyTurn(choice, one)
    const [some, many] = [6, 40].map(maxLength => fc.array(turn, { minLength: 1, maxLength, size: 'max' }))
    const steps = fc.noBias(fc.oneof(some!, many!))
    return fc.tuple(beginning, steps).map(parts => parts.flat(2))
  })
}

/** Each file is read to its end. */
function begin({ files, kinds }: Repertoire, { letters }: StepChoice): CollisionStep[] {
  const isXml = kinds.includes('writeOverEnd')
  const writes = files.flatMap((file): CollisionStep[] => [
    { kind: 'write', file, lines: letters.slice(0, 1) },
    ...(isXml ? [{ kind: 'writeOverEnd', file, lines: [] } as const] : []),
  ])
  return [...writes, CALM]
}

/**
 * One step; or two, of which the second one happens while no run looks; or a copy and a truncation, between which something
 * happens.
 */
function anyTurn(choice: StepChoice, one: Repertoire): fc.Arbitrary<CollisionStep[]> {
  const { letters, mayRestart } = choice
  const file = fc.constantFrom(...one.files)
  const lines = fc.array(fc.constantFrom(...letters), { maxLength: 3 })
  const writing = fc.constantFrom(...WRITING.filter(kind => kind === 'write' || one.kinds.includes(kind)))
  const moves = MOVING.filter(kind => one.kinds.includes(kind))
  const most = moves.length < 6 ? moves : [...moves, 'copyTruncate' as const]
  const move = moves.length === 0 ? one.look : fc.record({ kind: fc.constantFrom(...most), file })
  const run: fc.Arbitrary<CollisionStep> = fc.record({ kind: fc.constantFrom('restart', 'restart', 'kill') })
  const seconds = fc.constantFrom(1, 2, 6, 70)
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('write' as const), file, lines }) },
    { weight: 4, arbitrary: fc.record({ kind: writing, file, lines }) },
    { weight: 9, arbitrary: move },
    { weight: 9, arbitrary: one.look },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds }) },
    { weight: 2, arbitrary: anyBlind(file) },
    { weight: 2, arbitrary: fc.constant({ kind: 'ack' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'wait' as const }) },
    { weight: mayRestart ? one.runWeight : 0, arbitrary: run },
  )
  const between = fc.oneof(fc.tuple(step), fc.tuple(fc.constant(CALM), anyBlind(file)))
  const slowCopy = fc
    .tuple(file, between)
    .map(([name, steps]): CollisionStep[] => [{ kind: 'copy', file: name }, ...steps, { kind: 'truncate', file: name }])
  return fc.oneof(
    { weight: 36, arbitrary: fc.tuple(step) },
    { weight: 3, arbitrary: slowCopy },
    { weight: one.sequenceWeight, arbitrary: anySequence(one, choice) },
    { weight: mayRestart ? one.runWeight : 0, arbitrary: fc.tuple(run, move) },
  )
}

function anyBlind(file: fc.Arbitrary<string>): fc.Arbitrary<CollisionStep> {
  return fc.record({
    kind: fc.constant('blind' as const),
    call: fc.constantFrom('open' as const, 'readdir' as const, 'stat' as const, 'read' as const),
    code: fc.constantFrom('EMFILE', 'EACCES', 'EIO'),
    file,
  })
}
