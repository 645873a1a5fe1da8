import type { TrackedFiles } from '../tracked-files.ts'
import type { FoundFile } from '../look/file-looks.ts'
import { isBirthCompatible, type FileLook } from '../look/identity.ts'
import type { Harvester } from '../read/harvester.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { BriefOpen } from './brief-open.ts'
import type { Identifier } from './identifier.ts'
import type { Verdict } from './identify.ts'

export interface SameFileParts {
  readonly trackedFiles: TrackedFiles
  readonly harvester: Harvester
  readonly briefOpen: BriefOpen
  readonly identifier: Identifier
}

/**
 * For a file that was found at the place of a followed one. A birth time alone does not make it another file: a file system in
 * layers shows another one after the first write. What is open then is the file of the lower layer, which does not grow.
 */
export async function isStillSame(parts: SameFileParts, file: TrackedFile, found: FoundFile): Promise<boolean> {
  if (isSameFile(file, found.look)) return true
  if ((await identifyFound(parts, file, found)) !== 'same') return false
  await parts.harvester.close(file)
  parts.trackedFiles.noteBirthTime(file, found.look)
  return true
}

async function identifyFound(
  { identifier, briefOpen }: SameFileParts,
  file: TrackedFile,
  found: FoundFile,
): Promise<Verdict | undefined> {
  let verdict = identifier.identifyUnread(file, found)
  if (verdict !== undefined) return verdict
  await briefOpen.into(found, async candidate => {
    const finding = await identifier.identify(file, { path: found.path, candidate })
    if (finding !== 'unfinished') ({ verdict } = finding)
    return 'yes'
  })
  return verdict
}

export function isSameFile(file: TrackedFile, look: FileLook): boolean {
  return file.place === look.place && isBirthCompatible(file.identity.birthNs, look.birthNs)
}
