import { isWithinCharacter, type JavaPattern } from './java-pattern.ts'

/** As Java's `split` does: a match of no width at the beginning makes no empty part. */
export function splitText(text: string, { regexp }: JavaPattern, keepsEmptyEnd: boolean): string[] {
  const parts: string[] = []
  let from = 0
  for (const { 0: match, index } of text.matchAll(regexp)) {
    if (match === '' && (index === 0 || isWithinCharacter(text, index))) continue
    parts.push(text.slice(from, index))
    from = index + match.length
  }
  if (from === 0) return [text]
  parts.push(text.slice(from))
  return keepsEmptyEnd ? parts : parts.slice(0, parts.findLastIndex(part => part !== '') + 1)
}
