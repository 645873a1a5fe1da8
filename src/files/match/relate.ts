import { basename } from 'node:path'
import type { FoundFile } from '../look/file-looks.ts'
import { compareBirthTimes } from '../look/identity.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { Relation } from './identify.ts'
import { isRotatedName } from './rotated-name.ts'

export interface Circumstances {
  readonly isFirstLook: boolean
  readonly wasEmptied: boolean
  /** The bytes that an earlier run saw, and neither read nor sent. */
  readonly left: number
}

type Found = Pick<FoundFile, 'path' | 'look'>

/** How a found file and a generation relate, as far as no file has to be read for it. */
export function relate(file: TrackedFile, found: Found, circumstances: Circumstances): Relation {
  const { isFirstLook, wasEmptied, left } = circumstances
  return {
    fate: findFate(file),
    inode: isSameInode(file, found) ? 'same' : 'other',
    birthTime: compareBirthTimes(file.identity.birthNs, found.look.birthNs),
    name: compareNames(file, found),
    isMadeInTime: isMadeInTime(file, found),
    isFirstLook,
    wasEmptied,
    isShorter: found.look.size < Math.max(file.size - file.progress.padding, file.progress.sentEnd) + left,
  }
}

function findFate({ whereabouts: { kind }, handle }: TrackedFile): Relation['fate'] {
  const isOpen = handle !== undefined
  if (kind === 'missing' || kind === 'truncated' || kind === 'deleted') return kind
  if (kind === 'unlisted' && isOpen) return 'unlisted'
  return isOpen ? 'open' : 'closed'
}

/** A device number changes with a reboot or a mount: then the path has to be the same. */
function isSameInode({ identity, path }: TrackedFile, found: Found): boolean {
  if (identity.inode !== found.look.inode) return false
  return identity.device === found.look.device || path === found.path
}

function compareNames({ path, realPath }: TrackedFile, found: Found): Relation['name'] {
  if (path === found.path) return 'same'
  // Programs rotate a log that is followed through a link by either name.
  const isRotated = [path, realPath].some(name => isRotatedName(basename(found.path), basename(name)))
  return isRotated ? 'rotated' : 'other'
}

/** All these times are of the clock of the file system. */
function isMadeInTime({ whereabouts, evidence, beganNs }: TrackedFile, { look }: Found): Relation['isMadeInTime'] {
  if (whereabouts.kind !== 'truncated' || look.birthNs === '0') return 'unknown'
  const madeNs = BigInt(look.birthNs)
  const { truncatedByNs } = whereabouts
  if (madeNs < BigInt(evidence.bornNs) || (truncatedByNs !== undefined && madeNs > truncatedByNs)) return 'no'
  return beganNs !== undefined && truncatedByNs !== undefined && madeNs >= beganNs ? 'yes' : 'unknown'
}
