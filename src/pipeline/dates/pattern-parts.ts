import { DateFault } from './date-fault.ts'

/** A piece of a format of Java: letters such as `yyyy`, a text as it is, or pieces that may be missing. */
export type PatternPart =
  | { readonly kind: 'letters'; readonly letter: string; readonly count: number; readonly pad: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'optional'; readonly parts: readonly PatternPart[] }

const LETTERS = 'GyuYMLdDHhkKmsSaEecZXxOzVvnNA'

/** Reads a format such as `dd/MMM/yyyy:HH:mm:ss Z`. */
export function readPattern(pattern: string): readonly PatternPart[] {
  const reader = new PatternReader(pattern)
  return reader.read(false)
}

class PatternReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  read(isOptional: boolean): readonly PatternPart[] {
    const parts: PatternPart[] = []
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] as string
      if (character === ']') return this.#closed(parts, isOptional)
      parts.push(this.#part(character))
    }
    // A bracket that is not closed ends with the format.
    return parts
  }

  #closed(parts: readonly PatternPart[], isOptional: boolean): readonly PatternPart[] {
    if (!isOptional) throw this.#fault('has "]" without "["')
    this.#at += 1
    return parts
  }

  #part(character: string): PatternPart {
    if (character === '[') {
      this.#at += 1
      return { kind: 'optional', parts: this.read(true) }
    }
    if (character === "'") return this.#quoted()
    if (character === 'p') return this.#padded()
    if (/[A-Za-z]/u.test(character)) return this.#letters(character, 0)
    if ('#{}'.includes(character)) throw this.#fault(`has "${character}", which is reserved`)
    this.#at += 1
    return { kind: 'text', text: character }
  }

  #quoted(): PatternPart {
    const [whole, quoted = ''] = /^'((?:[^']|'')*)'/u.exec(this.#text.slice(this.#at)) ?? []
    if (whole === undefined) throw this.#fault('has a quote that is not closed')
    this.#at += whole.length
    return { kind: 'text', text: quoted === '' ? "'" : quoted.replaceAll("''", "'") }
  }

  #padded(): PatternPart {
    const pad = this.#run('p')
    const letter = this.#text[this.#at]
    if (letter === undefined || !LETTERS.includes(letter)) throw this.#fault('has "p" without letters after it')
    return this.#letters(letter, pad)
  }

  #letters(letter: string, pad: number): PatternPart {
    if (!LETTERS.includes(letter)) throw this.#fault(`has the letter "${letter}", which is not known`)
    return { kind: 'letters', letter, count: this.#run(letter), pad }
  }

  #run(letter: string): number {
    const start = this.#at
    while (this.#text[this.#at] === letter) this.#at += 1
    return this.#at - start
  }

  #fault(problem: string): DateFault {
    return new DateFault(`the format [${this.#text}] ${problem}`)
  }
}
