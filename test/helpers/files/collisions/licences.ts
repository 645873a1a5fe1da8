// Which files are one by rule. The rules are those of docs/files.md; each that weakens the promise has a name here.
import { COMPARED_BYTES, countEqual, LF, startsWith, type Generation } from './generations.ts'
import type { Layers } from './layers.ts'

/** With fewer equal bytes than these two files are never taken for one, unless the inode or the name is evidence. */
export const EVIDENCE_BYTES = 1024

/** Two files are one by rule, so that a line of both needs to arrive only once. */
export type Licence =
  /** Its bytes went on from those that were read, so that no look can tell it from the same file. */
  | 'same inode, continued'
  /** A read compares its last 256 bytes, not all. */
  | 'same inode, the same end'
  | 'same inode, over a restart'
  | 'same inode, in another layer'
  | 'same inode, used again'
  | 'copy of a truncated file'
  | 'replaced under its name'
  | 'equal, over a restart'
  | 'closing line written over'

/** How often each excused a line from arriving a second time. */
export const uses = new Map<Licence, number>()

export function noteUse(licence: Licence): void {
  uses.set(licence, (uses.get(licence) ?? 0) + 1)
}

export interface OracleOptions {
  /** The banner repeats itself, so that no file is taken for the copy of another. */
  readonly isPeriodic: boolean
  /** A file that a look lists need not be opened at once. */
  readonly hasFewDescriptors: boolean
}

export class Licences {
  readonly #options: OracleOptions
  readonly #layers: Layers
  /** The present run. */
  run = 0

  constructor(options: OracleOptions, layers: Layers) {
    this.#options = options
    this.#layers = layers
  }

  find(one: Generation, other: Generation): Licence | undefined {
    return this.#findOf(one, other) ?? this.#findOf(other, one)
  }

  #findOf(original: Generation, other: Generation): Licence | undefined {
    if (other.before === original) {
      const isContinued = startsWith(other.bytes, original.bytes.subarray(0, original.takenTo))
      if (isContinued && !other.isSeenShorter) return 'same inode, continued'
      if (other.first.run !== original.last.run) return 'same inode, over a restart'
    }
    if (this.#layers.lowerOf(other) === original) return 'same inode, in another layer'
    if (original.place === other.place) return this.#findInPlace(original, other)
    const isRotated = isMadeOf(original, other)
    if (isRotated && isMadeInTime(original, other)) return 'copy of a truncated file'
    if (countEqual(original.bytes, other.bytes) < EVIDENCE_BYTES) return undefined
    if (this.#isReadAfterRestart(original, other)) return 'equal, over a restart'
    if (this.#options.isPeriodic) return undefined
    if (this.#hasUsedInode(original, other)) return 'same inode, used again'
    if (isMadeInTime(original, other)) return 'copy of a truncated file'
    return this.isReplacedBy(original, other) ? 'replaced under its name' : undefined
  }

  /** The second file took the place of the first one, and begins as that does. */
  isReplacedBy(original: Generation, { firstPaths, first, bytes }: Generation): boolean {
    if (original.goneAt !== first.look || !firstPaths.some(path => original.paths.includes(path))) return false
    return !this.#options.isPeriodic && countEqual(original.bytes, bytes) >= EVIDENCE_BYTES
  }

  /** The most bytes of a file that can have been counted as copied. */
  countShared(one: Generation, generations: readonly Generation[]): number {
    const shared = generations
      .filter(other => other !== one && (this.find(one, other) !== undefined || !other.isListed || !one.isListed))
      .map(other => countEqual(one.bytes, other.bytes))
    return Math.max(0, ...shared)
  }

  /** The second file may be the copy of the first one, or of its beginning. */
  mayBeCopy(original: Generation, other: Generation): boolean {
    return isMadeInTime(original, other) && countEqual(original.bytes, other.bytes) >= EVIDENCE_BYTES
  }

  /** The second file is the successor or the copy of the first one, and may have no more than was read of that. */
  mayBeWhollyRead(original: Generation, other: Generation): boolean {
    const { bytes, takenTo, mayBeTakenTo, goneAt, paths, birthNs } = original
    const { length } = other.bytes
    if (length > mayBeTakenTo || !startsWith(bytes, other.bytes)) return false
    const isEnough = length >= EVIDENCE_BYTES && !this.#options.isPeriodic
    const isInItsPlace = other.firstPaths.some(path => paths.includes(path)) && goneAt === other.first.look
    if (isInItsPlace && isEnough && length >= takenTo) return true
    const isMadeMeanwhile = isMadeInTime(original, other) && other.birthNs >= birthNs
    return isMadeMeanwhile && (isEnough || isMadeOf(original, other))
  }

  /** Both were in one file, one after the other. */
  #findInPlace(original: Generation, other: Generation): Licence | undefined {
    const { last, takenTo, bytes } = original
    if (other.first.look < original.first.look) return undefined
    const isNext = other.before === original
    const isSeenShorter = isNext && other.isSeenShorter
    if (!isSeenShorter && startsWith(other.bytes, bytes.subarray(0, takenTo))) return 'same inode, continued'
    if (!isSeenShorter && isNext && original.hasSameEnd(other.bytes)) return 'same inode, the same end'
    if (countEqual(bytes, other.bytes) < EVIDENCE_BYTES) return undefined
    if (other.first.run > last.run) return 'equal, over a restart'
    const isOver = [other.firstBytes, other.bytes].some(later => isEndWrittenOver(original, later))
    return isOver ? 'closing line written over' : undefined
  }

  /** It has all that was read of a file that was closed, or that an earlier run knew, and is as long. */
  #hasUsedInode(original: Generation, other: Generation): boolean {
    const { bytes, takenTo, lookedTo, first, last, heldIn, closedAt } = original
    if (inodeOf(original) !== inodeOf(other) || other.first.look <= first.look) return false
    const isKnown = other.first.run > first.run
    const mayBeClosed = isKnown || this.#options.hasFewDescriptors || closedAt > 0 || heldIn !== last.run
    return mayBeClosed && other.bytes.length >= lookedTo && startsWith(other.bytes, bytes.subarray(0, takenTo))
  }

  /** The first was truncated in an earlier run than that which read the other one, or was removed before the run that found it. */
  #isReadAfterRestart({ rewritten, last }: Generation, { foundIn, firstTakenIn }: Generation): boolean {
    if (rewritten !== undefined) return (firstTakenIn ?? this.run) > rewritten.run
    return (foundIn ?? this.run) > last.run
  }
}

/** All but some of the last bytes that were read are the same, and the last line is. */
function isEndWrittenOver({ bytes, takenTo }: Generation, other: Buffer): boolean {
  const read = bytes.subarray(0, takenTo)
  const lastLine = read.subarray(read.lastIndexOf(LF, -2) + 1)
  return countEqual(read, other) >= takenTo - COMPARED_BYTES && other.subarray(-lastLine.length).equals(lastLine)
}

/** What was read before a truncation that nothing noticed counts as truncated by the next one that is. */
function isMadeInTime({ rewritten, unnoticed }: Generation, other: Generation): boolean {
  if (rewritten === undefined) return false
  return other.birthNs <= rewritten.changedNs || (unnoticed !== undefined && isMadeInTime(unnoticed, other))
}

/** By its name it is the rotated file of the other one: less evidence is asked for. */
function isMadeOf(original: Generation, { firstPaths }: Generation): boolean {
  return firstPaths.some(path => original.paths.some(one => path.startsWith(`${one}.`)))
}

export function inodeOf({ place }: Generation): string {
  return place.slice(0, place.indexOf(':'))
}
