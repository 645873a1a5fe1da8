import type { StoreEvent } from '../flow/event-batch.ts'
import {
  QUOTE,
  BACKSLASH,
  OPEN_BRACE,
  CLOSE_BRACE,
  OPEN_BRACKET,
  CLOSE_BRACKET,
  COMMA,
  SPACE,
  LETTER_N,
} from './json-bytes.ts'

/** The change of depth at each byte. */
const DEPTH = new Int8Array(256)
for (const byte of [OPEN_BRACE, OPEN_BRACKET]) DEPTH[byte] = 1
for (const byte of [CLOSE_BRACE, CLOSE_BRACKET]) DEPTH[byte] = -1

/** No store takes a field with a name as long as this, and no long text may come into being. */
const MAX_KEY_BYTES = 16 * 1024

/**
 * Whether a document has the field, or a value above or below it, in any of the forms that a store takes for it: objects,
 * names with dots in them, lists of objects, escapes. It reads each byte once, and builds nothing but the keys on the way.
 */
export function claimsField({ bytes, start, end }: StoreEvent, field: string): boolean {
  return new FieldWalk(bytes.subarray(start, end)).claims(field.split('.'))
}

/** Goes through a document that was checked before. */
class FieldWalk {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** For the next value, in which `path` leads to the field; afterwards the position is behind it, unless it claims. */
  claims(path: readonly string[]): boolean {
    const first = this.#next()
    if (first === OPEN_BRACE) return this.#objectClaims(path)
    if (first === OPEN_BRACKET) return this.#listClaims(path)
    this.#skipValue()
    return first !== LETTER_N
  }

  #objectClaims(path: readonly string[]): boolean {
    this.#at++
    while (this.#nextOf(CLOSE_BRACE) === QUOTE) {
      const rest = follow(this.#key(), path)
      this.#next()
      this.#at++ // the colon
      this.#next()
      if (rest === undefined) this.#skipValue()
      else if (rest.length === 0 || this.claims(rest)) return true
    }
    return false
  }

  #listClaims(path: readonly string[]): boolean {
    this.#at++
    while (this.#nextOf(CLOSE_BRACKET) !== undefined) if (this.claims(path)) return true
    return false
  }

  /** The first byte of the next member or element; undefined at the end of its object or list, which is passed. */
  #nextOf(close: number): number | undefined {
    if (this.#next() === COMMA) this.#at++
    const byte = this.#next()
    if (byte !== undefined && byte !== close) return byte
    this.#at++
    return undefined
  }

  #next(): number | undefined {
    while (this.#at < this.#bytes.length && (this.#bytes[this.#at] as number) <= SPACE) this.#at++
    return this.#bytes[this.#at]
  }

  #key(): string {
    const start = this.#at
    this.#skipString()
    if (this.#at - start > MAX_KEY_BYTES) return ''
    return JSON.parse(this.#bytes.toString('utf8', start, this.#at)) as string
  }

  #skipString(): void {
    const bytes = this.#bytes
    let at = this.#at + 1
    while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
    this.#at = at + 1
  }

  #skipValue(): void {
    let depth = 0
    do {
      const byte = this.#bytes[this.#at] as number
      depth += DEPTH[byte] as number
      if (byte === QUOTE) this.#skipString()
      else this.#at++
    } while (this.#at < this.#bytes.length && (depth > 0 || !this.#isAtEnd()))
  }

  /** Of a value outside of its own braces. */
  #isAtEnd(): boolean {
    const byte = this.#bytes[this.#at] as number
    return byte <= SPACE || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET
  }
}

/** The rest of the path behind this key; undefined if the key does not lie on it. Empty steps count for nothing. */
function follow(key: string, path: readonly string[]): readonly string[] | undefined {
  if (key === '' || !key.includes(path[0] as string)) return undefined
  const steps = key.split('.').filter(step => step !== '')
  const isOnPath = steps.every((step, i) => i >= path.length || step === path[i])
  return steps.length > 0 && isOnPath ? path.slice(steps.length) : undefined
}
