// Several steps in a row that seldom follow on one another by chance.
import fc from 'fast-check'
import { nextName } from './base-names.ts'
import type { BlindCall, CollisionStep, Lines, Repertoire, StepChoice } from './collision-steps.ts'

export const CALM: CollisionStep = { kind: 'look', take: 'all', isAcked: true }
/** Servers take no lines. */
export const LAZY: CollisionStep = { kind: 'look', take: 'none', isAcked: false }

/** What is held back is read in the next run. */
const RESTART_IN_HOLD: CollisionStep[] = [{ kind: 'restart' }, CALM, { kind: 'pass', seconds: 6 }]

export function anySequence(one: Repertoire, choice: StepChoice): fc.Arbitrary<CollisionStep[]> {
  const { letters, mayRestart } = choice
  const rewriting = { weight: letters.includes('L') ? 4 : 1, arbitrary: anyRewriting(one, letters) }
  const meetings = [anyMeeting(one, letters), anyHeldReport(one, mayRestart), anyUnlistedCopy(one, letters)]
  const others = [...meetings, anyLateLine(one, letters)]
  const unseen = [anyUnopenedRewriting(one, letters), anyUnreadRewriting(one, letters)]
  const moves = mayRestart ? [anyMoveBetweenRuns(one, letters), anyEmptiedBetweenRuns(one, letters)] : []
  return fc.oneof(rewriting, anySuccession(one, choice), anyReportAgain(one), ...others, ...unseen, ...moves)
}

/** Two texts, one after the other in one file, of which the second one is often a variation of the first. */
function anyRewriting({ files }: Repertoire, letters: readonly string[]): fc.Arbitrary<CollisionStep[]> {
  const letter = fc.constantFrom(...letters)
  const long = letters.includes('L') ? fc.constant('L') : letter
  const text = fc.tuple(letter, long, fc.array(letter, { maxLength: 2 }), letter).map(parts => parts.flat())
  const second = fc.oneof(text, fc.constant(undefined))
  const changes = fc.record({
    isOther: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    more: fc.array(letter, { maxLength: 2 }),
  })
  return fc
    .tuple(fc.constantFrom(...files), text, second, changes)
    .map(([file, first, other, { isOther, more }]): CollisionStep[] => [
      { kind: 'truncate', file },
      { kind: 'write', file, lines: first },
      CALM,
      { kind: 'truncate', file },
      { kind: 'write', file, lines: other ?? vary(first, { letters, isOther, more }) },
    ])
}

interface Variation {
  readonly letters: readonly string[]
  readonly isOther: readonly boolean[]
  readonly more: Lines
}

/** It has the same last line, before that more lines, and some of the short lines before those are others of the same length. */
function vary(lines: Lines, { letters, isOther, more }: Variation): Lines {
  const short = letters.filter(letter => letter !== 'L')
  const others = lines.map((letter, i) =>
    isOther[i] === true && letter !== 'L' ? short[(short.indexOf(letter) + 1) % short.length]! : letter,
  )
  return [...others.slice(0, -1), ...more, ...lines.slice(-1)]
}

/** A new file that is found at the look which finds another one truncated, whose last lines have no ack; then its name goes. */
function anyMeeting({ files }: Repertoire, letters: readonly string[]): fc.Arbitrary<CollisionStep[]> {
  const texts = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 3 })
  const end = fc.constantFrom('remove' as const, 'leave' as const, 'truncate' as const)
  return fc
    .tuple(fc.constantFrom(...files), texts, texts, end)
    .map(([file, more, lines, kind]): CollisionStep[] => [
      { kind: 'write', file, lines: [] },
      CALM,
      { kind: 'write', file, lines: more },
      { kind: 'look', take: 'all', isAcked: false },
      { kind: 'remove', file: nextName(file) },
      { kind: 'write', file: nextName(file), lines },
      { kind: 'truncate', file },
      LAZY,
      { kind, file: nextName(file) },
    ])
}

/** A file of which there is a copy is removed and written again, and held back meanwhile; then another run may begin. */
function anyHeldReport({ files }: Repertoire, mayRestart: boolean): fc.Arbitrary<CollisionStep[]> {
  const restart = mayRestart ? RESTART_IN_HOLD : []
  const end = fc.constantFrom<CollisionStep[]>([{ kind: 'pass', seconds: 1 }], restart, restart)
  return fc
    .tuple(fc.constantFrom(...files), end)
    .map(([file, steps]): CollisionStep[] => [
      { kind: 'remove', file },
      CALM,
      { kind: 'write', file, lines: [] },
      CALM,
      { kind: 'copy', file },
      CALM,
      { kind: 'pass', seconds: 6 },
      CALM,
      { kind: 'remove', file },
      CALM,
      { kind: 'write', file, lines: [] },
      CALM,
      ...steps,
      CALM,
    ])
}

/** A report is renamed out of all patterns, and written again once that file is not followed any more. */
function anyReportAgain({ files }: Repertoire): fc.Arbitrary<CollisionStep[]> {
  return fc
    .constantFrom(...files)
    .map((file): CollisionStep[] => [
      { kind: 'remove', file },
      { kind: 'write', file, lines: [] },
      CALM,
      { kind: 'leave', file },
      CALM,
      { kind: 'pass', seconds: 70 },
      CALM,
      { kind: 'write', file, lines: [] },
      CALM,
    ])
}

