import { compileLinePattern } from '../../../patterns/line-pattern.ts'
import type { PatternSettings } from './record-settings.ts'

/** What a line is to the record before it: a part, its last one, or the first line of another record. */
export type LinePart = 'part' | 'last' | 'other'

/** Decides line by line where records end. Its state is that of one record, so the place of the cuts depends on no read. */
export interface Joiner {
  /** The first line of a record; `last` if it is the only one. */
  begin(line: string): 'part' | 'last'
  /** The next line. After `other` it comes again, as the first one of a record. */
  add(line: string): LinePart
}

/** Each line is a record. */
export const LINE_BY_LINE: Joiner = { begin: () => 'last', add: () => 'other' }

/** As Filebeat joins lines. */
export function createPatternJoiner({ pattern, negate, match, flushPattern }: PatternSettings): Joiner {
  const compiled = compileLinePattern(pattern)
  const isMatch = (line: string) => compiled.test(line) !== negate
  const flush = flushPattern === undefined ? undefined : compileLinePattern(flushPattern)
  return match === 'after' ? joinAfter(isMatch, flush) : joinBefore(isMatch, flush)
}

/** A line that matches belongs to the record before it. */
function joinAfter(isMatch: (line: string) => boolean, flush: RegExp | undefined): Joiner {
  return {
    begin: () => 'part',
    add(line) {
      if (flush?.test(line) === true) return 'last'
      return isMatch(line) ? 'part' : 'other'
    },
  }
}

/** A line that matches is continued by the next one. */
function joinBefore(isMatch: (line: string) => boolean, flush: RegExp | undefined): Joiner {
  let isContinued = false
  // With a pattern that flushes, the next line may belong to the record nevertheless.
  const judge = (line: string) => ((isContinued = isMatch(line)) || flush !== undefined ? 'part' : 'last')
  return {
    begin: judge,
    add(line) {
      if (flush?.test(line) === true) return 'last'
      return isContinued ? judge(line) : 'other'
    },
  }
}
