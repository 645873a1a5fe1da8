import type { FinishedGeneration, Registry } from '../../registry/contract.ts'
import { digestOfNuls, joinDigests } from '../look/digest.ts'
import { compareContent, type Comparison as ContentComparison } from '../match/compare-content.ts'
import { identifyArchive, type ArchiveRelation } from '../match/identify.ts'
import { countTrailingNuls } from '../look/nuls.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { Measurement } from './content/archive-handle.ts'
import {
  lookInside,
  measure,
  wind,
  type FoundArchive,
  type Head,
  type OpenedArchive,
  type Stated,
} from './opened-archive.ts'
import { relatePaths } from './related-names.ts'

/**
 * `continues`: the archive has all that was read of a generation, and more. `same`: no more, nor was more seen. `other`: it is
 * not the archive of that generation.
 */
export type Comparison = 'continues' | 'same' | 'other'

export interface Surroundings {
  readonly registry: Registry
  /** When the file was found, in nanoseconds since 1970. */
  readonly foundNs: bigint
  /** The size of its text, as far as it was seen in this run or in an earlier one. */
  readonly seenSize: number
}

/** Compares a generation whose file is gone with an archive. Yields between two parts of the work. */
export async function* compare(
  file: TrackedFile,
  opened: OpenedArchive,
  surroundings: Surroundings,
): AsyncGenerator<void, Comparison> {
  const { position, marks, progress } = file
  const whole = surroundings.seenSize > position ? 'other' : 'same'
  if (!opened.head.fits(file.identity.head)) return 'other'
  if (await isSameByItsWords(file, opened, surroundings)) return whole
  const measurement = yield* measure(
    opened,
    marks.slice(0, 1).map(({ offset }) => offset),
  )
  if (!mayHaveAll(file, measurement, surroundings)) return 'other'
  yield* wind(opened, position)
  const { content } = await compareWith(file, opened, measurement)
  if (content === 'unfinished') return 'other'
  const relation = await relate(file, opened, { ...surroundings, inside: measurement })
  if (identifyArchive(relation, content) === 'new') return 'other'
  return measurement.size > position || progress.owed > 0 ? 'continues' : whole
}

/** Of all bytes before the position, where it is known. */
export function digestOf({ position, marks }: TrackedFile): number | undefined {
  if (position === 0) return 0
  return marks[0]?.offset === position ? marks[0].digest : undefined
}

/** It states that it has all bytes that were read, and no more. It is not decompressed where that is enough, however few they are. */
async function isSameByItsWords(file: TrackedFile, opened: OpenedArchive, surroundings: Surroundings) {
  const { position, progress } = file
  const { stated, found } = opened
  if (progress.owed > 0 || position === 0 || stated.size !== position % 2 ** 32) return false
  const digest = digestOf(file)
  if (digest === undefined) return isInside(file, found) // it was left out
  if (stated.digest !== digest) return false
  return identifyArchive(await relate(file, opened, { ...surroundings, inside: stated }), 'all of little') === 'archive'
}

export function isInside({ identity }: TrackedFile, { look }: Pick<FoundArchive, 'look'>): boolean {
  return identity.inode === look.inode && identity.device === look.device && identity.birthNs === look.birthNs
}

/** Of a generation that was never read, all that was seen. */
function mayHaveAll(
  { position, knownEnd, marks }: TrackedFile,
  { size, digests }: Measurement,
  { seenSize }: Surroundings,
): boolean {
  if (size === 0 || size < position || (knownEnd === 0 && size < seenSize)) return false
  const [mark] = marks
  return mark?.digest === undefined || mark.digest === digests.get(mark.offset)
}

/** The digest is measured already: the archive is not read from its beginning again. */
async function compareWith(
  file: TrackedFile,
  opened: OpenedArchive,
  { digests: known }: Measurement,
): Promise<ContentComparison> {
  const candidate = { handle: opened.handle, look: await lookInside(opened) }
  const find = async (_: unknown, offset: number) => known.get(offset)
  const digests = { find, guess: find }
  return compareContent(file, candidate, { digests, recent: { findDigest: () => undefined } })
}

async function relate(
  file: TrackedFile,
  { found, head }: OpenedArchive,
  { registry, foundNs, inside }: Surroundings & { readonly inside: Stated },
): Promise<ArchiveRelation> {
  return {
    name: relatePaths(found.path, file),
    isOwn: file.identity.birthNs !== '0' && isInside(file, found),
    isMadeAfter: compareAges(BigInt(found.look.birthNs), { bornNs: BigInt(file.identity.birthNs), foundNs }),
    isKnown: await isKnown(head, inside, registry),
  }
}

/** A file system that does not know when the archive was made does not speak against it. */
function compareAges(
  madeNs: bigint,
  { bornNs, foundNs }: { readonly bornNs: bigint; readonly foundNs: bigint },
): ArchiveRelation['isMadeAfter'] {
  if (madeNs === 0n) return 'beginning'
  if (madeNs < bornNs) return 'neither'
  return madeNs >= foundNs ? 'finding' : 'beginning'
}

/** A generation that has ended had these bytes, without NULs at their end. */
async function isKnown(head: Head, content: Stated, registry: Registry): Promise<boolean> {
  const finished = await findFinished(head, registry)
  return finished.some(one => hasAllOf(one, content))
}

/** Those that begin like an archive. NULs at its end are not part of what was read. */
export async function findFinished(head: Head, registry: Registry): Promise<readonly FinishedGeneration[]> {
  const { length } = head.bytes
  const textLength = length - countTrailingNuls(head.bytes)
  const finished = await registry.findFinished(head.hash())
  return textLength === length ? finished : [...finished, ...(await registry.findFinished(head.hash(textLength)))]
}

function hasAllOf({ size, digest }: Stated, content: Stated): boolean {
  const nuls = content.size - size
  if (digest === undefined || nuls <= 0) return nuls === 0 && digest === content.digest
  return joinDigests(digest, digestOfNuls(nuls), nuls) === content.digest
}
