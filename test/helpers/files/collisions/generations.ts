import { dirname } from 'node:path'
import type { Entry } from './entries.ts'

export const COMPARED_BYTES = 256
export const LF = 10

export interface Line {
  readonly offset: number
  readonly end: number
  readonly text: string
}

/** The moment of a look. */
export interface Moment {
  /** Counts the looks. */
  readonly look: number
  /** Counts the runs of the source. */
  readonly run: number
  readonly nowMs: number
}

/** The bytes of one file from one beginning on, as far as looks could see them. */
export class Generation {
  readonly place: string
  readonly birthNs: bigint
  /** The one before it in the same file. */
  readonly before: Generation | undefined
  readonly first: Moment
  last: Moment
  /** The first look that saw something in it. */
  filledAt: Moment | undefined
  /** Its names at the look that saw it first. */
  firstPaths: readonly string[] = []
  paths: readonly string[] = []
  isListed = false
  readonly isArchive: boolean
  bytes: Buffer
  /** Its bytes when it was seen first. */
  readonly firstBytes: Buffer
  /** The lines between these have to arrive, but for those that are excused. */
  requiredFrom = 0
  /** Up to here no read can tell its lines from those of the generation before it, of which other bytes were read. */
  mixedTo = 0
  /** The one behind it in its file, whose beginning nothing may have noticed. */
  unnoticed: Generation | undefined
  /** It was there when its group was first followed, from the end on. */
  isBegunAtEnd = false
  requiredTo = 0
  /** It was closed with this length, and not opened again until it was longer. */
  closedAt = 0
  /** The newest run that had a descriptor of it. */
  heldIn: number | undefined
  /** Up to here the source has surely read it. */
  takenTo = 0
  /** Its length at the newest look. */
  lookedTo = 0
  /** Up to here the source may have read it. */
  mayBeTakenTo = 0
  /** The run that has surely found it. */
  foundIn: number | undefined
  /** The runs that took it whole: the first and the last one. */
  firstTakenIn: number | undefined
  takenIn: number | undefined
  /** Its length at looks after which everything was taken. */
  readonly seenWhole: { readonly nowMs: number; readonly to: number }[] = []
  promptTo = 0
  /** Lines up to here may come twice. */
  doubleTo = 0
  /** Up to here it cannot count as lost. */
  countedTo = 0
  /** When a look after which everything was taken saw it first. */
  takenSinceMs: number | undefined
  readonly excused: { readonly from: number; readonly to: number }[] = []
  /** The first look at which other bytes were in its file, and when these were written. */
  rewritten: { readonly look: number; readonly run: number; readonly changedNs: bigint } | undefined
  /** The first look at which it had no name. */
  goneAt: number | undefined

  /** A look saw that it is shorter than what was read of the one before it. */
  isSeenShorter = false
  /** A look has surely found that the bytes of the one before it are gone. */
  #isNoticed = false
  #split: { readonly of: Buffer; readonly lines: readonly Line[] } | undefined

  constructor(entry: Entry, first: Moment, before: Generation | undefined) {
    this.place = entry.place
    this.birthNs = entry.birthNs
    this.bytes = entry.bytes
    this.firstBytes = entry.bytes
    this.isArchive = entry.isArchive
    this.first = first
    this.last = first
    this.before = before
  }

  /** Those that it had, as far as they are known: it may be open under one of them. */
  get names(): readonly string[] {
    return [this, this.before].flatMap(one => [...(one?.firstPaths ?? []), ...(one?.paths ?? [])])
  }

