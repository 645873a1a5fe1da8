import { stripVTControlCharacters } from 'node:util'

/** Removes control sequences for a terminal, and line ends that would split the line. */
export function makePrintable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\t', ' ')
    .replaceAll(/\p{Cc}/gu, character => JSON.stringify(character).slice(1, -1))
}
