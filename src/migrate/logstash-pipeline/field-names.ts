// Logstash's names of fields and its texts with values in them, in ours.

/** `[a][b]` as `a.b`; a name without brackets is itself. */
export function toFieldName(reference: string): string {
  const parts = [...reference.matchAll(/\[(?<name>[^[\]]*)\]/gu)].map(({ groups }) => groups?.['name'] ?? '')
  return parts.length === 0 || parts.some(part => part === '') ? reference : parts.join('.')
}

/** `%{[a][b]}` as `{{a.b}}`; undefined where it has a date, which only the name of an index may have. */
export function toTemplate(text: string): string | undefined {
  if (/%\{\+/u.test(text)) return undefined
  return text.replaceAll(/%\{(?<field>[^}]+)\}/gu, (_all, field: string) => `{{{${toFieldName(field)}}}}`)
}

/** The name of an index: fields stay in `%{…}`, and dates get the letters of Java's calendar year. */
export function toIndexName(text: string): string {
  return text.replaceAll(/%\{(?<content>[^}]+)\}/gu, (_all, content: string) => {
    return content.startsWith('+') ? `%{${toDateLetters(content)}}` : `%{${toFieldName(content)}}`
  })
}

/** From Joda's letters to java.time's: `Y` and `y` are the year, `ZZ` is an offset with a colon. Quoted text is kept. */
export function toDateLetters(format: string): string {
  return format.replaceAll(/'[^']*'|Y+|ZZZ|ZZ|x+/gu, found => {
    if (found.startsWith("'")) return found
    if (found === 'ZZ') return 'XXX'
    if (found === 'ZZZ') return 'VV'
    return found.startsWith('x') ? 'Y'.repeat(found.length) : 'y'.repeat(found.length)
  })
}
