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

/** Gives each known file the group that its path has now, or lets go of it. Returns those that were not followed until now. */
export async function regroup(parts: RegroupingParts, change: GroupChange): Promise<ReadonlySet<TrackedFile>> {
  const { trackedFiles, log } = parts
  const groups = new Set(change.groups)
  const returning = new Set<TrackedFile>()
  let letGo = 0
  for (const file of trackedFiles.all()) {
    if (file.whereabouts.kind === 'retired') continue
    const group = change.after(file.listedPath)
    // A file that was renamed into another group's pattern keeps its own for as long as that is there.
    const isSame = group === change.before(file.listedPath) && groups.has(file.group)
    if (group === undefined && file.isFollowed && file.place !== undefined) letGo++
    if (group !== undefined && !file.isFollowed) returning.add(file)
    if (group === undefined) await letGoOf(file, parts)
    else if (!isSame || !file.isFollowed) assign(file, group, parts)
  }
  if (letGo > 0) log.info({ files: letGo }, 'no longer following files that no pattern matches')
  return returning
}

function assign(file: TrackedFile, group: FileGroup, { trackedFiles, ready }: RegroupingParts): void {
  trackedFiles.followAgain(file, group)
  if (file.place === undefined) return
  // Bytes that were not a whole line may be one under another limit, and a file that was not followed may have grown.
  file.isDrained = false
  file.stamp = ''
  if (!file.isHeldBack) ready.add(file)
}

async function letGoOf(file: TrackedFile, { trackedFiles, harvester, ready }: RegroupingParts): Promise<void> {
  ready.delete(file)
  file.disregardUnread()
  if (file.place !== undefined && file.owed > 0 && (await harvester.look(file)) !== undefined) {
    trackedFiles.standBy(file)
    return
  }
  await harvester.close(file)
  // A deleted file cannot come back.
  if (file.whereabouts.kind === 'deleted') trackedFiles.retire(file)
  else trackedFiles.letGo(file)
}
