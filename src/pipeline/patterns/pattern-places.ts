// Where a pattern of grok occurs in a text, for `redact`.
import { lookUpIn } from './bank.ts'
import { expand } from './expand.ts'
import { translate } from './oniguruma.ts'
import { PatternFault } from './pattern-fault.ts'

export interface PatternPlace {
  readonly start: number
  readonly end: number
  /** The name of the pattern's first field. */
  readonly name: string
}

export type FindPlaces = (text: string) => readonly PatternPlace[]

/** Throws a PatternFault. */
export function compilePlaces(pattern: string, definitions: ReadonlyMap<string, string>): FindPlaces {
  const { expression, captures } = expand(pattern, lookUpIn(definitions, 'v1'))
  const name = captures[0]?.field
  if (name === undefined) throw new PatternFault(`the pattern has no name, such as that in %{EMAILADDRESS:EMAIL}`)
  const { regex } = translate(expression, 'unicode')
  const global = new RegExp(regex.source, `${regex.flags}g`)
  return text => {
    // An empty text is no place: nothing would be hidden.
    const matches = [...text.matchAll(global)].filter(([found]) => found !== '')
    return matches.map(match => ({ start: match.index, end: match.index + match[0].length, name }))
  }
}
