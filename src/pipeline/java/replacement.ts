// What `Matcher.replaceAll` of Java puts in the place of a match: `$1`, `${name}`, and a backslash before any character.
import { NotationFault } from '../document/notation-fault.ts'
import { checkLength } from '../document/text-limit.ts'
import { isReliable, isWithinCharacter, type JavaPattern } from './java-pattern.ts'
import type { JavaGroup } from './pattern-parser.ts'

/** The name is empty for the whole match. */
type Part = string | { readonly name: string }

/** Replaces all matches. Throws a NotationFault for a replacement that can never be made. */
export function compileReplacement(pattern: JavaPattern, replacement: string): (text: string) => string {
  const parts = readParts(pattern, replacement)
  const [only = ''] = parts
  if (parts.length <= 1 && typeof only === 'string') return text => replaceAll(text, pattern, () => only)
  return text => replaceAll(text, pattern, found => parts.map(part => textOf(part, found)).join(''))
}

interface Found {
  readonly match: string
  readonly groups: Readonly<Record<string, string | undefined>>
}

/** A group that did not match is an empty text. */
function textOf(part: Part, { match, groups }: Found): string {
  if (typeof part === 'string') return part
  return part.name === '' ? match : (groups[part.name] ?? '')
}

function replaceAll(text: string, { regexp }: JavaPattern, replacementOf: (found: Found) => string): string {
  let length = 0
  return text.replace(regexp, (match: string, ...args: readonly unknown[]) => {
    const last = args.at(-1)
    const groups = typeof last === 'object' ? (last as Found['groups']) : {}
    if (isWithinCharacter(text, (typeof last === 'object' ? args.at(-3) : args.at(-2)) as number)) return match
    const made = replacementOf({ match, groups })
    length += made.length
    checkLength(length)
    return made
  })
}

function readParts({ groups }: JavaPattern, replacement: string): readonly Part[] {
  const parts: Part[] = []
  let literal = ''
  for (let at = 0; at < replacement.length;) {
    const { part, end } = readPart({ replacement, at, groups })
    if (typeof part === 'string') literal += part
    else {
      parts.push(literal, part)
      literal = ''
    }
    at = end
  }
  return [...parts, literal].filter(part => part !== '')
}

interface Place {
  readonly replacement: string
  readonly at: number
  readonly groups: readonly JavaGroup[]
}

interface ReadPart {
  readonly part: Part
  readonly end: number
}

function readPart(place: Place): ReadPart {
  const { replacement, at } = place
  const character = replacement[at] as string
  if (character === '$') return readReference(place)
  if (character !== '\\') return { part: character, end: at + 1 }
  const escaped = replacement[at + 1]
  if (escaped === undefined) throw fault(place, 'a backslash ends the replacement')
  return { part: escaped, end: at + 2 }
}

function readReference(place: Place): ReadPart {
  const { replacement, at } = place
  const rest = replacement.slice(at + 1)
  const name = /^\{([a-zA-Z][a-zA-Z0-9]*)\}/u.exec(rest)?.[1]
  if (name !== undefined) return { part: findGroup(place, name), end: at + 3 + name.length }
  const digits = /^\d+/u.exec(rest)?.[0] ?? ''
  if (digits === '') throw fault(place, 'expected a number or a {name} after "$"; "\\$" is the character')
  const length = countDigits(digits, place.groups.length)
  const number = Number(digits.slice(0, length))
  return { part: number === 0 ? { name: '' } : findGroup(place, number), end: at + 1 + length }
}

/** As many as make a group that there is. */
function countDigits(digits: string, groupCount: number): number {
  let length = 1
  while (length < digits.length && Number(digits.slice(0, length + 1)) <= groupCount) length++
  return length
}

function findGroup(place: Place, key: number | string): Part {
  const group = typeof key === 'number' ? place.groups[key - 1] : place.groups.find(candidate => candidate.name === key)
  if (group === undefined) throw fault(place, `the pattern has no group ${key}`)
  if (!isReliable(group))
    throw fault(place, `group ${key} is in a repetition that may leave it out, which cannot be used here`)
  return { name: `group${group.index}` }
}

function fault({ replacement, at }: Place, message: string): NotationFault {
  return new NotationFault(message, replacement, at + 1)
}