  lines(): readonly Line[] {
    if (this.#split?.of !== this.bytes) this.#split = { of: this.bytes, lines: splitLines(this.bytes) }
    return this.#split.lines
  }

  /** The bytes with which the next read is compared are there: lines before them may be others, which nothing notices. */
  hasSameEnd(bytes: Buffer): boolean {
    return [this.takenTo, this.bytes.length].some(end => {
      const start = Math.max(0, end - COMPARED_BYTES)
      return end > 0 && this.bytes.subarray(start, end).equals(bytes.subarray(start, end))
    })
  }

  /** `before` is the one before it in its file, or in the lower layer: what nothing noticed there, nothing notices here. */
  noteMixed(before: Generation | undefined): void {
    if (before === undefined) return
    const mixedTo = before.hasSameEnd(this.bytes) && !this.isSeenShorter ? before.bytes.length : 0
    this.mixedTo = startsWith(this.bytes, before.bytes) ? before.mixedTo : mixedTo
    if (this.mixedTo === 0) return
    this.excused.push({ from: 0, to: this.mixedTo })
    before.unnoticed = this
  }

  /** Returns the lines that were not taken before. */
  noteTaken({ run }: Moment): readonly Line[] {
    const before = this.takenTo
    this.firstTakenIn ??= run
    this.takenIn = run
    this.takenTo = this.bytes.length
    this.countedTo = this.bytes.length
    return before === this.takenTo ? [] : this.lines().filter(({ end }) => end > before)
  }

  /** It may come again in full: what the present run has read of it is not known. */
  noteUnconfirmed(): void {
    this.takenTo = 0
    this.countedTo = 0
  }

  /** It grew before it was surely read: the time of a hold begins again. */
  get hasGrownUnread(): boolean {
    const seenTo = this.seenWhole.at(-1)?.to ?? Infinity
    return this.takenTo === 0 && seenTo < this.bytes.length
  }

  /** Of the run that ended. */
  forgetLooks(): void {
    this.seenWhole.length = 0
    this.takenSinceMs = undefined
  }

  /**
   * A look at which calls fail may not notice that the bytes before were written over: then the change that a later one finds
   * counts, even if these bytes are written over by then, too.
   */
  noteUnread({ changedNs }: Entry, isNoticed: boolean): void {
    const wasNoticed = this.#isNoticed
    this.#isNoticed ||= isNoticed || this.isSeenShorter
    if (this.takenTo > 0 || wasNoticed) return
    for (let one = this.before; one?.rewritten !== undefined; one = one.before) {
      one.rewritten = { ...one.rewritten, changedNs }
      if (one.#isNoticed) return
    }
  }

  /** Found at a look in the place of another one, of which this run has read more than the size of this one. */
  noteSize({ isReserved }: Entry, { run }: Moment): void {
    const { before, bytes } = this
    this.isSeenShorter = before?.takenIn === run && !isReserved && bytes.length < before.takenTo
  }

  /** The next run notices what no read did: it comes whole. Returns how many bytes were unread, which count as lost. */
  noteNoticed(): number {
    if (this.mixedTo === 0 || this.rewritten !== undefined) return 0
    this.doubleTo = this.bytes.length
    return this.bytes.length - this.countedTo
  }

  notePrompt(untilMs: number): void {
    for (const { nowMs, to } of this.seenWhole) if (nowMs <= untilMs) this.promptTo = Math.max(this.promptTo, to)
  }

  /** Left out by `startPosition`. */
  isSkipped({ offset }: Line): boolean {
    return offset < this.requiredFrom
  }

  get isWhollySkipped(): boolean {
    return this.requiredFrom >= this.bytes.length
  }

  isRequired({ offset, end }: Line): boolean {
    if (offset < this.requiredFrom || end > this.requiredTo) return false
    return !this.excused.some(({ from, to }) => offset >= from && offset < to)
  }
}

/** A file that left all patterns is found in the directory of its name, and in those in it. */
export function isSearchedFor({ paths }: Generation, now: Entry): boolean {
  return paths.every(path => now.paths.some(one => isIn(dirname(path), one)))
}

function isIn(directory: string, path: string): boolean {
  return dirname(path) === directory || dirname(dirname(path)) === directory
}

export function countEqual(one: Buffer, other: Buffer): number {
  const most = Math.min(one.length, other.length)
  if (one.subarray(0, most).equals(other.subarray(0, most))) return most
  let count = 0
  while (one[count] === other[count]) count++
  return count
}

const UTF8_MARK = Buffer.from('\ufeff')
const UTF16_MARK = Buffer.from('\ufeff', 'utf16le')

/** A hole or a byte order mark at the head is not part of the first line. */
function splitLines(bytes: Buffer): readonly Line[] {
  if (startsWith(bytes, UTF16_MARK)) return splitUtf16Lines(bytes)
  let start = startsWith(bytes, UTF8_MARK) ? UTF8_MARK.length : 0
  while (bytes[start] === 0) start++
  const lines: Line[] = []
  for (let end = bytes.indexOf(LF, start) + 1; end > 0; end = bytes.indexOf(LF, start) + 1) {
    lines.push({ offset: start, end, text: bytes.toString('utf8', start, end - 1) })
    start = end
  }
  return lines
}

function splitUtf16Lines(bytes: Buffer): readonly Line[] {
  let offset = UTF16_MARK.length
  const texts = bytes.toString('utf16le', offset).split('\n').slice(0, -1)
  return texts.map(text => {
    const line = { offset, end: offset + (text.length + 1) * 2, text }
    offset = line.end
    return line
  })
}

export function startsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.subarray(0, start.length).equals(start)
}
