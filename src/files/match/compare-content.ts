import { crc32 } from 'node:zlib'
import type { Mark } from '../../registry/contract.ts'
import { hashBytes, HEAD_BYTES, isPeriodicAt, readFully, readIfFits } from '../look/identity.ts'
import type { RecentBytes } from '../read/recent-bytes.ts'
import type { Progress, SentRange } from '../progress.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { Candidate } from './candidate.ts'
import type { Content } from './identify.ts'
import type { PrefixDigests } from './prefix-digests.ts'
import { readShared } from './shared-bytes.ts'

const CHUNK_BYTES = 256 * 1024

/** The beginning of a file up to an offset. */
export type Prefix = Pick<Mark, 'offset' | 'digest'>

export type Comparison =
  | { readonly content: Exclude<Content, 'up to a mark'> }
  | { readonly content: 'up to a mark'; readonly upTo: Prefix }
  /** The file is so long that its comparison goes on at the next look, or lines that it has wait for their ack. */
  | { readonly content: 'unfinished' }

type SentContent = 'all' | 'all of little' | 'other'

interface Witnesses {
  readonly digests: Pick<PrefixDigests, 'find' | 'guess'>
  readonly recent: Pick<RecentBytes, 'findDigest'>
}

/**
 * What of the bytes that were read of a generation a candidate has. Those of a deleted one that were not read yet count, too,
 * where the others do not suffice: they can be read still. Throws where a file cannot be read.
 */
export async function compareContent(
  file: TrackedFile,
  candidate: Candidate,
  witnesses: Witnesses,
): Promise<Comparison> {
  const comparison = await compareRead(file, candidate, witnesses)
  const isLittle = comparison.content === 'unread' || comparison.content === 'all of little'
  return isLittle && (await hasAllThatIsLeft(file, candidate)) ? { content: 'all' } : comparison
}

async function compareRead(file: TrackedFile, candidate: Candidate, witnesses: Witnesses): Promise<Comparison> {
  const { position, progress } = file
  if (file.knownEnd === 0) return { content: (await mayBeUnread(file, candidate)) ? 'unread' : 'other' }
  if (position === 0) return { content: await compareJournaled(progress, candidate) }
  if (!(await hasHeadOf(file, candidate))) return { content: 'other' }
  if (candidate.look.size < position) return compareShorter(file, candidate, witnesses)
  const mark = file.marks[0]
  if (mark === undefined || mark.offset > position) return { content: 'other' }
  const fits = await fitsUpTo(mark, candidate, witnesses)
  if (fits !== 'yes') return { content: fits }
  if (!(await provesMuch(file, candidate, mark))) return { content: await compareBehindLittle(file, candidate) }
  return { content: mark.digest === undefined ? 'all by marks' : 'all' }
}

/** An earlier run may have read bytes that count as unconfirmed now: their head is still known. */
async function mayBeUnread(file: TrackedFile, candidate: Candidate): Promise<boolean> {
  if (candidate.look.size < file.size) return false
  return file.identity.head.offset === 0 || (await hasHeadOf(file, candidate))
}

/** Of a file that was deleted: the candidate has all that it had when it was seen last, compared byte by byte. */
async function hasAllThatIsLeft({ whereabouts, handle, size }: TrackedFile, candidate: Candidate): Promise<boolean> {
  if (whereabouts.kind !== 'deleted' || handle === undefined || candidate.look.size < size) return false
  let end = 0
  for await (const bytes of readShared(handle, candidate.handle, 0)) end += bytes.length
  return end >= Math.max(size, HEAD_BYTES) && !(await isPeriodicAt(candidate.handle, end))
}

