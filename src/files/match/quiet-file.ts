import { isArchiveName } from '../look/archive-name.ts'
import type { FoundFile } from '../look/file-looks.ts'
import type { TrackedFile } from '../tracked-file.ts'

/**
 * True for a followed file that a look finds just as it was seen last, while there is nothing to do for it: most files are
 * so, and cost next to nothing then. An unchanged file has the same look again. `find` gives the file of a path.
 */
export function isQuiet(file: TrackedFile | undefined, find: (path: string) => FoundFile | undefined): boolean {
  if (file?.whereabouts.kind !== 'listed' || !file.isFollowed || file.trouble !== undefined) return false
  const { path, look, progress } = file
  if (look === undefined || find(path)?.look !== look || isArchiveName(path)) return false
  return look.size <= progress.size && look.size >= progress.leastSize && progress.padding === 0
}
