import { basename, extname } from 'node:path'
import { ARCHIVE_ENDING } from '../look/archive-name.ts'
import { isRotatedName } from '../match/rotated-name.ts'
import type { TrackedFile } from '../tracked-file.ts'

/** As of `isRotatedName`. */
const ROTATION = /(?:[-._:+]?(?:\d[TZ]?|old|bak|prev))+~?$/i

/**
 * `direct`: the archive is named as a rotated one of the file. `related`: both may be rotated ones of a third, as `a.log.2.gz`
 * and `a.log.1` are.
 */
export type NameRelation = 'direct' | 'related' | 'none'

export function relateNames(archivePath: string, path: string): NameRelation {
  const inside = basename(archivePath).replace(ARCHIVE_ENDING, '')
  const name = basename(path)
  if (inside === name || isRotatedName(inside, name)) return 'direct'
  return withoutRotation(inside) === withoutRotation(name) ? 'related' : 'none'
}

/** By the name that the file had last, by the one that a pattern matched, and by that of the file behind a link. */
export function relatePaths(archivePath: string, { path, listedPath, realPath }: TrackedFile): NameRelation {
  const relations = new Set([path, listedPath, realPath].map(name => relateNames(archivePath, name)))
  return (['direct', 'related'] as const).find(relation => relations.has(relation)) ?? 'none'
}

function withoutRotation(name: string): string {
  const plain = name.replace(ROTATION, '')
  const extension = extname(plain)
  const stem = basename(plain, extension)
  const end = ROTATION.exec(stem)?.[0] ?? ''
  return /^[-._]/.test(end) && end.length < stem.length ? stem.slice(0, -end.length) + extension : plain
}
