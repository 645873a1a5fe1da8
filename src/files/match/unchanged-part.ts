// A file that has the bytes of another one up to some line end, and other bytes behind it, is continued there: under a new file
// id, because the old ids belong to the old text.
import { crc32 } from 'node:zlib'
import { HEAD_BYTES, isPeriodicAt, MARK_BYTES, readFully } from '../look/identity.ts'
import { findEncoding, orderOf } from '../read/byte-order-mark.ts'
import { lineCutterOf } from '../file-form.ts'
import type { LineCutter } from '../text/line-cutter.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { Candidate } from './candidate.ts'
import { hasHeadOf, type Prefix } from './compare-content.ts'
import { PrefixDigests } from './prefix-digests.ts'
import type { ReadableFile } from '../look/readable-file.ts'
import { countEqual, readShared } from './shared-bytes.ts'

/**
 * For a file whose closing line was written over in place, as that of an XML file is at each append: the last line end
 * before the first byte that differs, up to which it has all bytes that were read; or the last acked one, since lines without
 * an ack are not left out. Undefined where the file may as well have been truncated: it did not grow, it does not end with the
 * same line as before, more than the last `MARK_BYTES` before the position changed, no line ends in those that did not, its
 * bytes repeat themselves, or the digest of what was read is not known.
 */
export async function findEndOfUnchanged(file: TrackedFile, candidate: Candidate): Promise<Prefix | undefined> {
  const { position, settled, identity } = file
  const { tail } = file.reading
  const cutter = lineCutterOf(file)
  const { handle, look } = candidate
  const start = position - MARK_BYTES
  if (tail?.length !== MARK_BYTES || identity.head.offset < HEAD_BYTES) return undefined
  if (look.size <= position || !(await endsWithLineOf(tail, cutter, candidate)) || !(await hasHeadOf(file, candidate)))
    return undefined
  const equal = countEqual(tail, await readFully(handle, start, MARK_BYTES))
  const length = cutter.findLastEnd(tail.subarray(0, equal))
  const end = start + length
  if (length === 0 || end < HEAD_BYTES || (await isPeriodicAt(handle, end))) return undefined
  const from = Math.min(end, settled)
  const digests = new PrefixDigests()
  const [digest, digestAtEnd] = [await digests.find(candidate, from), await digests.find(candidate, end)]
  const isUnchanged = digestAtEnd !== undefined && isDigestWith(digestAtEnd, tail.subarray(length), file)
  return isUnchanged && digest !== undefined ? { offset: from, digest } : undefined
}

/** True where bytes that have the digest, and `rest` behind them, are what was read of the file. */
function isDigestWith(digest: number, rest: Buffer, { marks, position }: TrackedFile): boolean {
  return marks[0]?.offset === position && marks[0].digest === crc32(rest, digest)
}

async function endsWithLineOf(tail: Buffer, cutter: LineCutter, { handle, look }: Candidate): Promise<boolean> {
  const line = tail.subarray(cutter.findLastEnd(tail.subarray(0, -cutter.terminator.length)))
  return line.equals(await readFully(handle, look.size - line.length, line.length))
}

/**
 * For a file that has all that was read of a deleted one, whose name it took: the last line end up to which it has the bytes
 * of that file. Bytes that were not read yet are compared, too: they are read from `handle`, the descriptor of the deleted file.
 */
export async function findEndOfShared(
  { position, reading, group }: TrackedFile,
  handle: ReadableFile,
  candidate: Candidate,
): Promise<number> {
  const encoding = reading.encoding ?? (await findEncoding(position, handle))
  const cutter = lineCutterOf({ group, reading: { encoding, utf16: orderOf(encoding) } })
  let [end, start] = [position, position]
  for await (const bytes of readShared(handle, candidate.handle, position)) {
    const length = cutter.findLastEnd(bytes)
    if (length > 0) end = start + length
    start += bytes.length
  }
  return end
}
