import type { Mark } from '../../registry/contract.ts'
import { HEAD_BYTES, makeMark, MARK_BYTES, readFully, type FileLook } from '../look/identity.ts'
import type { ReadableFile } from '../look/readable-file.ts'

/** An open file that is compared with known ones. */
export interface Candidate {
  readonly handle: ReadableFile
  readonly look: FileLook
}

export async function readHead({ handle }: Candidate, position: number): Promise<Mark> {
  const head = await readFully(handle, 0, Math.min(HEAD_BYTES, position))
  return makeMark(head.length, head)
}

export async function readMark(
  { handle }: Candidate,
  { offset, digest }: Pick<Mark, 'offset' | 'digest'>,
): Promise<Mark> {
  const length = Math.min(MARK_BYTES, offset)
  return makeMark(offset, await readFully(handle, offset - length, length), digest)
}
