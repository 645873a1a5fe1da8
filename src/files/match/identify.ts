// The one decision about a found file: whether it is a generation that is known, has its bytes, or is new. In doubt it is
// new, with new ids: a line that arrives twice can be seen, one that never arrives cannot. docs/files.md has the table.

/** How a found file and a known generation relate, as far as it is known without reading. */
export interface Relation {
  /**
   * What became of the generation. `open`, `closed`: it is followed by a name. `unlisted`, `deleted`: it is open, and no
   * pattern matches a name of it. `missing`: found under no name. `truncated`: its bytes are gone from its inode.
   */
  readonly fate: 'open' | 'closed' | 'unlisted' | 'deleted' | 'missing' | 'truncated'
  /** `same` as well for a device that has another number, as after a reboot, if inode number and path are the same. */
  readonly inode: 'same' | 'other'
  /** `unknown` where the file system has none. */
  readonly birthTime: 'same' | 'other' | 'unknown'
  /** `rotated`: the found name is made from the generation's as `logrotate` does it. */
  readonly name: 'same' | 'rotated' | 'other'
  /** Made after the generation began and before its truncation was seen. Always `unknown` where it was not truncated. */
  readonly isMadeInTime: 'yes' | 'no' | 'unknown'
  /** An earlier run knew the generation, and this is the first look: what happened in between is not known. */
  readonly isFirstLook: boolean
  /** The found file was truncated itself. */
  readonly wasEmptied: boolean
  /** The found file is shorter than what this run or an earlier one saw of the generation. */
  readonly isShorter: boolean
}

/** What of a generation's bytes a found file has. */
export type Content =
  /** Nothing was read of the generation, and the file is at least as long as what was seen of it. */
  | 'unread'
  /** All that was read: at least 1 KiB that does not repeat itself. */
  | 'all'
  /** It has the same first kilobyte, and the same bytes before the offset; no digest tells that all between them are the same. */
  | 'all by marks'
  /** All that was read, which is less than that. */
  | 'all of little'
  /** It is shorter than what was read, and has all bytes up to a mark that is acked: at least 1 KiB that does not repeat itself. */
  | 'up to a mark'
  | 'other'

export type Verdict =
  /** The generation itself: reading continues, with the same ids. */
  | 'same'
  /** The generation itself, without its newest bytes: reading continues from the mark. */
  | 'shortened'
  /** The same file with other bytes: the generation is over. */
  | 'rewritten'
  /** It has the bytes that the generation lost: reading continues in it, with the same ids. */
  | 'copy'
  /** A copy that was made before the last lines were written: it is read from the mark on, with new ids. */
  | 'earlier copy'
  /** Another file in its place, with its bytes: reading continues behind them, with new ids. */
  | 'successor'
  /** Not this generation. */
  | 'new'

export function identify(relation: Relation, content: Content): Verdict {
  if (relation.inode === 'same') return identifySameInode(relation, content)
  if (relation.fate === 'truncated') return identifyCopy(relation, content)
  // A file that was renamed away is replaced by a new one, whatever that contains: a report may be written again.
  const isReplaced = relation.fate === 'deleted' || (relation.fate === 'missing' && relation.isFirstLook)
  return isReplaced && relation.name === 'same' && content === 'all' ? 'successor' : 'new'
}

/** Undefined where the content of the file does not matter: then it need not be opened. */
export function identifyUnread(relation: Relation): Verdict | undefined {
  const [verdict, ...others] = new Set(CONTENTS.map(content => identify(relation, content)))
  return others.length === 0 ? verdict : undefined
}

export const CONTENTS: readonly Content[] = ['unread', 'all', 'all by marks', 'all of little', 'up to a mark', 'other']

/** How an archive and a generation whose file is gone relate. */
export interface ArchiveRelation {
  /** `direct`: the archive is named as a rotated one of the file. `related`: both may be rotated ones of a third. */
  readonly name: 'direct' | 'related' | 'none'
  /** The generation was read in it before. */
  readonly isOwn: boolean
  /** It was made after the file was found, or at least after the file was made. */
  readonly isMadeAfter: 'finding' | 'beginning' | 'neither'
  /** Its content is all that was read of another generation, which has ended. */
  readonly isKnown: boolean
}

/** Whether an archive has the bytes of a generation whose file is gone: then reading continues in it, with the same ids. */
export function identifyArchive(
  { name, isOwn, isMadeAfter, isKnown }: ArchiveRelation,
  content: Content,
): 'archive' | 'new' {
  if (content === 'all' || content === 'all by marks') return 'archive'
  if (content === 'other' || content === 'up to a mark') return 'new'
  if (isOwn) return 'archive'
  const isMadeInTime = isMadeAfter === 'finding' || (isMadeAfter === 'beginning' && content === 'all of little')
  const isNamedSo = name === 'direct' || (name === 'related' && content === 'unread')
  return isMadeInTime && isNamedSo && !isKnown ? 'archive' : 'new'
}

function identifySameInode({ fate, birthTime, isShorter }: Relation, content: Content): Verdict {
  // As long as it is open, its inode is not used again. A file system in layers shows another birth time after the first write.
  if (fate === 'open' || fate === 'unlisted' || fate === 'deleted') return 'same'
  if (fate === 'truncated') return 'new'
  // The first write to a file of a lower layer does not shorten it.
  if (birthTime === 'other') return content === 'all' && !isShorter ? 'same' : 'new'
  if (fate === 'closed') return 'same' // its next read compares the bytes
  if (content === 'other') return 'rewritten'
  return content === 'up to a mark' ? 'shortened' : 'same'
}

/** Cause and content have to fit, and a name or enough bytes. */
function identifyCopy({ name, isMadeInTime, wasEmptied }: Relation, content: Content): Verdict {
  if (isMadeInTime === 'no' || wasEmptied || content === 'other') return 'new'
  if (content === 'all' || content === 'all by marks') return 'copy'
  if (content === 'up to a mark') return 'earlier copy'
  return name === 'rotated' && isMadeInTime === 'yes' ? 'copy' : 'new'
}
