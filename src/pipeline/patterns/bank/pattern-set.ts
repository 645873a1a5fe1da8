/** Patterns by name. */
export type NamesIn = Readonly<Record<string, string>>

/**
 * The patterns of one subject. `legacy` names fields as Logstash did at first, `ecs` as the Elastic Common Schema does.
 * In `both`, a field has both names: `%{INT:bytes|http.response.body.bytes:int}`; either may be empty. The languages and
 * the names are those of Logstash's core patterns, the expressions are our own: none takes exponential time.
 */
export interface PatternSet {
  readonly both?: NamesIn
  readonly legacy?: NamesIn
  readonly ecs?: NamesIn
}

/** The text of a pattern, with backslashes as they are. */
export const re = String.raw
