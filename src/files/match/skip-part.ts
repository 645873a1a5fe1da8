import type { Mark } from '../../registry/contract.ts'
import { makeMark, MARK_BYTES, readFully } from '../look/identity.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { TrackedFiles } from '../tracked-files.ts'
import { readHead, type Candidate } from './file-match.ts'

export interface Skip {
  readonly candidate: Candidate
  /** Left out by a rule, or read already in another file. */
  readonly as: 'skipped' | 'copied'
  readonly upTo: number
}

/** Reading of a new file begins behind a part that is left out and counted. */
export async function skipPart(
  trackedFiles: TrackedFiles,
  file: TrackedFile,
  { candidate, as, upTo }: Skip,
): Promise<void> {
  const head = await readHead(candidate, upTo)
  file.leaveOut(as, { mark: await makeMarkAt(candidate, upTo), head })
  trackedFiles.rememberPosition(file)
}

/** Unread bytes of a file are not read in it, because another file has them, too. */
export async function passOver(
  trackedFiles: TrackedFiles,
  file: TrackedFile,
  { candidate, upTo }: Omit<Skip, 'as'>,
): Promise<void> {
  file.passOver(await makeMarkAt(candidate, upTo))
  trackedFiles.rememberPosition(file)
}

async function makeMarkAt({ handle }: Candidate, offset: number): Promise<Mark> {
  const length = Math.min(MARK_BYTES, offset)
  return makeMark(offset, await readFully(handle, offset - length, length))
}
