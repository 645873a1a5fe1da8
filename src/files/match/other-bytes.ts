import type { FileLook } from '../look/identity.ts'
import type { Harvester } from '../read/harvester.ts'
import type { TrackedFile } from '../tracked-file.ts'

const NOTHING_READ = { kind: 'bytes' } as const

/**
 * True where a look at a followed file finds that the bytes which were read are not there. Growth counts only behind those, and
 * no later look may find what is there instead: so one that changed alone is compared, too. The scan's look may be older than the
 * last read: then a look of now decides, also at a file that cannot be opened now, and may have the same bytes again once it can.
 */
export async function hasOtherBytes(
  file: TrackedFile,
  { look, hasChanged }: { readonly look: FileLook; readonly hasChanged: boolean },
  harvester: Harvester,
): Promise<boolean> {
  if (look.size < file.progress.leastSize) {
    const now = (await harvester.look(file)) ?? (await harvester.lookByName(file))
    return now !== undefined && now.size < file.progress.leastSize
  }
  if (!hasChanged && look.size <= file.size) return false
  const { kind } = file.position > 0 ? await harvester.read(file, 0) : NOTHING_READ
  if (kind === 'bytes') file.evidence.noteIntact(look.changedNs)
  return kind === 'truncated'
}
