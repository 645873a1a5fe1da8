// What a text of JSON would become, counted before anything is built: a heap that is full inside `JSON.parse` ends the process.

export interface JsonShape {
  readonly members: number
  readonly values: number
  /** Behind the first value; the length of the text if it does not end. */
  readonly end: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Of the first value in the text, which need not be valid. */
export function measureJson(text: string): JsonShape {
  let members = 0
  let commas = 0
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfText(text, at)
    else if (code === 0x3a) members++
    else if (code === 0x2c) commas++
    else if (code === 0x5b || code === 0x7b) depth++
    else if (code === 0x5d || code === 0x7d) depth--
    const isOver = depth <= 0 && (code === 0x5d || code === 0x7d || code === QUOTE)
    if (isOver) return { members, values: members + commas, end: at + 1 }
    if (depth === 0 && isScalarEnd(text, at)) return { members, values: members + commas, end: at + 1 }
  }
  return { members, values: members + commas, end: text.length }
}

/** The place of the quote that ends the text; the last character if there is none. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === QUOTE) return at
  }
  return text.length - 1
}

/** A number or a word ends before white space. */
function isScalarEnd(text: string, at: number): boolean {
  return !isSpace(text[at]) && isSpace(text[at + 1])
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r'
}
