/** A line that is not CSV: the message is Elasticsearch's. */
export class CsvFault extends Error {
  override readonly name = 'CsvFault'
  readonly code = 'CSV_FAULT'
}

export interface CsvForm {
  /** One character each. */
  readonly separator: string
  readonly quote: string
  /** Blanks and tabs around values do not count. */
  readonly isTrimmed: boolean
}

/** The values of one line, at most `limit` of them. An empty line has none. */
export function* readCsv(text: string, form: CsvForm, limit: number): Generator<string> {
  const reader = new CsvReader(text, form)
  for (let left = limit; left > 0; left--) {
    const value = reader.next(left === 1)
    if (value === undefined) return
    yield value
  }
}

class CsvReader {
  readonly #text: string
  readonly #form: CsvForm
  #at = 0
  #isDone: boolean

  constructor(text: string, form: CsvForm) {
    this.#text = text
    this.#form = form
    this.#isDone = text === ''
  }

  /** After the last value that is asked for, what follows does not count. */
  next(isLast: boolean): string | undefined {
    if (this.#isDone) return undefined
    const start = this.#afterBlanks(this.#at)
    // Blanks alone are an empty value, and none at the end.
    if (start >= this.#text.length) return undefined
    if (this.#text[start] === this.#form.quote) return this.#quoted(start + 1, isLast)
    return this.#plain(this.#text[start] === this.#form.separator ? start : this.#at, start)
  }

  /** The first character that is not blank may be any but a quote, as in Elasticsearch. */
  #plain(from: number, first: number): string {
    const { separator, quote, isTrimmed } = this.#form
    let at = from
    while (at < this.#text.length) {
      const character = this.#text[at]
      if (at > first && (character === quote || character === '\n' || character === '\r'))
        throw new CsvFault(`Illegal character inside unquoted field at ${at}`)
      if (character === separator) break
      at += 1
    }
    this.#moveTo(at)
    const value = this.#text.slice(from, at)
    if (!isTrimmed) return value
    // As in Elasticsearch, blanks at the end of the line stay.
    const trimmed = value.replace(/^[ \t]+/u, '')
    return at < this.#text.length ? trimmed.replace(/[ \t]+$/u, '') : trimmed
  }

  #quoted(from: number, isLast: boolean): string {
    const { quote } = this.#form
    let end = this.#text.indexOf(quote, from)
    // Two quotes are one that belongs to the value.
    while (end !== -1 && this.#text[end + 1] === quote) end = this.#text.indexOf(quote, end + 2)
    if (end === -1) throw new CsvFault('Unmatched quote')
    if (!isLast || !this.#isBlank(this.#text[end + 1])) this.#endQuoted(end + 1)
    return this.#text.slice(from, end).replaceAll(quote + quote, () => quote)
  }

  #endQuoted(from: number): void {
    const at = this.#afterBlanks(from)
    const character = this.#text[at]
    if (character !== undefined && character !== this.#form.separator)
      throw new CsvFault(`character '${character}' after quoted field at ${at}`)
    this.#moveTo(at)
  }

  /** Blanks before and after a quoted value never count. */
  #afterBlanks(from: number): number {
    let at = from
    while (this.#isBlank(this.#text[at])) at += 1
    return at
  }

  #isBlank(character: string | undefined): boolean {
    return (character === ' ' || character === '\t') && character !== this.#form.separator
  }

  #moveTo(separatorAt: number): void {
    this.#isDone = separatorAt >= this.#text.length
    this.#at = separatorAt + 1
  }
}
