import type { Utf16Order } from '../../flow/line-batch.ts'
import { readFully } from '../look/identity.ts'
import type { ReadableFile } from '../look/readable-file.ts'

export const MAX_MARK_BYTES = 3

/** `bytes`: no mark; `utf8`: UTF-8 by its mark. */
export type Encoding = 'bytes' | 'utf8' | Utf16Order

export interface ByteOrderMark {
  /** 0 without a mark. */
  readonly length: number
  readonly encoding: Encoding
}

/** For the first bytes of a file. */
export function readByteOrderMark([first, second, third]: Buffer): ByteOrderMark {
  if (first === 0xef && second === 0xbb && third === 0xbf) return { length: 3, encoding: 'utf8' }
  if (first === 0xff && second === 0xfe) return { length: 2, encoding: 'le' }
  if (first === 0xfe && second === 0xff) return { length: 2, encoding: 'be' }
  return { length: 0, encoding: 'bytes' }
}

/** Undefined for all but UTF-16. */
export function orderOf(encoding: Encoding | undefined): Utf16Order | undefined {
  return encoding === 'le' || encoding === 'be' ? encoding : undefined
}

/** Of a file that is read up to `position`. */
export async function findEncoding(position: number, handle: ReadableFile): Promise<Encoding> {
  const { length, encoding } = readByteOrderMark(await readFully(handle, 0, MAX_MARK_BYTES))
  // Earlier versions read UTF-16 as bytes, and cut it between those of one unit.
  return length === 2 && position % 2 === 1 ? 'bytes' : encoding
}
