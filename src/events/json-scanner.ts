// Checks that bytes are one JSON object and finds some of its members, without building any value.
import {
  QUOTE,
  BACKSLASH,
  OPEN_BRACE,
  CLOSE_BRACE,
  OPEN_BRACKET,
  CLOSE_BRACKET,
  COMMA,
  COLON,
  MINUS,
  PLUS,
  DOT,
  SPACE,
  LETTER_U,
} from './json-bytes.ts'
import { isDigit, isHex, isKey } from './json-key.ts'

export interface Range {
  readonly start: number
  readonly end: number
}

/** A top-level member: from its key to the end of its value, and the value alone. */
export interface Member {
  readonly start: number
  readonly end: number
  readonly value: Range
}

/** Why bytes are not a document. Positions are counted from the start of the payload. */
export interface ScanFault {
  readonly type: 'not_json' | 'not_an_object' | 'too_deep' | 'too_many_members' | 'duplicate_member'
  readonly reason: string
}

/** More levels than stores map (Elasticsearch parses at most 1,000), and no danger to the stack. */
export const MAX_DEPTH = 500

/** Bytes at which a string needs a second look: its end, an escape, and control characters, which are not allowed. */
const IS_SPECIAL = new Uint8Array(256).fill(1, 0, SPACE)
IS_SPECIAL[QUOTE] = 1
IS_SPECIAL[BACKSLASH] = 1
const IS_ESCAPE = new Uint8Array(256)
for (const byte of Buffer.from('"\\/bfnrt')) IS_ESCAPE[byte] = 1

class Refusal extends Error {
  readonly type: ScanFault['type']
  constructor(type: ScanFault['type'], message: string) {
    super(message)
    this.type = type
  }
}

export interface ScannerOptions {
  /** The top-level members to find; a document may have each of them once. */
  readonly names: readonly string[]
  /** Others, of which the last one counts. */
  readonly repeatableNames?: readonly string[]
  /** How many members of objects and elements of arrays a document may have, in all. */
  readonly maxMembers: number
  readonly maxDepth?: number
}

/** One scanner serves many documents: `scan` finds members, which hold until the next call. */
export class JsonScanner {
  /** The outer braces: positions of the opening one and after the closing one. */
  braces: Range = { start: 0, end: 0 }

  readonly #maxMembers: number
  readonly #maxDepth: number
  readonly #names: readonly { readonly name: string; readonly key: Buffer; readonly isRepeatable: boolean }[]
  /** Whether a key that begins with this byte may be one of the names. */
  readonly #mayBegin = new Uint8Array(256)
  readonly #found = new Map<string, Member>()
  #left = 0
  #bytes: Uint8Array = new Uint8Array(0)
  #start = 0
  #at = 0
  #end = 0

