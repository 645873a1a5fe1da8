import fc from 'fast-check'

/** Lines by their letters: `x` is a line that is written once, `L` is a long one, `s` is `SAME_LINE`, and others are lines of one letter. */
type Lines = readonly string[]

/** One thing that happens to files that are alike, or to the source that follows them. */
export type CollisionStep =
  | ChangingStep
  | { readonly kind: 'look'; readonly take: 'all' | 'one' | 'none'; readonly isAcked: boolean }
  | { readonly kind: 'blind'; readonly call: BlindCall; readonly code: string; readonly file: string }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'ack' | 'restart' | 'kill' }

export type ChangingStep =
  | { readonly kind: WritingKind; readonly file: string; readonly lines: Lines }
  | { readonly kind: MovingKind; readonly file: string }

export type BlindCall = 'open' | 'readdir' | 'stat' | 'read'

export type WritingKind = (typeof WRITING)[number]
export type MovingKind = (typeof MOVING)[number]

const WRITING = [
  'write',
  /** As an editor does it: a new file with the old bytes and more, renamed over the old one. */
  'replaceByLonger',
  /** As writers of XML do it: new lines take the place of the closing line, which comes again behind them. */
  'writeOverEnd',
  /** To the newest other file that was made of this one. */
  'writeToCopy',
  /** A link to another file takes the place of the name, as a new container's log. */
  'retarget',
] as const

const MOVING = [
  'rotate',
  'copy',
  'copyTruncate',
  /** To a name that no pattern matches. */
  'copyAwayTruncate',
  'truncate',
  'remove',
  /** Renamed to a name that no pattern matches. */
  'leave',
  /** The same, into a directory in that one. */
  'stow',
  /** A second name. */
  'link',
  /** A new file without the last line, or without the first line behind the banner, renamed over the old one. */
  'replaceByShorter',
  'replaceWithoutFirst',
  /** `tail -n 3 log > t; cat t > log` */
  'keepTail',
  /** The two names of this file and the next one change places. */
  'swap',
  /** Renamed, and then the same bytes are written again. */
  'writeAgain',
  /** NULs at the end, over which lines are written. */
  'reserve',
  'cutReserve',
  /** As a file system in layers does it at the first write: the same inode, another birth time, and the open file stays as it is. */
  'copyUp',
  /** The newest other file that was made of this one is compressed and removed. */
  'compress',
] as const

export const SAME_LINE = 'same line'
export const BASE_NAMES = ['a.log', 'b\xe9.log', 'deep/c.log'] as const

export function nextName(file: string): string {
  const names: readonly string[] = BASE_NAMES
  return names[(names.indexOf(file) + 1) % names.length]!
}

const CALM: CollisionStep = { kind: 'look', take: 'all', isAcked: true }
/** Servers take no lines. */
const LAZY: CollisionStep = { kind: 'look', take: 'none', isAcked: false }

/** What is held back is read in the next run. */
const RESTART_IN_HOLD: CollisionStep[] = [{ kind: 'restart' }, CALM, { kind: 'pass', seconds: 6 }]

const anyLook: fc.Arbitrary<CollisionStep> = fc.record({
  kind: fc.constant('look' as const),
  take: fc.constantFrom('all' as const, 'all' as const, 'all' as const, 'one' as const, 'none' as const),
  isAcked: fc.boolean(),
})

export interface StepChoice {
  readonly letters: readonly string[]
  readonly mayRestart: boolean
  /** Moves that this law leaves out. */
  readonly without?: readonly string[]
  /** The only moves besides writing. */
  readonly only?: readonly string[]
}

type MoreKind = Exclude<WritingKind, 'write'> | MovingKind

/** The steps that one list draws from. */
interface Repertoire {
  readonly files: readonly string[]
  readonly kinds: readonly MoreKind[]
  readonly look: fc.Arbitrary<CollisionStep>
  /** How often the source is started again. */
  readonly runWeight: number
  readonly sequenceWeight: number
}

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
    const beginning = fc.constantFrom<CollisionStep[]>([], begin(first, choice), begin(one, choice))
    const steps = fc.noBias(fc.array(anyTurn(choice, one), { minLength: 1, maxLength: 40, size: 'max' }))
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
function anyTurn({ letters, mayRestart }: StepChoice, one: Repertoire): fc.Arbitrary<CollisionStep[]> {
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
    { weight: mayRestart ? one.runWeight : 0, arbitrary: run },
  )
  const between = fc.oneof(fc.tuple(step), fc.tuple(fc.constant(CALM), anyBlind(file)))
  const slowCopy = fc
    .tuple(file, between)
    .map(([name, steps]): CollisionStep[] => [{ kind: 'copy', file: name }, ...steps, { kind: 'truncate', file: name }])
  const calm = [anyRewriting(one, letters), anyMeeting(one, letters), anyHeldReport(one, mayRestart)]
  const sequence = fc.oneof(...calm, ...(mayRestart ? [anyMoveBetweenRuns(one, letters)] : []))
  return fc.oneof(
    { weight: 36, arbitrary: fc.tuple(step) },
    { weight: 3, arbitrary: slowCopy },
    { weight: one.sequenceWeight, arbitrary: sequence },
    { weight: mayRestart ? one.runWeight : 0, arbitrary: fc.tuple(run, move) },
  )
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
  const end = fc.constantFrom<CollisionStep[]>([{ kind: 'pass', seconds: 1 }], mayRestart ? RESTART_IN_HOLD : [])
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

/** A file with lines that were seen and not read gets another name while no run looks. */
function anyMoveBetweenRuns({ files }: Repertoire, letters: readonly string[]): fc.Arbitrary<CollisionStep[]> {
  const texts = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 3 })
  const move = fc.constantFrom('stow' as const, 'leave' as const, 'rotate' as const, 'swap' as const)
  return fc
    .tuple(fc.constantFrom(...files), texts, move)
    .map(([file, lines, kind]): CollisionStep[] => [
      { kind: 'write', file, lines: [] },
      CALM,
      { kind: 'write', file, lines },
      LAZY,
      { kind: 'restart' },
      { kind, file },
      CALM,
    ])
}

function anyBlind(file: fc.Arbitrary<string>): fc.Arbitrary<CollisionStep> {
  return fc.record({
    kind: fc.constant('blind' as const),
    call: fc.constantFrom('open' as const, 'readdir' as const, 'stat' as const, 'read' as const),
    code: fc.constantFrom('EMFILE', 'EACCES', 'EIO'),
    file,
  })
}

export function describeStep(step: CollisionStep): string {
  return Object.values(step)
    .map(value => (Array.isArray(value) ? value.join(' ') || '-' : String(value)))
    .join(' ')
}
