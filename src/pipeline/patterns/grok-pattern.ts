import type { Capture } from './capture.ts'
import { expand, type PatternLookup } from './expand.ts'
import { type Alphabet, parse, translate, type Translated } from './oniguruma.ts'
import { findRequiredTexts, hasRequired, type RequiredTexts } from './required-text.ts'

/** A field, and the numbers of the captures of which the first that took part fills it. */
export interface FilledField {
  readonly capture: Capture
  readonly groups: readonly number[]
}

export interface GrokMatch {
  readonly index: number
  /** Undefined where the capture took no part. In the order of `fields`. */
  readonly values: ReadonlyArray<string | undefined>
}

// oxlint-disable-next-line no-control-regex -- its first character is a control character
const BEYOND_ASCII = /[^\0-\x7f]/

/** A pattern of grok, ready to match. */
export class GrokPattern {
  readonly text: string
  readonly captures: readonly Capture[]
  readonly expression: string
  readonly #required: RequiredTexts
  readonly #translated: Partial<Record<Alphabet, Matcher>> = {}

  constructor(text: string, lookup: PatternLookup) {
    const { expression, captures } = expand(text, lookup)
    this.text = text
    this.expression = expression
    this.captures = captures
    this.#required = findRequiredTexts(parse(expression))
    this.#matcher('ascii')
  }

  match(text: string): GrokMatch | undefined {
    if (!hasRequired(text, this.#required)) return undefined
    return this.#matcher(BEYOND_ASCII.test(text) ? 'unicode' : 'ascii').match(text)
  }

  /** The fields of a match, in the order in which they are written. */
  get fields(): readonly Capture[] {
    return this.#matcher('ascii').fields.map(field => field.capture)
  }

  #matcher(alphabet: Alphabet): Matcher {
    return (this.#translated[alphabet] ??= new Matcher(translate(this.expression, alphabet), this.captures))
  }
}

class Matcher {
  readonly fields: readonly FilledField[]
  readonly #groups: ReadonlyArray<readonly number[]>
  readonly #regex: RegExp

  constructor({ regex, groups }: Translated, captures: readonly Capture[]) {
    this.#regex = regex
    this.fields = gatherFields(captures, groups)
    this.#groups = this.fields.map(field => field.groups)
  }

  match(text: string): GrokMatch | undefined {
    const match = this.#regex.exec(text)
    if (match === null) return undefined
    const values: Array<string | undefined> = []
    for (let i = 0; i < this.fields.length; i++) values.push(firstOf(match, this.#groups[i] as readonly number[]))
    return { index: match.index, values }
  }
}

function firstOf(match: RegExpExecArray, groups: readonly number[]): string | undefined {
  for (let i = 0; i < groups.length; i++) {
    const value = match[groups[i] as number]
    if (value !== undefined) return value
  }
  return undefined
}

function gatherFields(captures: readonly Capture[], groups: readonly number[]): FilledField[] {
  const byKey = new Map<string, { readonly capture: Capture; readonly groups: number[] }>()
  for (const [i, capture] of captures.entries()) {
    const field = byKey.get(capture.key) ?? { capture, groups: [] }
    const group = groups[i]
    if (group !== undefined) field.groups.push(group)
    byKey.set(capture.key, field)
  }
  return [...byKey.values()]
}
