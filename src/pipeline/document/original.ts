import { type Fields, type Value, copyValue, isFields, putMember } from './value.ts'

/** The members that each copy has values of its own for, at any depth. */
export interface Varying {
  readonly [name: string]: true | Varying
}

const ANY = Symbol('any value')

/** An object of which each of many documents has a copy. */
export class Original {
  readonly #fields: Fields
  readonly #names: readonly string[]
  readonly #values: readonly (Value | Original | typeof ANY)[]
  /** Those of the members that are objects or lists. */
  readonly #nested: readonly (readonly [string, Value | Original])[]

  constructor(fields: Fields, varying: Varying = {}) {
    this.#fields = fields
    this.#names = Object.keys(fields)
    this.#values = Object.entries(fields).map(([name, value]) => {
      const inner = Object.hasOwn(varying, name) ? varying[name] : undefined
      if (inner === true) return ANY
      return isFields(value) ? new Original(value, inner) : value
    })
    this.#nested = this.#names.flatMap((name, i) => {
      const value = this.#values[i]
      return value instanceof Original || Array.isArray(value) ? [[name, value] as const] : []
    })
  }

  get size(): number {
    return this.#names.length
  }

  copy(): Fields {
    const copy = { ...this.#fields }
    const nested = this.#nested
    for (let i = 0; i < nested.length; i++) {
      const [name, value] = nested[i] as readonly [string, Value | Original]
      putMember(copy, name, value instanceof Original ? value.copy() : copyValue(value))
    }
    return copy
  }

  /** Whether the object begins with these members, and is written alike so far; false where there is a list among them. */
  isStartOf(fields: Fields): boolean {
    const names = this.#names
    let at = 0
    for (const name in fields) {
      if (at === names.length) return true
      if (name !== names[at] || !isSame(fields[name] as Value, this.#values[at] as Value)) return false
      at++
    }
    return at === names.length
  }

  isSame(fields: Fields): boolean {
    // Own members are never fewer than those that are looked at.
    return this.isStartOf(fields) && Object.keys(fields).length === this.#names.length
  }
}

function isSame(value: Value, own: Value | Original | typeof ANY): boolean {
  if (own instanceof Original) return isFields(value) && own.isSame(value)
  return own === ANY || own === value
}
