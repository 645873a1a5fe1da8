// A deleted file keeps its space on the disk for as long as it is open. If no collector takes its lines, that may be long.
import type { FilesLimits } from '../contract.ts'
import type { Harvester } from '../read/harvester.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { TrackedFiles } from '../tracked-files.ts'
import type { Log } from '../../telemetry/log.ts'

export interface ReleaseParts {
  readonly trackedFiles: TrackedFiles
  readonly harvester: Harvester
  readonly ready: Set<TrackedFile>
  readonly limits: FilesLimits
  readonly clock: () => number
  readonly log: Log
}

/** Gives up deleted files that are not read yet, the longest deleted first, until the rest is within the limits. */
export async function releaseDeleted(parts: ReleaseParts): Promise<void> {
  const { trackedFiles, limits, clock } = parts
  const isBehind = (file: TrackedFile) => isKept(file) && clock() - keptSinceMs(file) >= limits.deletedQuietMs
  const kept = trackedFiles.placed().filter(isBehind).toSorted(byAge)
  let bytes = kept.reduce((sum, { size }) => sum + size, 0)
  for (const file of kept) {
    const isTooOld = clock() - keptSinceMs(file) >= limits.deletedHoldMs
    if (!isTooOld && bytes <= limits.deletedHoldBytes) return
    bytes -= file.size
    await release(file, isTooOld ? 'holdTime' : 'holdBytes', parts)
  }
}

/** One that is read as far as it has lines is closed soon in any case. */
function isKept(file: TrackedFile): boolean {
  return file.whereabouts.kind === 'deleted' && file.unread > 0 && !file.reading.isDrained
}

function byAge(one: TrackedFile, other: TrackedFile): number {
  return keptSinceMs(one) - keptSinceMs(other)
}

/** A program may write on to a deleted file: while its lines are read, the time does not count. */
function keptSinceMs({ whereabouts, drainedAtMs }: TrackedFile): number {
  return whereabouts.kind === 'deleted' ? Math.max(whereabouts.sinceMs, drainedAtMs ?? -Infinity) : Infinity
}

async function release(file: TrackedFile, setting: 'holdTime' | 'holdBytes', parts: ReleaseParts): Promise<void> {
  const { trackedFiles, harvester, ready, log } = parts
  ready.delete(file)
  await harvester.close(file)
  const lostBytes = trackedFiles.end(file, 'deleted', 'deleted')
  const { path } = file
  log.warn({ path, lostBytes, setting }, 'gave up a deleted file that was not read to its end, to free its space')
}
