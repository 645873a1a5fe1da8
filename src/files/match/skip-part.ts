import type { TrackedFile } from '../tracked-file.ts'
import type { TrackedFiles } from '../tracked-files.ts'
import { readHead, readMark, type Candidate } from './candidate.ts'
import type { Prefix } from './compare-content.ts'

export interface Skip {
  readonly candidate: Candidate
  /** Left out by a rule, or read already in another file. */
  readonly as: 'skipped' | 'copied'
  readonly upTo: Prefix
}

/** Reading of a new file begins behind a part that is left out and counted. */
export async function skipPart(
  trackedFiles: TrackedFiles,
  file: TrackedFile,
  { candidate, as, upTo }: Skip,
): Promise<void> {
  const head = await readHead(candidate, upTo.offset)
  file.leaveOut(as, { mark: await readMark(candidate, upTo), head })
  trackedFiles.rememberPosition(file)
}

/** Unread bytes of a file are not read in it, because another file has them, too. */
export async function passOver(
  trackedFiles: TrackedFiles,
  file: TrackedFile,
  { candidate, upTo }: Omit<Skip, 'as'>,
): Promise<void> {
  file.passOver(await readMark(candidate, upTo))
  trackedFiles.rememberPosition(file)
}
