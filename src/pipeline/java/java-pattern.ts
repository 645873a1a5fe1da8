import { NotationFault } from '../document/notation-fault.ts'
import { isForgotten } from './group-places.ts'
import { type JavaGroup, PatternParser } from './pattern-parser.ts'

export interface JavaPattern {
  /** With the flags `v` and `g`. Its groups are named `group1`, …, by the numbers in `groups`. */
  readonly regexp: RegExp
  readonly groups: readonly JavaGroup[]
}

export interface JavaPatternOptions {
  /** Of `imsxd`, as Java's inline flags are named. */
  readonly flags?: string
  /** The whole text has to match. */
  readonly isWhole?: boolean
}

/**
 * A regular expression of Java, which finds the same in JavaScript. Throws a NotationFault with a column for one that
 * Java does not take either, or that JavaScript cannot do the same.
 */
export function compileJavaPattern(
  text: string,
  { flags = '', isWhole = false }: JavaPatternOptions = {},
): JavaPattern {
  const parser = new PatternParser(text)
  const source = parser.parse(flags)
  try {
    return { regexp: new RegExp(isWhole ? `^(?:${source})$` : source, 'gv'), groups: parser.groups }
  } catch (error) {
    throw new NotationFault(`the pattern cannot be used here: ${(error as Error).message}`, text)
  }
}

/** V8 may find a match of no width between the two halves of a character beyond U+FFFF; nothing is to be cut there. */
export function isWithinCharacter(text: string, index: number): boolean {
  return index > 0 && (text.codePointAt(index - 1) as number) > 0xffff
}

/** False where Java's group may hold a text of an earlier repetition, and JavaScript's does not. */
export function isReliable(group: JavaGroup): boolean {
  return !isForgotten(group.frame)
}
