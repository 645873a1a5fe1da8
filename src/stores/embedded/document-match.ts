import type { SearchQuery } from '../contract.ts'

type Document = Readonly<Record<string, unknown>>

/** Checks what the index cannot: exact values, and text without a word. */
export function isMatch(document: Document, fields: SearchQuery['fields'], literals: readonly string[]): boolean {
  return fields.every(([path, wanted]) => hasValue(document, path, wanted)) && hasLiterals(document, literals)
}

function hasLiterals(document: Document, literals: readonly string[]): boolean {
  if (literals.length === 0) return true
  const message = document['message']
  return typeof message === 'string' && literals.every(literal => message.includes(literal))
}

/** Values compare by their text; a list has the value when one of its elements is equal. */
function hasValue(document: Document, path: string, wanted: string): boolean {
  return findValues(document, path).some(value =>
    Array.isArray(value) ? value.some(element => isEqual(element, wanted)) : isEqual(value, wanted),
  )
}

function isEqual(value: unknown, wanted: string): boolean {
  if (typeof value === 'string') return value === wanted
  return (typeof value === 'number' || typeof value === 'boolean' || value === null) && String(value) === wanted
}

/** `a.b` is the member b of a, and the member named `a.b` as well. */
function findValues(value: unknown, path: string): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  const found = Object.hasOwn(value, path) ? [(value as Document)[path]] : []
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot)
    if (Object.hasOwn(value, head)) found.push(...findValues((value as Document)[head], path.slice(dot + 1)))
  }
  return found
}
