// What follows a backslash in Java's patterns, as far as it is the same inside and outside of a class.
import type { PatternCursor } from './pattern-cursor.ts'
import { type SetSource, setOfLetter, setOfProperty } from './character-sets.ts'

export type Escape =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'set'; readonly set: SetSource }

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 }

/** The backslash is passed. Undefined, and nothing is passed, for what means something else outside of a class. */
export function readEscape(cursor: PatternCursor, ignoresCase: boolean): Escape | undefined {
  const letter = cursor.peek()
  if (letter === '') throw cursor.fault('a backslash ends the pattern')
  if (letter === 'p' || letter === 'P') return { kind: 'set', set: readProperty(cursor, ignoresCase) }
  const set = setOfLetter(letter)
  if (set !== undefined) {
    cursor.next()
    return { kind: 'set', set }
  }
  const code = readCode(cursor)
  return code === undefined ? undefined : { kind: 'code', code }
}

function readProperty(cursor: PatternCursor, ignoresCase: boolean): SetSource {
  const start = cursor.at - 1
  const isComplement = cursor.next() === 'P'
  const [, braced, single] = cursor.match(/\{(\^?[\w= ]+)\}|([A-Z])/uy) ?? []
  const name = braced ?? single ?? ''
  const set = setOfProperty(name, ignoresCase)
  if (set === undefined) throw cursor.fault(`the set of characters \\p{${name}} cannot be used here`, start)
  return isComplement ? `[^${set}]` : `[${set}]`
}

function readCode(cursor: PatternCursor): number | undefined {
  const found =
    cursor.match(/x([0-9a-fA-F]{2})/uy) ??
    cursor.match(/x\{([0-9a-fA-F]{1,6})\}/uy) ??
    cursor.match(/u([0-9a-fA-F]{4})/uy)
  if (found !== undefined) return withLowSurrogate(Number.parseInt(found[1] ?? '', 16), cursor)
  const octal = cursor.match(/0([0-3]?[0-7]{1,2})/uy)
  if (octal !== undefined) return Number.parseInt(octal[1] ?? '', 8)
  const control = cursor.match(/c([\0-\x7f])/uy)
  if (control !== undefined) return (control[1] ?? '').charCodeAt(0) ^ 64
  const letter = cursor.peek()
  if (Object.hasOwn(CONTROLS, letter)) return CONTROLS[cursor.next()]
  return /^[a-zA-Z0-9]$/u.test(letter) ? undefined : cursor.next().codePointAt(0)
}

function withLowSurrogate(code: number, cursor: PatternCursor): number {
  if (code < 0xd800 || code > 0xdbff) return code
  const low = cursor.match(/\\u([dD][c-fC-F][0-9a-fA-F]{2})/uy)
  return low === undefined ? code : 0x10000 + ((code - 0xd800) << 10) + (Number.parseInt(low[1] ?? '', 16) - 0xdc00)
}
