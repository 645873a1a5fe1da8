// The patterns that every grok knows, by the names that they have everywhere.
import type { PatternLookup } from './expand.ts'
import { patternSets } from './bank/pattern-sets.ts'
import type { NamesIn, PatternSet } from './bank/pattern-set.ts'

export type Bank = ReadonlyMap<string, string>

/** The whole bank, in one of the two ways to name fields. */
export function bankOf(ecs: 'disabled' | 'v1'): Bank {
  return (banks[ecs] ??= new Map(patternSets.flatMap(set => Object.entries(namesIn(set, ecs)))))
}

export function lookUpIn(definitions: Bank, ecs: 'disabled' | 'v1'): PatternLookup {
  return name => definitions.get(name) ?? bankOf(ecs).get(name)
}

const banks: { disabled?: Bank; v1?: Bank } = {}

function namesIn({ both = {}, legacy = {}, ecs = {} }: PatternSet, wanted: 'disabled' | 'v1'): NamesIn {
  const texts = Object.entries({ ...both, ...(wanted === 'v1' ? ecs : legacy) })
  return Object.fromEntries(texts.map(([name, text]) => [name, chooseNames(text, wanted)]))
}

/** `%{INT:bytes|http.response.body.bytes:int}` is `%{INT:bytes}` in the one way and has the other name in the other. */
function chooseNames(text: string, wanted: 'disabled' | 'v1'): string {
  return text.replaceAll(/(%\{\w+|\(\?<):?([\w.:-]*)\|([\w.:@-]*)([}>])/gu, (_, open: string, ...names: string[]) => {
    const name = wanted === 'v1' ? names[1] : names[0]
    return named(open, name ?? '', names[2] ?? '')
  })
}

function named(open: string, name: string, close: string): string {
  if (close === '}') return name === '' ? `${open}}` : `${open}:${name}}`
  return name === '' ? '(?:' : `(?<${name}>`
}
