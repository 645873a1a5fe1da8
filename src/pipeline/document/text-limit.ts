import { ProcessingFault } from './processing-fault.ts'

/** More than an event may have by default: a text that a short configuration makes long must not fill the memory. */
const MAX_TEXT_CHARACTERS = 16 * 1024 * 1024

/** The text. Throws a ProcessingFault if it is too long. */
export function bounded(text: string): string {
  checkLength(text.length)
  return text
}

/** Throws a ProcessingFault for a text that would be too long. */
export function checkLength(characters: number): void {
  if (characters > MAX_TEXT_CHARACTERS)
    throw new ProcessingFault(`the result has more than ${MAX_TEXT_CHARACTERS} characters`)
}
