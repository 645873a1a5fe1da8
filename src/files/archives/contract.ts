import type { ArchivedFiles, ArchiveParts } from './archived-files.ts'
import type { ArchiveJobs } from './archive-jobs.ts'
import type { StuckArchives } from './stuck-archives.ts'

/** The objects that are shared by everything that reads archives. */
export interface ArchiveRoom extends ArchiveParts {
  readonly jobs: ArchiveJobs
  readonly stuck: StuckArchives
  readonly archivedFiles: ArchivedFiles
}
