// Why a file was taken for what it is, for the registry: `forwarder state show` prints it.
import type { Finding } from './identifier.ts'
import type { Content } from './identify.ts'

const CONTENTS: Readonly<Record<Content | 'not read', string>> = {
  all: 'all bytes that were read',
  'all by marks': 'its first kilobyte and the bytes before the offset',
  'all of little': 'all bytes that were read, which are few',
  'up to a mark': 'the bytes up to a mark',
  unread: 'its length: nothing was read of it',
  other: 'other bytes',
  'not read': 'inode and birth time',
}

export const NEW: string = 'new'
export const NEXT_GENERATION = 'new: the bytes before it were truncated or rewritten'
export const WRITTEN_OVER = 'the same file, whose end was written over'
export const BEHIND_LINK = 'new: it was renamed behind its link'

export const ARCHIVE_OF_READ = 'an archive of bytes that were read'

export function describeArchive(path: string): string {
  return `read in ${path}`
}

/** `original`: the path of the generation that has its bytes. */
export function describeFinding({ verdict, content }: Exclude<Finding, 'unfinished'>, original: string): string {
  if (verdict === 'new') return NEW
  if (verdict === 'same' || verdict === 'shortened') return `the same file, by ${CONTENTS[content]}`
  return `${verdict} of ${original}, by ${CONTENTS[content]}`
}
