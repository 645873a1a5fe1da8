import { isArchiveName } from '../look/archive-name.ts'
import type { FoundFile } from '../look/file-looks.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { TrackedFiles } from '../tracked-files.ts'

type Find = (path: string) => FoundFile | undefined

interface ToDo {
  readonly others: readonly TrackedFile[]
  readonly found: readonly FoundFile[]
}

/** The placed files that are not quiet, and the findings without those of quiet files. */
export function leaveOutQuiet(files: readonly FoundFile[], trackedFiles: TrackedFiles, find: Find): ToDo {
  const placed = trackedFiles.placed()
  const others = placed.filter(file => !isQuiet(file, find))
  // A quiet file is found under its own name: there is nothing else if there are no more names than such files.
  if (files.length === placed.length - others.length) return { others, found: [] }
  const loud: ReadonlySet<TrackedFile | undefined> = new Set([...others, undefined])
  return { others, found: files.filter(({ look }) => loud.has(trackedFiles.at(look.place))) }
}

/**
 * True for a followed file that a look finds just as it was seen last, while there is nothing to do for it: most files are
 * so, and cost next to nothing then. An unchanged file has the same look again. `find` gives the file of a path.
 */
export function isQuiet(file: TrackedFile, find: Find): boolean {
  if (file.whereabouts.kind !== 'listed' || !file.isFollowed || file.trouble !== undefined) return false
  const { path, look, progress } = file
  if (look === undefined || find(path)?.look !== look || isArchiveName(path)) return false
  return look.size <= progress.size && look.size >= progress.leastSize && progress.padding === 0
}
