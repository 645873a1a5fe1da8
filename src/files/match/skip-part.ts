import type { Mark } from '../../registry/contract.ts'
import type { ByteAccount } from '../byte-account.ts'
import { makeMark, MARK_BYTES, readFully } from '../look/identity.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { TrackedFiles } from '../tracked-files.ts'
import { readHead, type Candidate } from './file-match.ts'

export interface SkipParts {
  readonly trackedFiles: TrackedFiles
  readonly account: ByteAccount
}

export interface Skip {
  readonly candidate: Candidate
  /** Left out by a rule, or read already in another file. */
  readonly as: 'skipped' | 'copied'
  readonly upTo: number
}

/** Reading of a new file begins behind a part that is left out and counted. */
export async function skipPart(parts: SkipParts, file: TrackedFile, { candidate, as, upTo }: Skip): Promise<void> {
  const { trackedFiles, account } = parts
  const head = await readHead(candidate, upTo)
  const mark = await makeMarkAt(candidate, upTo)
  file.disregardUnread()
  account.seen += upTo
  account[as] += upTo
  file.marks = [mark]
  file.identity = { ...file.identity, head }
  trackedFiles.reposition(file, upTo)
}

/** Unread bytes of a file are not read in it, because another file has them, too. */
export async function passOver(
  parts: SkipParts,
  file: TrackedFile,
  { candidate, upTo }: Omit<Skip, 'as'>,
): Promise<void> {
  const mark = await makeMarkAt(candidate, upTo)
  file.growTo(upTo) // it may have grown since the look
  const { size, position } = file
  parts.account.copied += upTo - position
  file.marks = [mark]
  file.tail = undefined // read again, before the next bytes
  parts.trackedFiles.reposition(file, upTo)
  file.size = size
}

async function makeMarkAt({ handle }: Candidate, offset: number): Promise<Mark> {
  const length = Math.min(MARK_BYTES, offset)
  return makeMark(offset, await readFully(handle, offset - length, length))
}
