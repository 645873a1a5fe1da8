import { BACKSLASH, LETTER_U } from './json-bytes.ts'

/** The key in these quotes is `name`; each of its letters may be written as a `\u` escape, and in no other way. */
export function isKey(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  name: Uint8Array,
): boolean {
  let at = start + 1
  for (let i = 0; i < name.length; i++) {
    if (bytes[at] === name[i]) at += 1
    else if (bytes[at] === BACKSLASH && bytes[at + 1] === LETTER_U && readHex(bytes, at + 2) === name[i]) at += 6
    else return false
  }
  return at === end - 1
}

/** The number of four hexadecimal digits. */
function readHex(bytes: Uint8Array, start: number): number {
  let number = 0
  for (let at = start; at < start + 4; at++) {
    const byte = bytes[at] as number
    number = number * 16 + (isDigit(byte) ? byte - 0x30 : (byte | 0x20) - 0x57)
  }
  return number
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

export function isHex(byte: number): boolean {
  return isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
}
