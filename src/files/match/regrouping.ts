// A change of groups while files are followed: files whose group is the same continue undisturbed.
import { isDeepStrictEqual } from 'node:util'
import type { Log } from '../../telemetry/log.ts'
import type { FileGroup } from '../contract.ts'
import type { Harvester } from '../read/harvester.ts'
import type { GroupOf } from './contract.ts'
import type { TrackedFiles } from '../tracked-files.ts'
import type { TrackedFile } from '../tracked-file.ts'

export interface RegroupingParts {
  readonly trackedFiles: TrackedFiles
  readonly harvester: Harvester
  readonly ready: Set<TrackedFile>
  readonly log: Log
}

export interface GroupChange {
  readonly groups: readonly FileGroup[]
  /** The group of a path, before and after the change. */
  readonly before: GroupOf
  readonly after: GroupOf
}

/** The new groups; one that equals an old one is that very object. */
export function keepEqualGroups(old: readonly FileGroup[], fresh: readonly FileGroup[]): readonly FileGroup[] {
  return fresh.map(group => old.find(known => isDeepStrictEqual(known, group)) ?? group)
}

export function isSameList(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index])
}

/** Gives each known file the group that its path has now, or no longer follows it. Returns those that were not followed until now. */
export async function regroup(parts: RegroupingParts, change: GroupChange): Promise<ReadonlySet<TrackedFile>> {
  const { trackedFiles, log } = parts
  const groups = new Set(change.groups)
  const returning = new Set<TrackedFile>()
  let unfollowed = 0
  for (const file of trackedFiles.all()) {
    if (file.whereabouts.kind === 'ended') continue
    const group = change.after(file.listedPath)
    // A file that was renamed into another group's pattern keeps its own for as long as that is there.
    const isSame = group === change.before(file.listedPath) && groups.has(file.group)
    if (group === undefined && file.isFollowed && file.place !== undefined) unfollowed++
    if (group !== undefined && !file.isFollowed) returning.add(file)
    if (group === undefined) await unfollow(file, parts)
    else if (!isSame || !file.isFollowed) assign(file, group, parts)
  }
  if (unfollowed > 0) log.info({ files: unfollowed }, 'no longer following files that no pattern matches')
  return returning
}

function assign(file: TrackedFile, group: FileGroup, { ready }: RegroupingParts): void {
  file.follow(group)
  if (file.place === undefined) return
  // Bytes that were not a whole line may be one under another limit, and a file that was not followed may have grown.
  file.reading.noteChange()
  file.forgetLook()
  const isArchived = file.whereabouts.kind === 'archived'
  if (isArchived) file.reading.noteFinal() // no line of an archive gets longer
  if (!file.isHeldBack && (!isArchived || file.progress.hasUnreadText)) ready.add(file)
}

async function unfollow(file: TrackedFile, { trackedFiles, harvester, ready }: RegroupingParts): Promise<void> {
  ready.delete(file)
  file.uncountUnread()
  if (file.place !== undefined && file.progress.owed > 0 && (await harvester.look(file)) !== undefined) {
    // It stays open: lines of it that an earlier run journaled are still to be sent again.
    file.unfollow()
    if (!file.hasNoListedName) trackedFiles.unlist(file)
    return
  }
  await harvester.close(file)
  // A deleted file cannot come back.
  if (file.whereabouts.kind === 'deleted') trackedFiles.end(file, 'unfollowed')
  else trackedFiles.unfollow(file)
}
