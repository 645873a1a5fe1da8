/** What a person typed, taken apart. */
export interface TextQuery {
  /** An FTS5 expression in which everything typed is quoted; '' where nothing can be looked up in the index. */
  readonly match: string
  /** What has no letter or digit, and so no word: must occur in the message as it stands. */
  readonly literals: readonly string[]
}

// A phrase in double quotes (its end may be missing) or a run of anything but spaces; a * at the end asks for a prefix.
const termPattern = /"([^"]*)(?:"(\*?)|$)|([^\s"]+)/gu
const wordPattern = /[\p{L}\p{N}]/u

/** All terms must occur; `"several words"` occur side by side; `word*` stands for all words that begin so, a single `*` for anything. */
export function parseText(text: string): TextQuery {
  const phrases: string[] = []
  const literals: string[] = []
  // The index ends a query at a NUL, which would leave a quote open.
  for (const [, quoted, star, bare] of text.replaceAll('\0', ' ').matchAll(termPattern)) {
    const isPrefix = star === '*' || bare?.endsWith('*') === true
    const term = quoted ?? (isPrefix ? bare?.slice(0, -1) : bare) ?? ''
    if (wordPattern.test(term)) phrases.push(`"${term.replaceAll('"', '""')}"${isPrefix ? '*' : ''}`)
    else if (term.trim() !== '') literals.push(term)
  }
  return { match: phrases.join(' AND '), literals }
}
