import type { FileRecord } from '../registry/contract.ts'

/**
 * The bytes that identify a file. Their SHA-256 in hex is its fingerprint; for a file with fewer bytes it is the SHA-256 of
 * the hex text of those.
 */
export interface FingerprintRange {
  readonly start: number
  readonly length: number
}

/** How the old program identified a file. */
export type OldIdentity =
  | { readonly kind: 'place'; readonly device: string; readonly inode: string }
  | { readonly kind: 'path' }
  | ({ readonly kind: 'fingerprint'; readonly hash: string } & FingerprintRange)

/** One file in the old program's registry. */
export interface OldPosition {
  readonly source: string
  readonly identity: OldIdentity
  readonly offset: number
  /** Latest possible time of the entry, in milliseconds since 1970. */
  readonly updatedMs?: number
}

/** One file or setting, and whether it was taken over. */
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

/** Our configuration, made from the old program's. */
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
