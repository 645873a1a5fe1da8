import {
  LINE_CONTINUED,
  LINE_CUT,
  LINE_MULTILINE,
  LINE_TRUNCATED,
  LINE_UNTERMINATED,
} from '../../../flow/line-batch.ts'
import type { Cut, RecordParts } from '../line-splitter.ts'
import type { LinePart } from './joiner.ts'
import type { LineTexts } from './line-texts.ts'
import type { RecordRules } from './record-rules.ts'

export interface JoinOptions {
  readonly rules: RecordRules
  /** What the records have in common. */
  readonly records?: RecordParts
  readonly textOf: LineTexts
  /** Records to send; those that are left out do not count. */
  readonly maxRecords: number
  /** No more lines are waited for: the last record ends here. */
  readonly isFlushed: boolean
  /** A rule left out the beginning of the line in which the bytes begin. */
  readonly isLeavingOut: boolean
}

/** Joins lines to records. A record that may get more lines waits, as a line does that has no end yet. */
export function joinRecords(lines: Cut, options: JoinOptions): Cut {
  return new Records(lines, options).join()
}

/** Where a line ends, and its LINE_* bits. */
interface Line {
  readonly start: number
  readonly end: number
  readonly flags: number
}

class Records {
  readonly #lines: Cut
  readonly #options: JoinOptions
  readonly #ends: number[] = []
  readonly #flags: number[] = []
  readonly #left: number[] = []
  #leftCount = 0
  #hasFlags = false
  /** Of the record that is being made: */
  #start = 0
  #end = 0
  #lineCount = 0
  #firstFlags = 0
  #lastFlags = 0
  /** It ends with its last line, of which more pieces may come. */
  #isLast = false
  #isLeavingOut: boolean

  constructor(lines: Cut, options: JoinOptions) {
    this.#lines = lines
    this.#options = options
    this.#isLeavingOut = options.isLeavingOut
  }

  join(): Cut {
    const { ends, flags } = this.#lines
    for (let i = 0; i < ends.length && !this.#isFull; i++) {
      this.#addLine({ start: ends[i - 1] ?? 0, end: ends[i]!, flags: flags?.[i] ?? 0 })
    }
    if (this.#lineCount > 0 && this.#options.isFlushed && !this.#isFull) this.#close(0)
    return this.#finish()
  }

  get #isFull(): boolean {
    return this.#ends.length - this.#leftCount >= this.#options.maxRecords
  }

  #addLine(line: Line): void {
    if (this.#lineCount === 0) return this.#begin(line)
    const isPiece = (line.flags & LINE_CONTINUED) !== 0
    const wasLast = this.#isLast
    const part = isPiece ? 'part' : this.#judge(line)
    const isLast = part === 'last' || (isPiece && wasLast)
    if (part !== 'other' && this.#fits(line, isPiece)) return this.#extend(line, isLast)
    // The flag of a piece has it already that its line continues.
    this.#close(part === 'other' || isPiece ? 0 : LINE_TRUNCATED)
    if (this.#isFull) return
    this.#begin(line)
  }

  #judge({ start, end }: Line): LinePart {
    const { rules, textOf } = this.#options
    return rules.joiner.add(textOf(start, end))
  }

  #fits({ end }: Line, isPiece: boolean): boolean {
    const { maxBytes, maxLines } = this.#options.rules
    return end - this.#start <= maxBytes && (isPiece || this.#lineCount < maxLines)
  }

  /** As if nothing were known of the lines before: so it is where a batch or a run ends here. */
  #begin(line: Line): void {
    const { rules, textOf } = this.#options
    this.#start = line.start
    this.#firstFlags = line.flags
    const part = rules.joiner.begin(textOf(line.start, line.end))
    this.#extend(line, part === 'last')
  }

  #extend({ end, flags }: Line, isLast: boolean): void {
    if (this.#lineCount === 0 || (flags & LINE_CONTINUED) === 0) this.#lineCount++
    this.#end = end
    this.#lastFlags = flags
    this.#isLast = isLast
    const isMoreOfLine = (flags & LINE_CUT) !== 0 && end - this.#start < this.#options.rules.maxBytes
    if (isLast && !isMoreOfLine) this.#close(0)
  }

  #close(ownFlags: number): void {
    const flags =
      (this.#firstFlags & LINE_CONTINUED) |
      (this.#lastFlags & (LINE_CUT | LINE_UNTERMINATED)) |
      (this.#lineCount > 1 ? LINE_MULTILINE : 0) |
      ownFlags
    const isLeft = this.#isLeftOut()
    this.#ends.push(this.#end)
    this.#flags.push(flags)
    this.#left.push(isLeft ? 1 : 0)
    if (isLeft) this.#leftCount++
    if (flags !== 0) this.#hasFlags = true
    this.#isLeavingOut = isLeft
    this.#lineCount = 0
  }

  /** The rest of a line that was cut has the fate of its beginning. */
  #isLeftOut(): boolean {
    const { rules, textOf } = this.#options
    if ((this.#firstFlags & LINE_CONTINUED) !== 0) return this.#isLeavingOut
    return rules.isLeftOut?.(textOf(this.#start, this.#end)) ?? false
  }

  #finish(): Cut {
    const flags = this.#hasFlags ? Uint8Array.from(this.#flags) : undefined
    const left = this.#leftCount > 0 ? Uint32Array.from(this.#left) : undefined
    return {
      ends: Uint32Array.from(this.#ends),
      flags,
      length: this.#ends.at(-1) ?? 0,
      endsUnterminated: ((this.#flags.at(-1) ?? 0) & LINE_UNTERMINATED) !== 0,
      records: { ...this.#options.records, ...(left && { left }) },
    }
  }
}
