// The states of a tracked file, and the transitions between them. docs/files.md has the picture.
import type { FileRecord, FinishedOutcome } from '../registry/contract.ts'

/** Where a generation is. */
export type Whereabouts = Placed | Archived | Missing | Truncated | Ended

/** A file that is there, open or not. */
export type Placed =
  /** Under a name that a pattern matches. */
  | { readonly kind: 'listed' }
  /** Listed, under another name than before. */
  | { readonly kind: 'renamed'; readonly sinceMs: number }
  /** Under a name that no pattern matches: it is read to its end there. */
  | { readonly kind: 'unlisted'; readonly sinceMs: number }
  /** It has no name any more: it is read to its end through its descriptor. */
  | { readonly kind: 'deleted'; readonly sinceMs: number }

/** Its bytes are in a compressed file, whose place it has: it is read to its end there. */
export interface Archived {
  readonly kind: 'archived'
}

/** It was not found; the file may come back. */
export interface Missing {
  readonly kind: 'missing'
  readonly sinceMs: number
  readonly formerPlace: string
}

/** Its place has other bytes now: only a copy can have those of this generation. */
export interface Truncated {
  readonly kind: 'truncated'
  readonly sinceMs: number
  readonly formerPlace: string
  /** When it was found truncated, or changed last before that: a copy of the content from before is not younger. */
  readonly truncatedByNs?: bigint | undefined
}

/** Nothing more of it is read. */
export interface Ended {
  readonly kind: 'ended'
  readonly outcome: FinishedOutcome
}

/** One object for all files: most are there. */
export const LISTED: Placed = { kind: 'listed' }

export type State = Whereabouts['kind']

/** Of a generation that an earlier run knew. It was truncated before that run noted so. */
export function recallWhereabouts(
  { identity: { device, inode }, isGone: wasGone, seenAtMs }: FileRecord,
  isTruncated: boolean,
  { nowMs, wallMs }: { readonly nowMs: number; readonly wallMs: number },
): Missing | Truncated {
  const sinceMs = nowMs - (wasGone ? Math.max(0, wallMs - seenAtMs) : 0)
  const former = { sinceMs, formerPlace: `${device}:${inode}` }
  if (!isTruncated) return { kind: 'missing', ...former }
  return { kind: 'truncated', ...former, truncatedByNs: wasGone ? BigInt(seenAtMs) * 1_000_000n : undefined }
}

interface Transition {
  readonly from: readonly State[]
  readonly to: readonly State[]
}

const PLACED = ['listed', 'renamed', 'unlisted', 'deleted'] as const
const UNPLACED = ['missing', 'truncated'] as const

/** Each is a method of `TrackedFiles`. A file begins in any state but `ended`. */
export const TRANSITIONS = {
  /** A look finds it under its name again. */
  list: { from: ['unlisted', 'deleted'], to: ['listed'] },
  /** A look finds it under another name that a pattern matches. */
  rename: { from: PLACED, to: ['renamed'] },
  /** It is found under a name that no pattern matches, or no group names it any more while lines are to be sent again. */
  unlist: { from: PLACED, to: ['unlisted'] },
  /** Its last name, or that of its archive, was removed while it was open. */
  noteDeleted: { from: ['listed', 'renamed', 'unlisted', 'archived'], to: ['deleted'] },
  /**
   * No look finds it and it is closed, or it was read to its end under no listed name, or no group names it any more, or its
   * archive has changed.
   */
  noteMissing: { from: [...PLACED, 'archived'], to: ['missing'] },
  /** A read or a look finds other bytes in its place than those that were read. */
  noteTruncated: { from: [...PLACED, ...UNPLACED], to: ['truncated'] },
  /** The missing file is back, or the copy of the truncated one was found. */
  place: { from: UNPLACED, to: PLACED },
  /** A compressed file has its bytes. */
  archive: { from: UNPLACED, to: ['archived'] },
  /** Nothing more of it is read: it was read to its end, was waited for long enough, or is continued by another generation. */
  end: { from: [...PLACED, 'archived', ...UNPLACED], to: ['ended'] },
} as const satisfies Record<string, Transition>

export type TransitionName = keyof typeof TRANSITIONS

export function isPlaced(whereabouts: Whereabouts): whereabouts is Placed {
  return PLACED.some(kind => kind === whereabouts.kind)
}

/** A look finds it under a name that a pattern matches. */
export function isListed({ kind }: Whereabouts): boolean {
  return kind === 'listed' || kind === 'renamed'
}

/** It has no place: its file was not found, or its place has other bytes. */
export function isGone(state: State): boolean {
  return UNPLACED.some(kind => kind === state)
}

/** It has a place on the disk. */
export function hasPlace(whereabouts: Whereabouts): whereabouts is Placed | Archived {
  return isPlaced(whereabouts) || whereabouts.kind === 'archived'
}

/** Throws where the state does not permit the transition: that is a fault of the program. */
export function move(name: TransitionName, from: Whereabouts, to: Whereabouts): Whereabouts {
  const transition: Transition = TRANSITIONS[name]
  if (transition.from.includes(from.kind) && transition.to.includes(to.kind)) return to
  throw new Error(`a tracked file cannot go from "${from.kind}" to "${to.kind}" by "${name}"`)
}
