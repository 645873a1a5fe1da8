/** The text as one word of a shell's command, quoted where it has to be. */
export function quoteForShell(text: string): string {
  return /^[\w./-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
