import { CHARACTER_LENGTHS } from './multibyte.ts'
import { isUtf16, type TextForm } from './text-form.ts'

/** In ISO-2022-JP a byte from here on may be a half of a character, or begins a change of state. */
const FIRST_SHIFTED = 0x21
const SHIFTS = new Set([0x0e, 0x0f, 0x1b])

/** The delimiter as it is in the file; undefined where its encoding cannot have it, or not be searched for it. */
export function encodeDelimiter({ encoding, delimiter }: TextForm): Buffer | undefined {
  if (encoding === 'utf-8') return Buffer.from(delimiter)
  if (isUtf16(encoding)) {
    const bytes = Buffer.from(delimiter, 'utf16le')
    return encoding === 'utf-16le' ? bytes : bytes.swap16()
  }
  const codes = Array.from(delimiter, character => character.codePointAt(0)!)
  if (encoding === 'iso-2022-jp')
    return codes.every(code => code < FIRST_SHIFTED && !SHIFTS.has(code)) ? Buffer.from(codes) : undefined
  if (codes.every(code => code < 128)) return Buffer.from(codes)
  return CHARACTER_LENGTHS.has(encoding) ? undefined : encodeSingleBytes(delimiter, encoding)
}

function encodeSingleBytes(text: string, encoding: string): Buffer | undefined {
  const decoder = new TextDecoder(encoding)
  const characters = Array.from({ length: 256 }, (_, byte) => decoder.decode(Uint8Array.of(byte)))
  const bytes = Array.from(text, character => characters.indexOf(character))
  return bytes.includes(-1) ? undefined : Buffer.from(bytes)
}
