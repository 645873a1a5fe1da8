import { crc32 } from 'node:zlib'
import type { JournalRun, Registry } from '../../registry/contract.ts'
import { HEAD_BYTES, isPeriodicAt, readFully, readIfFits } from '../look/identity.ts'
import type { ReadableFile } from '../look/readable-file.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { relateNames, type NameRelation } from './related-names.ts'
import { measure, wind, type FoundArchive, type OpenedArchive, type Stated } from './opened-archive.ts'

/**
 * `continues`: the archive has all that was read of a generation, and more. `same`: no more. `other`: it is not the archive
 * of that generation.
 */
export type Comparison = 'continues' | 'same' | 'other'

export interface Surroundings {
  readonly registry: Registry
  /** When the file was found, in nanoseconds since 1970. */
  readonly foundNs: bigint
}

/** Compares a generation whose file is gone with an archive. Yields between two parts of the work. */
export async function* compare(
  file: TrackedFile,
  opened: OpenedArchive,
  { registry, foundNs }: Surroundings,
): AsyncGenerator<void, Comparison> {
  if (!opened.head.fits(file.identity.head)) return 'other'
  if (isSameByItsWords(file, opened)) return 'same'
  const { position } = file
  const digest = digestOf(file)
  const measurement = yield* measure(opened, position)
  const { size, digestAtOffset } = measurement
  if (size < position || (digest !== undefined && digest !== digestAtOffset)) return 'other'
  if (position === 0 && file.journaled === undefined) {
    const isPossible = isByCause(file, opened.found, { size, foundNs })
    return isPossible && !(await isKnown(opened, measurement, registry)) ? 'continues' : 'other'
  }
  yield* wind(opened, position)
  if (!(await holdsAllOf(file, opened.handle))) return 'other'
  if (!isLikely(file, opened.found) && !(await provesMuch(file, opened.handle))) return 'other'
  return size === position && file.progress.owed === 0 ? 'same' : 'continues'
}

/** Of all bytes that were read, where it is known. */
export function digestOf({ marks, position }: TrackedFile): number | undefined {
  return marks[0]?.offset === position ? marks[0].digest : undefined
}

async function holdsAllOf({ position, journaled, marks }: TrackedFile, handle: ReadableFile): Promise<boolean> {
  if (position === 0) return journaled !== undefined && (await holdsRange(journaled, handle))
  const [mark] = marks
  const isWitness = mark !== undefined && mark.offset <= position && (mark.length > 0 || mark.digest !== undefined)
  return isWitness && (await readIfFits(handle, mark)) !== undefined
}

async function holdsRange({ start, end, checksum }: JournalRun, handle: ReadableFile): Promise<boolean> {
  const bytes = await readFully(handle, start, end - start)
  return bytes.length === end - start && crc32(bytes) === checksum
}

/** At least 1 KiB that does not repeat itself. */
async function provesMuch(file: TrackedFile, handle: ReadableFile): Promise<boolean> {
  const end = file.position === 0 ? (file.journaled?.end ?? 0) : file.position
  const isWhole = digestOf(file) !== undefined || file.identity.head.offset === HEAD_BYTES || file.position === 0
  return isWhole && end >= HEAD_BYTES && !(await isPeriodicAt(handle, end))
}

/** The archive of the same place was read, or left out, up to the end that it states. */
function isSameByItsWords(file: TrackedFile, { stated, found }: OpenedArchive): boolean {
  const { position, progress } = file
  const digest = digestOf(file)
  if (progress.owed > 0 || position === 0 || stated.size !== position % 2 ** 32) return false
  return digest === undefined ? isInside(file, found) : stated.digest === digest
}

/**
 * A generation that was never read has no bytes to compare: then its archive is one that was made after the file was found,
 * has the name of a rotated one, is as long, and is not known as that of another.
 */
function isByCause(
  file: TrackedFile,
  { path, look }: FoundArchive,
  { size, foundNs }: { size: number; foundNs: bigint },
) {
  return size > 0 && size >= file.size && BigInt(look.birthNs) >= foundNs && relatePaths(path, file) !== 'none'
}

async function isKnown({ head }: OpenedArchive, content: Stated, registry: Registry): Promise<boolean> {
  const finished = await registry.findFinished(head.hash())
  return finished.some(({ size, digest }) => size === content.size && digest === content.digest)
}

/** By its name, or since the generation was read in it before. */
function isLikely(file: TrackedFile, found: FoundArchive): boolean {
  return relatePaths(found.path, file) === 'direct' || isInside(file, found)
}

/** By the name that the file had last, and by the one that a pattern matched. */
export function relatePaths(archivePath: string, { path, listedPath }: TrackedFile): NameRelation {
  const relations = new Set([path, listedPath].map(name => relateNames(archivePath, name)))
  return (['direct', 'related'] as const).find(relation => relations.has(relation)) ?? 'none'
}

export function isInside({ identity }: TrackedFile, { look }: FoundArchive): boolean {
  return identity.inode === look.inode && identity.device === look.device && identity.birthNs === look.birthNs
}