/** A log whose newest bytes went with the power fits an earlier mark; so does a copy that was made before the last lines came. */
async function compareShorter(file: TrackedFile, candidate: Candidate, witnesses: Witnesses): Promise<Comparison> {
  const { settled, whereabouts, progress } = file
  const { size } = candidate.look
  const isTruncated = whereabouts.kind === 'truncated'
  const end = isTruncated ? findEnd(file, candidate, witnesses) : undefined
  const mark = file.marks.find(({ offset }) => offset <= Math.min(size, settled))
  for (const upTo of [end, mark]) {
    if (upTo === undefined || !(await provesMuch(file, candidate, upTo))) continue
    const fits = await fitsUpTo(upTo, candidate, witnesses)
    if (fits === 'other') continue
    // Lines without an ack are not left out: they have one soon, or the servers are away, and nothing is sent twice meanwhile.
    const isSettled = !isTruncated || settled >= size || progress.inFlight === 0
    return fits === 'yes' && isSettled ? { content: 'up to a mark', upTo } : { content: 'unfinished' }
  }
  return { content: 'other' }
}

/** The candidate's end, where the recent bytes tell the digest of the generation up to there. */
function findEnd(file: TrackedFile, { look }: Candidate, { recent }: Witnesses): Prefix | undefined {
  const digest = recent.findDigest(file.key, look.size, file.marks)
  return digest === undefined ? undefined : { offset: look.size, digest }
}

async function fitsUpTo(
  upTo: Mark | Prefix,
  candidate: Candidate,
  { digests }: Witnesses,
): Promise<'yes' | 'other' | 'unfinished'> {
  if ('hash' in upTo && (await readIfFits(candidate.handle, upTo)) === undefined) return 'other'
  // Of marks without a digest, the bytes before them alone are compared.
  if (upTo.digest === undefined) return 'yes'
  const early = await digests.guess(candidate, upTo.offset)
  if (early !== undefined && early !== upTo.digest) return 'other'
  const digest = early === undefined ? undefined : await digests.find(candidate, upTo.offset)
  if (digest === undefined) return 'unfinished'
  return digest === upTo.digest ? 'yes' : 'other'
}

/** An earlier run has sent more than is acked: the journal proves that, too. */
async function compareBehindLittle({ position, progress }: TrackedFile, candidate: Candidate): Promise<SentContent> {
  if (progress.owed === 0 || progress.journaled?.start !== position) return 'all of little'
  return (await compareJournaled(progress, candidate)) === 'all' ? 'all' : 'all of little'
}

/** A copy may lack the last ranges. */
async function compareJournaled({ journaled, allJournaled }: Progress, candidate: Candidate): Promise<SentContent> {
  const content = await compareRange(allJournaled!, candidate)
  return content === 'other' && allJournaled !== journaled ? compareRange(journaled!, candidate) : content
}

async function compareRange({ start, end, checksum }: SentRange, { handle }: Candidate): Promise<SentContent> {
  let [at, digest] = [start, 0]
  while (at < end) {
    const bytes = await readFully(handle, at, Math.min(CHUNK_BYTES, end - at))
    if (bytes.length === 0) return 'other'
    digest = crc32(bytes, digest)
    at += bytes.length
  }
  if (digest !== checksum) return 'other'
  return end >= HEAD_BYTES && !(await isPeriodicAt(handle, end)) ? 'all' : 'all of little'
}

/** At least 1 KiB that does not repeat itself. */
async function provesMuch({ identity }: TrackedFile, { handle }: Candidate, upTo: Prefix): Promise<boolean> {
  const isWhole = upTo.digest !== undefined || identity.head.offset === HEAD_BYTES
  return isWhole && upTo.offset >= HEAD_BYTES && !(await isPeriodicAt(handle, upTo.offset))
}

/** One candidate may be compared with many generations. */
const heads = new WeakMap<Candidate, Buffer>()

export async function hasHeadOf({ identity: { head } }: TrackedFile, candidate: Candidate): Promise<boolean> {
  const bytes = heads.get(candidate) ?? (await readFully(candidate.handle, 0, HEAD_BYTES))
  heads.set(candidate, bytes)
  return bytes.length >= head.offset && hashBytes(bytes.subarray(0, head.offset)) === head.hash
}
