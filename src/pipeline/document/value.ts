// The values of a document, as Elasticsearch's processors see them.

/**
 * A value of JSON. A whole number beyond 2^53 is a bigint, and a number with a fraction of zero (`1.0`) is a Double:
 * JavaScript's numbers would write other digits than the document had, and a store maps `1` and `1.0` to other types.
 */
export type Value = null | boolean | number | bigint | string | Double | List | Fields

export type List = Value[]

declare global {
  /** Part of Node, and not yet of TypeScript's library. */
  interface JSON {
    rawJSON(text: string): unknown
  }
}

/** An object of a document. Its members are own properties; `__proto__` is a name like any other. */
export interface Fields {
  [name: string]: Value
}

/** A number with a fraction of zero, or one that JavaScript's numbers do not reach (`1e999` is an infinite Double). */
export class Double {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }

  /** How `JSON.stringify` writes it. */
  toJSON(): unknown {
    return JSON.rawJSON(this.#digits())
  }

  #digits(): string {
    if (!Number.isFinite(this.value)) return this.value > 0 ? '1e999' : '-1e999'
    const digits = Object.is(this.value, -0) ? '-0' : String(this.value)
    return /^-?\d+$/u.test(digits) ? `${digits}.0` : digits
  }
}

export function isFields(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Double)
}

export function isNumeric(value: Value | undefined): value is number | bigint | Double {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Double
}

/** A number that a processor computed as a double, in the form that keeps its type. */
export function toDouble(value: number): number | Double {
  return Number.isInteger(value) ? new Double(value) : value
}

/** An own member; undefined where there is none. Never anything that an object inherits. */
export function memberOf(fields: Fields, name: string): Value | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

export function putMember(fields: Fields, name: string, value: Value): void {
  if (name !== '__proto__') fields[name] = value
  else Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true })
}

export function removeMember(fields: Fields, name: string): void {
  // `Reflect`, since a field is taken out of a document and not out of a map.
  Reflect.deleteProperty(fields, name)
}

/** Apart from the original, at every depth. */
export function copyValue(value: Value): Value {
  if (Array.isArray(value)) return value.map(copyValue)
  if (!isFields(value)) return value
  const copy: Fields = {}
  for (const [name, member] of Object.entries(value)) putMember(copy, name, copyValue(member))
  return copy
}