  constructor({ names, repeatableNames = [], maxMembers, maxDepth = MAX_DEPTH }: ScannerOptions) {
    this.#maxMembers = maxMembers
    this.#maxDepth = maxDepth
    this.#names = [...names, ...repeatableNames].map((name, i) => ({
      name,
      key: Buffer.from(name),
      isRepeatable: i >= names.length,
    }))
    this.#mayBegin[BACKSLASH] = 1
    for (const { key } of this.#names) this.#mayBegin[key[0] as number] = 1
  }

  /** The member of this name in the last document. */
  find(name: string): Member | undefined {
    return this.#found.get(name)
  }

  /** Checks `bytes[start .. end)`; line feeds between its tokens become spaces. */
  scan(bytes: Uint8Array, start: number, end: number): ScanFault | undefined {
    this.#bytes = bytes
    this.#start = start
    this.#at = start
    this.#end = end
    this.#left = this.#maxMembers
    this.#found.clear()
    try {
      this.#document()
      return undefined
    } catch (error) {
      if (error instanceof Refusal) return { type: error.type, reason: error.message }
      throw error
    }
  }

  #document(): void {
    this.#space()
    const open = this.#at
    const isObject = this.#peek() === OPEN_BRACE
    this.#value(0)
    this.braces = { start: open, end: this.#at }
    this.#space()
    if (this.#at !== this.#end) this.#refuse('the end')
    if (!isObject) throw new Refusal('not_an_object', 'the payload is JSON, but not an object')
  }

  #value(depth: number): void {
    const byte = this.#peek()
    if (byte === QUOTE) this.#string()
    else if (byte === OPEN_BRACE) this.#object(depth + 1)
    else if (byte === OPEN_BRACKET) this.#array(depth + 1)
    else if (byte === MINUS || isDigit(byte)) this.#number()
    else if (byte === 0x74) this.#word('true')
    else if (byte === 0x66) this.#word('false')
    else if (byte === 0x6e) this.#word('null')
    else this.#refuse('a value')
  }

  #object(depth: number): void {
    this.#enter(depth)
    if (this.#peek() === CLOSE_BRACE) {
      this.#at++
      return
    }
    for (;;) {
      this.#member(depth)
      this.#space()
      const byte = this.#peek()
      this.#at++
      if (byte === CLOSE_BRACE) return
      if (byte !== COMMA) this.#refuse('a comma or a closing brace', this.#at - 1)
      this.#space()
    }
  }

  #member(depth: number): void {
    this.#count()
    const key = this.#at
    if (this.#peek() !== QUOTE) this.#refuse('a key in quotes')
    this.#string()
    const name = depth === 1 ? this.#nameOf(key, this.#at) : undefined
    this.#space()
    if (this.#peek() !== COLON) this.#refuse('a colon')
    this.#at++
    this.#space()
    const start = this.#at
    this.#value(depth)
    if (name !== undefined) this.#found.set(name, { start: key, end: this.#at, value: { start, end: this.#at } })
  }

  /**
   * The name of a member that is to be found. A second one is refused at its key: nothing determines which of the two
   * counts.
   */
  #nameOf(key: number, keyEnd: number): string | undefined {
    if (this.#mayBegin[this.#bytes[key + 1] as number] === 0) return undefined
    const known = this.#names.find(one => isKey(this.#bytes, { start: key, end: keyEnd }, one.key))
    const name = known?.name
    if (name === undefined || known?.isRepeatable === true || !this.#found.has(name)) return name
    const place = key - this.#start
    throw new Refusal('duplicate_member', `the payload has a second "${name}" at byte ${place}: one is allowed`)
  }

  #count(): void {
    if (this.#left-- > 0) return
    const reason = `the payload has more than ${this.#maxMembers} members and elements: raise \`eventMembers\` in \`limits\``
    throw new Refusal('too_many_members', reason)
  }

  #array(depth: number): void {
    this.#enter(depth)
    if (this.#peek() === CLOSE_BRACKET) {
      this.#at++
      return
    }
    for (;;) {
      this.#count()
      this.#value(depth)
      this.#space()
      const byte = this.#peek()
      this.#at++
      if (byte === CLOSE_BRACKET) return
      if (byte !== COMMA) this.#refuse('a comma or a closing bracket', this.#at - 1)
      this.#space()
    }
  }

  #enter(depth: number): void {
    if (depth > this.#maxDepth) throw new Refusal('too_deep', `the payload is nested more than ${this.#maxDepth} deep`)
    this.#at++
    this.#space()
  }

  #string(): void {
    const bytes = this.#bytes
    const end = this.#end
    let at = this.#at + 1
    for (;;) {
      while (at < end && IS_SPECIAL[bytes[at] as number] === 0) at++
      if (at >= end) this.#refuse('the end of a string', end)
      const byte = bytes[at]
      if (byte === QUOTE) break
      if (byte !== BACKSLASH) this.#refuse('an escape instead of a control character', at)
      at = this.#escape(at + 1)
    }
    this.#at = at + 1
  }

  #escape(at: number): number {
    const byte = at < this.#end ? (this.#bytes[at] as number) : 0
    if (IS_ESCAPE[byte] === 1) return at + 1
    if (byte !== LETTER_U || at + 5 > this.#end) this.#refuse('an escape', at)
    for (let i = at + 1; i < at + 5; i++) if (!isHex(this.#bytes[i] as number)) this.#refuse('a hexadecimal digit', i)
    return at + 5
  }

  #number(): void {
    if (this.#peek() === MINUS) this.#at++
    if (this.#peek() === 0x30) this.#at++
    else this.#digits()
    if (this.#peek() === DOT) {
      this.#at++
      this.#digits()
    }
    if ((this.#peek() | 0x20) !== 0x65) return
    this.#at++
    if (this.#peek() === PLUS || this.#peek() === MINUS) this.#at++
    this.#digits()
  }

  #digits(): void {
    if (!isDigit(this.#peek())) this.#refuse('a digit')
    while (isDigit(this.#peek())) this.#at++
  }

  #word(word: string): void {
    for (let i = 0; i < word.length; i++) {
      if (this.#peek() !== word.charCodeAt(i)) this.#refuse(word)
      this.#at++
    }
  }

  #space(): void {
    for (;;) {
      const byte = this.#peek()
      if (byte === 0x0a || byte === 0x0d) this.#bytes[this.#at] = SPACE
      else if (byte !== SPACE && byte !== 0x09) return
      this.#at++
    }
  }

  /** 0 at the end: no token begins with it. */
  #peek(): number {
    return this.#at < this.#end ? (this.#bytes[this.#at] as number) : 0
  }

  #refuse(expected: string, at: number = this.#at): never {
    throw new Refusal('not_json', `the payload is not JSON: ${expected} was expected at byte ${at - this.#start}`)
  }
}
