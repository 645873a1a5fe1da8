// How far a grok pattern came on a text that it does not match.
import { Grok, type EcsCompatibility } from '../../pipeline/patterns/grok.ts'
import { PatternFault } from '../../pipeline/patterns/pattern-fault.ts'
import type { Bank } from '../../pipeline/patterns/bank.ts'

export interface GrokProgress {
  /** The longest beginning of the pattern that matches. */
  readonly matched: string
  /** The part after it, which does not. */
  readonly failedAt: string
  /** Where in the text the match of the beginning ends. */
  readonly position: number
}

export interface GrokSettings {
  readonly definitions: Bank
  readonly ecs: EcsCompatibility
}

const PIECES = /%\{[^{}]*\}|\\.|\s+|[\p{L}\p{N}]+|./gsu
const REST = '__rest'
/** Each beginning of the pattern is compiled. */
const MAX_PIECES = 300

/** Undefined if not even the first piece matches, or the pattern cannot be cut. */
export function findProgress(pattern: string, text: string, settings: GrokSettings): GrokProgress | undefined {
  const pieces = pattern.match(PIECES) ?? []
  if (pieces.length > MAX_PIECES) return undefined
  for (let count = pieces.length - 1; count > 0; count--) {
    const matched = pieces.slice(0, count).join('')
    const position = matchBeginning(matched, text, settings)
    if (position !== undefined) return { matched, failedAt: pieces[count] ?? '', position }
  }
  return undefined
}

/** The end of the match; undefined if there is none, or the beginning is not a pattern (it ends inside of brackets). */
function matchBeginning(beginning: string, text: string, { definitions, ecs }: GrokSettings): number | undefined {
  try {
    const grok = new Grok({ patterns: [`${beginning}(?<${REST}>(?m:.*))`], definitions, ecs })
    const found = grok.match(text)
    const rest = grok.fields[0]?.findIndex(({ field }) => field === REST) ?? -1
    return found === undefined ? undefined : text.length - (found.values[rest]?.length ?? 0)
  } catch (error) {
    if (error instanceof PatternFault) return undefined
    throw error
  }
}
