import { DateFault } from './date-fault.ts'
import { type DateNames, namesOf } from './date-names.ts'
import { escape, type LetterReader, readerOf } from './letter-readers.ts'
import { type DateFields, type Instant, type Missing, toInstant } from './parsed-date.ts'
import { type PatternPart, readPattern } from './pattern-parts.ts'

/** The instant of a text; undefined where the text is not of this format. */
export type ReadDate = (text: string, missing: Missing) => Instant | undefined

/** Compiles a format of Java, such as `dd/MMM/yyyy:HH:mm:ss Z`, to one regular expression. */
export function compileDatePattern(pattern: string, locale: string): ReadDate {
  const readers: LetterReader[] = []
  const expression = readPattern(pattern).map(part => expressionOf(part, namesOf(locale), readers))
  const source = `^${expression.join('')}$`
  // An expression is faster without the flag, which only characters beyond the basic plane need.
  const regex = new RegExp(source, /[\ud800-\udfff]/.test(source) ? 'u' : '')
  return (text, missing) => {
    const match = regex.exec(text)
    if (match === null) return undefined
    const fields: DateFields = {}
    return noteAll(fields, readers, match) ? toInstant(fields, missing) : undefined
  }
}

/** False where the text has a zone that is not known. */
function noteAll(fields: DateFields, readers: readonly LetterReader[], match: RegExpExecArray): boolean {
  try {
    // Not `entries()`: this is the busiest loop of dates.
    for (let i = 0; i < readers.length; i++) noteOne(fields, readers[i] as LetterReader, match[i + 1])
    return true
  } catch (error) {
    if (error instanceof DateFault) return false
    throw error
  }
}

function noteOne(fields: DateFields, reader: LetterReader, text: string | undefined): void {
  if (text !== undefined) reader.note(fields, text)
}

function expressionOf(part: PatternPart, names: DateNames, readers: LetterReader[]): string {
  if (part.kind === 'text') return escape(part.text)
  if (part.kind === 'optional') return `(?:${part.parts.map(inner => expressionOf(inner, names, readers)).join('')})?`
  // Padding is blanks in front; the number then has the digits that it needs.
  const isPadded = part.pad > 0
  const reader = readerOf(part.letter, isPadded ? 1 : part.count, names)
  readers.push(reader)
  return `${isPadded ? ' *' : ''}(${reader.expression})`
}