/** While the copy of a file is held back, its directory cannot be listed; then the original is truncated. */
function anyUnlistedCopy({ files }: Repertoire, letters: readonly string[]): fc.Arbitrary<CollisionStep[]> {
  const texts = fc.array(fc.constantFrom(...letters), { maxLength: 3 })
  return fc
    .tuple(fc.constantFrom(...files), texts, fc.constantFrom('EMFILE', 'EACCES', 'EIO'))
    .map(([file, lines, code]): CollisionStep[] => [
      { kind: 'write', file, lines },
      CALM,
      { kind: 'copy', file },
      CALM,
      { kind: 'blind', call: 'readdir', code, file },
      { kind: 'truncate', file },
      CALM,
    ])
}

/** A file that was read to its end is replaced by a longer one, or its end is written over. */
function anySuccession({ files }: Repertoire, { letters, without = [] }: StepChoice): fc.Arbitrary<CollisionStep[]> {
  const texts = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 3 })
  const kinds = (['replaceByLonger', 'writeOverEnd'] as const).filter(kind => !without.includes(kind))
  return fc
    .tuple(fc.constantFrom(...files), texts, fc.constantFrom(...kinds))
    .map(([file, lines, kind]): CollisionStep[] => [
      { kind: 'write', file, lines: [] },
      { kind, file, lines: [] },
      CALM,
      { kind, file, lines },
      CALM,
    ])
}

/** A file with lines that were seen and not read gets another name while no run looks; then its directory may fail. */
function anyMoveBetweenRuns({ files }: Repertoire, letters: readonly string[]): fc.Arbitrary<CollisionStep[]> {
  const texts = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 3 })
  const move = fc.constantFrom('stow' as const, 'leave' as const, 'rotate' as const, 'swap' as const)
  const codes = fc.constantFrom<string[]>([], ['EMFILE'], ['EIO'])
  return fc
    .tuple(fc.constantFrom(...files), texts, move, codes)
    .map(([file, lines, kind, failures]): CollisionStep[] => [
      { kind: 'write', file, lines: [] },
      CALM,
      { kind: 'write', file, lines },
      LAZY,
      { kind: 'restart' },
      { kind, file },
      ...failures.map(code => ({ kind: 'blind', call: 'readdir', code, file }) as const),
      CALM,
    ])
}

/** A look finds a file truncated, and the next run finds it with lines again. */
function anyEmptiedBetweenRuns({ files }: Repertoire, letters: readonly string[]): fc.Arbitrary<CollisionStep[]> {
  const texts = fc.array(fc.constantFrom(...letters), { maxLength: 3 })
  const look = fc.constantFrom(CALM, LAZY)
  return fc
    .tuple(fc.constantFrom(...files), texts, texts, look)
    .map(([file, lines, more, last]): CollisionStep[] => [
      { kind: 'write', file, lines },
      CALM,
      { kind: 'truncate', file },
      last,
      { kind: 'restart' },
      { kind: 'write', file, lines: [...lines, ...more] },
      CALM,
    ])
}

/** Lines of a file wait for the next batch while more lines come. */
function anyLateLine({ files }: Repertoire, letters: readonly string[]): fc.Arbitrary<CollisionStep[]> {
  const letter = fc.constantFrom(...letters)
  const texts = fc.array(letter, { minLength: 4, maxLength: 5 })
  return fc
    .tuple(fc.constantFrom(...files), texts, letter)
    .map(([file, lines, late]): CollisionStep[] => [
      { kind: 'write', file, lines },
      { kind: 'look', take: 'one', isAcked: true },
      { kind: 'write', file, lines: [late] },
      CALM,
    ])
}

/** A file that is closed is truncated and written again, and cannot be opened meanwhile; then its copy may be made. */
function anyUnopenedRewriting({ files }: Repertoire, letters: readonly string[]): fc.Arbitrary<CollisionStep[]> {
  const texts = fc.array(fc.constantFrom(...letters), { minLength: 2, maxLength: 4 })
  const end = fc.constantFrom<('copyTruncate' | 'truncate')[]>([], ['copyTruncate'], ['copyTruncate'], ['truncate'])
  return fc
    .tuple(fc.constantFrom(...files), texts, texts, fc.tuple(fc.boolean(), end))
    .map(([file, lines, others, [isOther, kinds]]): CollisionStep[] => {
      const later = isOther ? others : lines
      return [
        { kind: 'truncate', file },
        { kind: 'write', file, lines },
        CALM,
        // All that is open is closed for another one.
        { kind: 'write', file: nextName(file), lines: others },
        { kind: 'blind', call: 'open', code: 'EMFILE', file: nextName(file) },
        { kind: 'truncate', file },
        { kind: 'write', file, lines: later.slice(0, -1) },
        { kind: 'blind', call: 'open', code: 'EMFILE', file },
        { kind: 'write', file, lines: later.slice(-1) },
        ...kinds.map(kind => ({ kind, file })),
        CALM,
      ]
    })
}

/** A file is written over while it cannot be read, and another one with its bytes is made before that is noticed. */
function anyUnreadRewriting({ files }: Repertoire, letters: readonly string[]): fc.Arbitrary<CollisionStep[]> {
  const texts = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 3 })
  const calls = fc.constantFrom<BlindCall[]>([], ['open'], ['open'], ['stat'])
  return fc
    .tuple(fc.constantFrom(...files), texts, texts, calls)
    .map(([file, lines, others, failing]): CollisionStep[] => [
      { kind: 'remove', file: nextName(file) },
      { kind: 'truncate', file },
      { kind: 'write', file, lines },
      CALM,
      { kind: 'truncate', file },
      { kind: 'write', file, lines: [...others, ...lines, ...others] },
      { kind: 'blind', call: 'read', code: 'EIO', file },
      { kind: 'write', file: nextName(file), lines },
      { kind: 'wait' },
      ...failing.map(call => ({ kind: 'blind', call, code: 'EMFILE', file: nextName(file) }) as const),
      CALM,
    ])
}
