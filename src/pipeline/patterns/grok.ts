// Several patterns, of which one is to match.
import { type Bank, lookUpIn } from './bank.ts'
import type { Capture } from './capture.ts'
import { GrokPattern } from './grok-pattern.ts'
import { PatternFault } from './pattern-fault.ts'

/** Names of fields as they were in Logstash's first years, or as in the Elastic Common Schema. */
export type EcsCompatibility = 'disabled' | 'v1'

export interface GrokOptions {
  readonly patterns: readonly string[]
  /** Further patterns by name; they win over those of the bank. */
  readonly definitions?: Bank
  readonly ecs?: EcsCompatibility
}

export interface Found {
  /** The pattern, by its place in `patterns`. */
  readonly pattern: number
  readonly values: ReadonlyArray<string | undefined>
}

export class Grok {
  readonly patterns: readonly GrokPattern[]
  /** The fields that each pattern fills, in the order of the values that are found. */
  readonly fields: ReadonlyArray<readonly Capture[]>

  /** Throws a PatternFault with the place of the pattern. */
  constructor({ patterns, definitions = new Map(), ecs = 'disabled' }: GrokOptions) {
    const lookup = lookUpIn(definitions, ecs)
    const shared = definitions.size === 0 ? compiled[ecs] : new Map<string, GrokPattern>()
    this.patterns = patterns.map((text, place) => {
      const pattern = shared.get(text) ?? compileAt(place, () => new GrokPattern(text, lookup))
      if (shared.size < MAX_SHARED_PATTERNS) shared.set(text, pattern)
      return pattern
    })
    this.fields = this.patterns.map(pattern => pattern.fields)
  }

  /**
   * As if the patterns were one expression with `|` between, which is how Elasticsearch reads them: the match that begins
   * first counts, and of those the first pattern. `noteTried` gets the place of each pattern before it is tried.
   */
  match(text: string, noteTried: (pattern: number) => void = ignore): Found | undefined {
    let found: Found | undefined
    let index = Infinity
    for (let i = 0; i < this.patterns.length; i++) {
      noteTried(i)
      const match = this.patterns[i]?.match(text)
      if (match === undefined || match.index >= index) continue
      found = { pattern: i, values: match.values }
      if (match.index === 0) return found
      index = match.index
    }
    return found
  }
}

/** Compiling takes milliseconds, and pipelines use the same few patterns in many places. */
const compiled: Readonly<Record<EcsCompatibility, Map<string, GrokPattern>>> = { disabled: new Map(), v1: new Map() }
const MAX_SHARED_PATTERNS = 1000

function compileAt(place: number, compile: () => GrokPattern): GrokPattern {
  try {
    return compile()
  } catch (error) {
    if (error instanceof PatternFault) throw new PatternFault(error.message, { place, cause: error })
    throw error
  }
}

function ignore(): void {
  // Nothing is to be noted.
}
