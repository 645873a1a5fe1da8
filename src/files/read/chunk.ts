import type { FileLook } from '../look/identity.ts'
import { lineCutterOf } from '../file-form.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { Loan } from './read-buffers.ts'

/** The bytes of one file's turn. */
export interface Chunk {
  readonly file: TrackedFile
  /** They begin at the file's position, which is `start` unless the file was moved on since. */
  readonly bytes: Buffer
  /** Held by the chunk until its turn ends. */
  readonly loan: Loan | undefined
  readonly start: number
  /** The file ended here when it was read. */
  readonly isEnd: boolean
  /** The last one at that time. */
  readonly look: FileLook | undefined
}

export function endsWithNuls({ file, bytes }: Chunk): boolean {
  return file.position + bytes.length > file.progress.text.end
}

export function wholeUnits(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length - (bytes.length % 2))
}

/** The last unit of UTF-16 may end with the first of the NULs behind the text, and a NUL may end a line. */
export function findLastUnitEnd(file: TrackedFile, end: number): number {
  const { unitBytes, terminator } = lineCutterOf(file)
  const textEnd = file.progress.text.end
  const unitEnd = textEnd + (textEnd % unitBytes)
  const endsWithNul = terminator.every(byte => byte === 0)
  return Math.min(end, endsWithNul ? unitEnd + terminator.length : unitEnd)
}

/** The first character of UTF-16 may begin with the last of the NULs before it. */
export function toWholeUnits(file: TrackedFile, position: number): number {
  return position - (position % lineCutterOf(file).unitBytes)
}
