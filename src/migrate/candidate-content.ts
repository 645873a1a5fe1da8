import type { FileGroup } from '../files/contract.ts'
import { ArchiveHandle } from '../files/archives/content/archive-handle.ts'
import { kindOf, MAGIC_BYTES } from '../files/archives/content/archive-kind.ts'
import { isArchiveName } from '../files/look/archive-name.ts'
import { readFully } from '../files/look/identity.ts'
import type { ReadableFile } from '../files/look/readable-file.ts'
import { openForReading } from '../files/read/harvester.ts'

interface Named {
  readonly path: string
  readonly group?: FileGroup
}

/** True for a file that the agent will decompress, if it is what its name says. */
export function mayBeArchive({ path, group }: Named): boolean {
  return group?.archives === true && isArchiveName(path)
}

/** Opens the file as the agent will read it, for as long as `use` lasts: an archive by its content. */
export async function withContent<Result>(
  file: Named,
  use: (handle: ReadableFile) => Promise<Result>,
): Promise<Result> {
  let handle: ReadableFile = await openForReading(file.path)
  try {
    const isArchive = mayBeArchive(file) && kindOf(await readFully(handle, 0, MAGIC_BYTES)) !== 'text'
    if (isArchive) handle = new ArchiveHandle(handle)
    return await use(handle)
  } finally {
    await handle.close()
  }
}

/** CRC-32 of the content before an offset, where it is known without much reading: of an archive, which is measured anyway. */
export async function digestBefore(handle: ReadableFile, offset: number): Promise<number | undefined> {
  if (!(handle instanceof ArchiveHandle)) return undefined
  return (await handle.measure({ offsets: [offset], maxBytes: Infinity }))?.digests.get(offset)
}
