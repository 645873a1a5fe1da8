import { DissectFault } from './dissect-fault.ts'
import { type DissectKey, readKey } from './dissect-key.ts'

interface Pair {
  readonly key: DissectKey
  /** What ends the value; empty where it goes to the end. */
  readonly delimiter: string
  /** The code of its first character; -1 if it is empty. */
  readonly firstCode: number
}

/** Values by the names of their fields. */
export type Dissected = ReadonlyMap<string, string>

const KEY_AND_DELIMITER = /%\{([^}]*)\}((?:(?!%\{)[^])*)/gu

/** A pattern such as `%{clientip} - [%{+time} %{+time}]`, which is read once from left to right and never goes back. */
export class DissectPattern {
  readonly #lead: string
  readonly #pairs: readonly Pair[]
  readonly #separator: string
  /** Of fields that do not depend on the text. */
  readonly names: readonly string[]
  /** Where every key is a field of its own, or skipped: the field of each value; undefined for one that is skipped. */
  readonly plainNames: readonly (string | undefined)[] | undefined
  readonly #results: number

  constructor(text: string, separator: string) {
    this.#lead = /^([^\n]*?)%\{/u.exec(text)?.[1] ?? ''
    const pairs = [...text.slice(this.#lead.length).matchAll(KEY_AND_DELIMITER)].map(
      ([, key = '', delimiter = '']) => ({
        key: readKey(key),
        delimiter,
        firstCode: delimiter === '' ? -1 : delimiter.charCodeAt(0),
      }),
    )
    this.#results = new Set(pairs.filter(isKept).map(({ key }) => key.name)).size
    if (this.#results === 0) throw fault(text, 'Unable to find any keys or delimiters.')
    checkReferences(text, pairs)
    this.#pairs = appendSameNames(pairs)
    const fixed = pairs.filter(({ key }) => key.modifier === 'none' || key.modifier === 'append')
    this.names = fixed.map(({ key }) => key.name)
    const isPlain = pairs.every(({ key }) => key.modifier === 'none' || key.modifier === 'skip')
    this.plainNames =
      isPlain && fixed.length === this.#results
        ? pairs.map(({ key }) => (key.modifier === 'none' ? key.name : undefined))
        : undefined
    this.#separator = separator
  }

  /** Undefined where the text is not of this form. */
  match(text: string): Dissected | undefined {
    const values = this.cut(text)
    if (values === undefined) return undefined
    const results = this.#gather(values)
    return results.size === this.#results ? results : undefined
  }

  /** One value a key; undefined where the text is not of this form. */
  cut(text: string): readonly string[] | undefined {
    let valueStart = this.#lead.length
    if (text.length <= valueStart || !text.startsWith(this.#lead)) return undefined
    const values: string[] = []
    // The first value may be empty, and a later one only before the same delimiter again.
    let searchFrom = valueStart
    while (values.length < this.#pairs.length) {
      const { key, delimiter, firstCode } = this.#pairs[values.length] as Pair
      if (delimiter === '') break
      const found = text.indexOf(delimiter, searchFrom)
      if (found === -1) return undefined
      values.push(text.slice(valueStart, found))
      valueStart = found + delimiter.length
      if (text.charCodeAt(valueStart) === firstCode)
        valueStart = this.#passRepeated({ text, delimiter, from: valueStart, key, values })
      searchFrom = valueStart + 1
    }
    if (values.length === this.#pairs.length - 1 && this.#pairs.at(-1)?.delimiter === '')
      values.push(text.slice(valueStart))
    return values.length === this.#pairs.length ? values : undefined
  }

  /** The same delimiter again is an empty value, or padding where the key allows that. */
  #passRepeated({ text, delimiter, from, key, values }: Repeated): number {
    let at = from
    let current = key
    while (text.startsWith(delimiter, at)) {
      at += delimiter.length
      if (current.isPadded) continue
      const next = this.#pairs[values.length]
      if (next === undefined) break
      current = next.key
      values.push('')
    }
    return at
  }

  #gather(values: readonly string[]): Dissected {
    const results = new Map<string, string>()
    const appended = new Map<string, Joined[]>()
    const names = new Map<string, string>()
    const referred = new Map<string, string>()
    for (const [i, { key }] of this.#pairs.entries()) {
      const value = values[i] as string
      if (key.modifier === 'none') results.set(key.name, value)
      if (key.modifier === 'fieldName') names.set(key.name, value)
      if (key.modifier === 'fieldValue') referred.set(key.name, value)
      if (key.modifier === 'append') join(appended, key, value)
    }
    for (const [name, field] of names) results.set(field, referred.get(name) ?? '')
    for (const [name, joined] of appended) results.set(name, this.#joinAll(joined))
    return results
  }

  #joinAll(joined: readonly Joined[]): string {
    const sorted = joined.toSorted((a, b) => a.order - b.order)
    return sorted.map(({ value }) => value).join(this.#separator)
  }
}

interface Repeated {
  readonly text: string
  readonly delimiter: string
  readonly from: number
  readonly key: DissectKey
  readonly values: string[]
}

interface Joined {
  readonly order: number
  readonly value: string
}

/** Values without an order have the order 0, 1, … of their coming. */
function join(appended: Map<string, Joined[]>, key: DissectKey, value: string): void {
  const joined = appended.get(key.name) ?? []
  joined.push({ order: key.order ?? joined.length, value })
  appended.set(key.name, joined)
}

function isKept({ key }: Pair): boolean {
  return key.modifier !== 'skip'
}

/** `%{+a} %{a}` is `%{+a} %{+a}`. */
function appendSameNames(pairs: readonly Pair[]): readonly Pair[] {
  const appended = new Set(pairs.filter(({ key }) => key.modifier === 'append').map(({ key }) => key.name))
  return pairs.map(pair => {
    const { key } = pair
    const isAppended = key.modifier === 'none' && appended.has(key.name)
    return isAppended ? { ...pair, key: { ...key, modifier: 'append' } } : pair
  })
}

function checkReferences(text: string, pairs: readonly Pair[]): void {
  const references = pairs.filter(({ key }) => key.modifier === 'fieldName' || key.modifier === 'fieldValue')
  const names = new Set(references.map(({ key }) => key.name))
  const count = (name: string, modifier: string): number =>
    references.filter(({ key }) => key.name === name && key.modifier === modifier).length
  const wrong = [...names].filter(name => count(name, 'fieldName') !== 1 || count(name, 'fieldValue') !== 1)
  if (wrong.length === 0) return
  const advice = "Please ensure each '*<key>' is matched with a matching '&<key>"
  throw fault(text, `Found invalid key/reference associations: '${wrong.join(',')}' ${advice}`)
}

function fault(pattern: string, reason: string): DissectFault {
  return new DissectFault(`Unable to parse pattern: ${pattern} Reason: ${reason}`)
}
