/** How a file has its text: its encoding, and what ends its lines. */
export interface TextForm {
  /** The name that TextDecoder has for it. */
  readonly encoding: string
  readonly delimiter: string
}

export const PLAIN_TEXT: TextForm = { encoding: 'utf-8', delimiter: '\n' }

/** The longest delimiter, in characters: the end of a read is compared with it. */
export const MAX_DELIMITER_LENGTH = 32

/** The name of the encoding that a label of the WHATWG stands for; undefined where TextDecoder does not know it. */
export function findEncodingName(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding
  } catch {
    return undefined
  }
}

export function isUtf16(encoding: string): encoding is 'utf-16le' | 'utf-16be' {
  return encoding === 'utf-16le' || encoding === 'utf-16be'
}
