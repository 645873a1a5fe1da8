import type { FileRecord } from '../registry/contract.ts'

/**
 * The bytes of a file that tell it from others. Their SHA-256 in hex is its fingerprint; that of a file which has fewer of
 * them is the SHA-256 of the hex text of those that it had.
 */
export interface FingerprintRange {
  readonly start: number
  readonly length: number
}

/** How the other program told one file from another. */
export type OldIdentity =
  | { readonly kind: 'place'; readonly device: string; readonly inode: string }
  | { readonly kind: 'path' }
  | ({ readonly kind: 'fingerprint'; readonly hash: string } & FingerprintRange)

/** One file, as the other program's registry has it. */
export interface OldPosition {
  readonly source: string
  readonly identity: OldIdentity
  readonly offset: number
  /** When it was written down, at the latest; milliseconds since 1970. */
  readonly updatedMs?: number
}

/** One thing that was looked at, and what became of it. */
export interface Note {
  readonly kind: 'taken' | 'left'
  /** A file, or a key of the configuration. */
  readonly subject: string
  readonly text: string
}

export interface OldRegistry {
  readonly positions: readonly OldPosition[]
  readonly notes: readonly Note[]
}

/** A configuration of ours that was made from another one's. */
export interface NewConfig {
  /** JSON in our dialect. */
  readonly text: string
  readonly notes: readonly Note[]
}

export interface Adoption {
  readonly records: readonly Omit<FileRecord, 'key'>[]
  readonly notes: readonly Note[]
}

export function taken(subject: string, text: string): Note {
  return { kind: 'taken', subject, text }
}

export function left(subject: string, text: string): Note {
  return { kind: 'left', subject, text }
}
