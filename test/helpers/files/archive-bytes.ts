import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import type { ArchiveKind } from '../../../src/files/archives/content/archive-kind.ts'

export interface MadeArchive {
  readonly kind: ArchiveKind
  readonly members: readonly Buffer[]
  readonly content: Buffer
  readonly bytes: Buffer
}

export function compress(content: Buffer | string, kind: ArchiveKind): Buffer {
  return kind === 'gzip' ? gzipSync(content) : zstdCompressSync(content)
}

export function makeArchive(kind: ArchiveKind, contents: readonly Buffer[]): MadeArchive {
  const members = contents.map(content => compress(content, kind))
  return { kind, members, content: Buffer.concat(contents), bytes: Buffer.concat(members) }
}

const content = fc.oneof(
  fc.uint8Array({ maxLength: 50 }).map(bytes => Buffer.from(bytes)),
  fc.nat({ max: 3000 }).map(length => Buffer.alloc(length)),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat({ max: 200 }))
    .map(([bytes, count]) => Buffer.concat(Array.from({ length: count }, () => bytes))),
)

/** Of either kind, with members of all lengths. */
export const anyArchive = fc
  .tuple(fc.constantFrom('gzip', 'zstd'), fc.array(content, { minLength: 1, maxLength: 5 }))
  .map(([kind, contents]) => makeArchive(kind, contents))
