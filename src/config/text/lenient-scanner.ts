import type { Place } from './json-node.ts'
import type { PositionMap } from './position-map.ts'
import type { Problem } from './problem.ts'
import type { SourceText } from './comments-and-variables.ts'

/** Parsing cannot continue; the problems noted so far are valid. */
export class SyntaxStop extends Error {}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** Characters right after a number that cannot belong to it. */
const MORE_DIGITS = /[\d.]+/y
const WORD = /[\p{L}_$][\p{L}\p{N}_.$-]*/uy
const CLOSING_QUOTE: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”' }

/**
 * Reads the tokens of a configuration's JSON. An obvious mistake is noted with its position, and scanning continues.
 */
export class LenientScanner {
  readonly problems: Problem[] = []
  readonly #text: string
  readonly #map: PositionMap
  #at = 0

  constructor({ text, map }: SourceText) {
    this.#text = text
    this.#map = map
  }

  get place(): Place {
    return { map: this.#map, at: this.#at }
  }

  peek(): string {
    this.#skipSpace()
    return this.#text.charAt(this.#at)
  }

  take(character: string): boolean {
    if (character === '' || this.peek() !== character) return false
    this.#at += character.length
    return true
  }

  takeNumber(): number | undefined {
    const start = this.#skipSpace()
    const text = this.#match(NUMBER)
    if (text !== undefined && this.#match(MORE_DIGITS) !== undefined) {
      this.note('a number does not begin with a zero, and has digits on both sides of its decimal point', start)
    }
    return text === undefined ? undefined : Number(text)
  }

  takeWord(): string | undefined {
    this.#skipSpace()
    return this.#match(WORD)
  }

  /** A string in quotes; single or typographic quotes are noted. Undefined if no quote comes next. */
  takeString(): string | undefined {
    const quote = this.peek()
    const closing = CLOSING_QUOTE[quote]
    if (closing === undefined) return undefined
    const start = this.place
    if (quote !== '"') this.note(`text goes in straight double quotes (") here, not in ${quote}`, start)
    this.#at++
    const content = this.#scanTo(closing, start)
    this.#at++
    return quote === '"' ? this.#unescape(content, start) : content
  }

  note(message: string, place: Place = this.place): void {
    const variable = this.#map.variableAt(place.at)
    const origin = variable === undefined ? '' : ` (in the value of the environment variable ${variable})`
    this.problems.push({ position: this.#map.positionAt(place.at), message: message + origin })
  }

  stop(message: string, place: Place = this.place): never {
    this.note(message, place)
    throw new SyntaxStop(message)
  }

  /** The next character, for an error; never text of a variable, which may be secret. */
  describeNext(): string {
    const character = this.peek()
    if (character === '') return 'the end of the file'
    return this.#map.variableAt(this.#at) === undefined ? `\`${character}\`` : 'something else'
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  #scanTo(closing: string, start: Place): string {
    const from = this.#at
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text.charAt(this.#at)
      if (character === closing) return this.#text.slice(from, this.#at)
      if (character === '\\') this.#at++
      else if (character === '\n') break
      else if (character < ' ') this.note(`a control character inside text is written as ${escapeControl(character)}`)
    }
    return this.stop('the text that begins here has no closing quote on its line', start)
  }

  #unescape(content: string, start: Place): string {
    const written = content.replaceAll(/\p{Cc}/gu, character => escapeControl(character)) // already noted
    try {
      return JSON.parse(`"${written}"`) as string
    } catch {
      const remedy = 'a backslash is written as \\\\, and only \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX have a meaning'
      this.note(`this text has a backslash before a character that it cannot escape; ${remedy}`, start)
      return content
    }
  }

  /** Skips space and misplaced comments; returns the place after them. */
  #skipSpace(): Place {
    for (;;) {
      const character = this.#text.charAt(this.#at)
      if (character === ' ' || character === '\n' || character === '\t' || character === '\r') this.#at++
      else if (character === '#' || this.#text.startsWith('//', this.#at)) this.#skipLateComment()
      else return this.place
    }
  }

  #skipLateComment(): void {
    this.note('a comment is a line of its own that begins with #; nothing else may precede it on the line')
    const end = this.#text.indexOf('\n', this.#at)
    this.#at = end === -1 ? this.#text.length : end
  }
}

function escapeControl(character: string): string {
  return JSON.stringify(character).slice(1, -1)
}
