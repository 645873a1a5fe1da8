import type { TrackedFiles } from '../tracked-files.ts'
import { isBirthCompatible, type FileLook } from '../look/identity.ts'
import type { Harvester } from '../read/harvester.ts'
import type { TrackedFile } from '../tracked-file.ts'

export interface SameFileParts {
  readonly trackedFiles: TrackedFiles
  readonly harvester: Harvester
}

/**
 * For a file that was found at the place of a followed one. A birth time alone does not make it another file: a file system in
 * layers shows another one after the first write. What is open then is the file of the lower layer, which does not grow. One
 * that is closed may have been deleted, and its inode used again: it is compared as a file that is back.
 */
export async function isStillSame(
  { trackedFiles, harvester }: SameFileParts,
  file: TrackedFile,
  look: FileLook,
): Promise<boolean> {
  if (isSameFile(file, look)) return true
  if (file.handle === undefined) return false
  await harvester.close(file)
  trackedFiles.noteBirthTime(file, look)
  return true
}

export function isSameFile(file: TrackedFile, look: FileLook): boolean {
  return file.place === look.place && isBirthCompatible(file.identity.birthNs, look.birthNs)
}
