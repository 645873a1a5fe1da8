import { isSameState, type FileLook } from '../look/identity.ts'
import type { Harvester } from '../read/harvester.ts'
import type { TrackedFile } from '../tracked-file.ts'

interface Parts {
  readonly harvester: Harvester
  readonly ready: ReadonlySet<TrackedFile>
}

/**
 * True where a look at a followed file finds that the bytes which were read are not there. Growth counts only behind those, and
 * no later look may find what is there instead. The scan's look may be older than the last read: then a look of now decides.
 */
export async function hasOtherBytes(file: TrackedFile, look: FileLook, parts: Parts): Promise<boolean> {
  const { harvester, ready } = parts
  if (look.size < file.progress.leastSize) {
    const now = await harvester.look(file)
    return now !== undefined && now.size < file.progress.leastSize
  }
  // A change that was noted between two looks is compared at the next read, or here if that does not come.
  const isUnread = ready.has(file) && !file.progress.hasUnreadText
  const mayDiffer = look.size > file.size || isUnread || mayBeRewritten(file, look)
  return mayDiffer && file.position > 0 && !(await harvester.isIntact(file))
}

/** It changed and did not grow. */
export function mayBeRewritten(file: TrackedFile, look: FileLook): boolean {
  return look.size <= file.size && !isSameState(look, file.look)
}
