import type { FoundFile } from '../look/file-looks.ts'
import { MAX_VOUCHED_MS } from '../look/vouching.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { TrackedFiles } from '../tracked-files.ts'
import type { KnownArchives } from './contract.ts'
import { isQuiet } from './quiet-file.ts'

export interface SettledParts {
  readonly trackedFiles: Pick<TrackedFiles, 'all'>
  readonly archives: Pick<KnownArchives, 'isAwaited'>
  /** The file of a path, as the last look has found it. */
  readonly find: (path: string) => FoundFile | undefined
  readonly clock: () => number
}

/** True where no file waits for a time to pass, or for another look: each is as it was seen last, or gone without a trace. */
export function areSettled(parts: SettledParts): boolean {
  for (const file of parts.trackedFiles.all()) if (!isSettled(file, parts)) return false
  return true
}

function isSettled(file: TrackedFile, { archives, find, clock }: SettledParts): boolean {
  const { kind } = file.whereabouts
  if (kind === 'ended') return true
  if (file.progress.owed > 0 || file.isUnseen) return false
  if (kind === 'missing') return !archives.isAwaited(file)
  return isQuiet(file, find) && !file.isHeldBack && !isToBeOpened(file) && !isClosedSoon(file, clock())
}

/** What was seen of a file stays readable. */
function isToBeOpened(file: TrackedFile): boolean {
  return file.handle === undefined && file.unread > 0 && !file.reading.isDrained
}

function isClosedSoon({ handle, changedAtMs, group }: TrackedFile, nowMs: number): boolean {
  return handle !== undefined && changedAtMs + group.deadTimeMs < nowMs + MAX_VOUCHED_MS
}
