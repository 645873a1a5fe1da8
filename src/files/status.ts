import type { FilesStatus } from './contract.ts'
import type { ByteAccount } from './byte-account.ts'
import type { TrackedFile } from './tracked-file.ts'

type Counts = Pick<FilesStatus, 'openFiles' | 'polls' | 'lastPollMs'>

export function makeFilesStatus(account: ByteAccount, files: Iterable<TrackedFile>, counts: Counts): FilesStatus {
  const { lines, truncations, copies, seen, acked, inFlight, skipped, copied, unconfirmed } = account
  const known = [...files]
  const followed = known.filter(({ whereabouts }) => whereabouts.kind !== 'retired')
  const padding = followed.reduce((sum, file) => sum + file.padding, 0)
  const unread = followed.reduce((sum, file) => sum + file.unread, 0) - padding
  const outsideLines = account.outsideLines + padding
  const lost = { ...account.lost }
  return {
    bytes: { seen, acked, inFlight, unread, skipped, copied, unconfirmed, outsideLines, lost },
    lines,
    files: followed.filter(file => file.place !== undefined || file.hasUnreadText).map(file => file.status()),
    truncations,
    copies,
    ...counts,
  }
}
