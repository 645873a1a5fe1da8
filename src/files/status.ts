import type { FilesStatus, FileStatus } from './contract.ts'
import type { ByteAccount } from './byte-account.ts'
import type { TrackedFile } from './tracked-file.ts'

type Counts = Pick<FilesStatus, 'openFiles' | 'archivesLeftOut' | 'notFound' | 'polls' | 'lastPollMs'>

export function makeFilesStatus(account: ByteAccount, files: Iterable<TrackedFile>, counts: Counts): FilesStatus {
  const {
    lines,
    recordsLeftOut,
    damagedLines,
    truncations,
    copies,
    seen,
    acked,
    refused,
    inFlight,
    skipped,
    copied,
    unconfirmed,
  } = account
  const known = [...files]
  const followed = known.filter(({ whereabouts }) => whereabouts.kind !== 'ended')
  const padding = followed.reduce((sum, file) => sum + file.progress.padding, 0)
  const unread = followed.reduce((sum, file) => sum + file.unread, 0) - padding
  const outsideLines = account.outsideLines + padding
  const lost = { ...account.lost }
  return {
    bytes: { seen, acked, refused, inFlight, unread, skipped, copied, unconfirmed, outsideLines, lost },
    lines,
    recordsLeftOut,
    damagedLines,
    files: followed.filter(file => file.place !== undefined || file.progress.hasUnreadText).map(describeFile),
    truncations,
    copies: copies.copy.files + copies['earlier copy'].files,
    copiesByReason: { ...copies },
    ...counts,
  }
}

function describeFile(file: TrackedFile): FileStatus {
  const { path, settled: offset, size, progress } = file
  return { path, offset, size, behind: size - offset - progress.padding, state: describeState(file) }
}

function describeState({ whereabouts: { kind }, trouble, handle }: TrackedFile): FileStatus['state'] {
  if (kind === 'truncated') return 'waiting for its copy'
  if (kind === 'missing') return 'deleted'
  if (trouble !== undefined) return 'unreadable'
  if (kind === 'renamed' || kind === 'unlisted') return 'renamed'
  if (kind === 'deleted') return 'deleted'
  return handle === undefined ? 'idle' : 'open'
}
