/** The parts of a text that a person typed. */
export interface TextQuery {
  /** An FTS5 expression in which all typed text is quoted; '' if the text has no words. */
  readonly match: string
  /** Terms without a letter or digit, and so without a word: they must occur in the message literally. */
  readonly literals: readonly string[]
}

// A phrase in double quotes (the closing one may be missing) or a run without spaces; a * at the end asks for a prefix.
const TERM_PATTERN = /"([^"]*)(?:"(\*?)|$)|([^\s"]+)/gu
const WORD_PATTERN = /[\p{L}\p{N}]/u

/** All terms must occur. `"several words"` match side by side, `word*` matches all words that begin with it, and `*` any text. */
export function parseText(text: string): TextQuery {
  const phrases: string[] = []
  const literals: string[] = []
  // The index ends a query at a NUL, which would leave a quote open.
  for (const [, quoted, star, bare] of text.replaceAll('\0', ' ').matchAll(TERM_PATTERN)) {
    const isPrefix = star === '*' || bare?.endsWith('*') === true
    const term = quoted ?? (isPrefix ? bare?.slice(0, -1) : bare) ?? ''
    if (WORD_PATTERN.test(term)) phrases.push(`"${term.replaceAll('"', '""')}"${isPrefix ? '*' : ''}`)
    else if (term.trim() !== '') literals.push(term)
  }
  return { match: phrases.join(' AND '), literals }
}
