import { longestRequiredText } from '../patterns/required-text.ts'
import type { WrittenRule } from './read-rules.ts'

/** A program, a system or a device. */
export interface Named {
  readonly name: string
  /** As far as it is known: `115.0.2`. */
  readonly version: string | undefined
}

export type Rule = (text: AgentText) => Named | undefined

/** A user agent, and the same in small letters. */
export interface AgentText {
  readonly text: string
  readonly small: string
}

/** `keys` are the names of the replacement of the name, and of those of the parts of the version. */
export function makeRule(written: WrittenRule, keys: readonly string[]): Rule {
  const [nameKey = '', ...versionKeys] = keys
  const nameTemplate = written[nameKey]
  const parts = versionKeys.map(key => written[key])
  const expression = written['regex'] ?? ''
  const flags = written['regex_flag'] ?? ''
  const isAnyCase = flags.includes('i')
  const longest = longestRequiredText(expression)
  const required = isAnyCase ? longest.toLowerCase() : longest
  // Most of a thousand rules are never needed: compiling waits for the first text.
  let regex: RegExp | undefined
  return ({ text, small }) => {
    // Nearly all rules end here, at a tenth of the cost of trying them.
    if (!(isAnyCase ? small : text).includes(required)) return undefined
    regex ??= new RegExp(expression, flags)
    const match = regex.exec(text)
    if (match === null) return undefined
    const name = nameTemplate === undefined ? match[1] : fill(nameTemplate, match[1])
    if (name === undefined) return undefined
    return { name, version: joinVersion(parts.map((part, i) => part ?? match[i + 2])) }
  }
}

/** Only the first capture is filled in, as in Elasticsearch. */
function fill(template: string, first: string | undefined): string {
  return first === undefined ? template : template.replace('$1', () => first)
}

/** Up to the first part that is missing. */
function joinVersion(parts: readonly (string | undefined)[]): string | undefined {
  const missing = parts.indexOf(undefined)
  const known = missing === -1 ? parts : parts.slice(0, missing)
  return known.length === 0 ? undefined : known.join('.')
}
