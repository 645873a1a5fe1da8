import type fc from 'fast-check'

/** Lines by their letters: `x` is a line that is written once, `L` is a long one, `s` is `SAME_LINE`, and others are lines of one letter. */
export type Lines = readonly string[]

/** One thing that happens to files that are alike, or to the source that follows them. */
export type CollisionStep =
  | ChangingStep
  | { readonly kind: 'look'; readonly take: 'all' | 'one' | 'none'; readonly isAcked: boolean }
  | { readonly kind: 'blind'; readonly call: BlindCall; readonly code: string; readonly file: string }
  | { readonly kind: 'pass'; readonly seconds: number }
  /** `wait`: by the clock of the file system, for more than a step of it. */
  | { readonly kind: 'ack' | 'restart' | 'kill' | 'wait' }

export type ChangingStep =
  | { readonly kind: WritingKind; readonly file: string; readonly lines: Lines }
  | { readonly kind: MovingKind; readonly file: string }

export type BlindCall = 'open' | 'readdir' | 'stat' | 'read'

export type WritingKind = (typeof WRITING)[number]
export type MovingKind = (typeof MOVING)[number]

export const WRITING = [
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

export const MOVING = [
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
export interface StepChoice {
  readonly letters: readonly string[]
  readonly mayRestart: boolean
  /** Moves that this law leaves out. */
  readonly without?: readonly string[]
  /** The only moves besides writing. */
  readonly only?: readonly string[]
}

export type MoreKind = Exclude<WritingKind, 'write'> | MovingKind

/** The steps that one list draws from. */
export interface Repertoire {
  readonly files: readonly string[]
  readonly kinds: readonly MoreKind[]
  readonly look: fc.Arbitrary<CollisionStep>
  /** How often the source is started again. */
  readonly runWeight: number
  readonly sequenceWeight: number
}

export function describeStep(step: CollisionStep): string {
  return Object.values(step)
    .map(value => (Array.isArray(value) ? value.join(' ') || '-' : String(value)))
    .join(' ')
}
