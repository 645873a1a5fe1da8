// Where the characters of encodings with more than one byte begin. A byte of ASCII may be the last one of a character.

/** The number of bytes of the character that begins at a place; 1 for a byte that begins none. */
export type CharacterLength = (bytes: Buffer, at: number) => number

type Test = (byte: number) => boolean

const between =
  (first: number, last: number): Test =>
  byte =>
    byte >= first && byte <= last
const either =
  (one: Test, other: Test): Test =>
  byte =>
    one(byte) || other(byte)

const lead = between(0x81, 0xfe)
const digit = between(0x30, 0x39)
const gbkTrail = either(between(0x40, 0x7e), between(0x80, 0xfe))
const eucTrail = between(0xa1, 0xfe)

function pairs(isLead: Test, isTrail: Test): CharacterLength {
  return (bytes, at) => (isLead(bytes[at]!) && isTrail(bytes[at + 1] ?? 0) ? 2 : 1)
}

const gbPair = pairs(lead, gbkTrail)

function gbLength(bytes: Buffer, at: number): number {
  const isFour = lead(bytes[at]!) && digit(bytes[at + 1] ?? 0) && lead(bytes[at + 2] ?? 0) && digit(bytes[at + 3] ?? 0)
  return isFour ? 4 : gbPair(bytes, at)
}

const eucPair = pairs(either(eucTrail, between(0x8e, 0x8e)), eucTrail)

function eucJpLength(bytes: Buffer, at: number): number {
  const isThree = bytes[at] === 0x8f && eucTrail(bytes[at + 1] ?? 0) && eucTrail(bytes[at + 2] ?? 0)
  return isThree ? 3 : eucPair(bytes, at)
}

/** By the name that TextDecoder has for the encoding. */
export const CHARACTER_LENGTHS: ReadonlyMap<string, CharacterLength> = new Map([
  [
    'shift_jis',
    pairs(either(between(0x81, 0x9f), between(0xe0, 0xfc)), either(between(0x40, 0x7e), between(0x80, 0xfc))),
  ],
  ['gbk', gbLength],
  ['gb18030', gbLength],
  ['big5', pairs(lead, either(between(0x40, 0x7e), eucTrail))],
  ['euc-kr', pairs(lead, between(0x41, 0xfe))],
  ['euc-jp', eucJpLength],
])

/** The first place at or behind `position` where a character begins, if one does at `start`. */
export function findCharacter(bytes: Buffer, { start, position }: Place, lengthAt: CharacterLength): number {
  let at = start
  while (at < position) at += lengthAt(bytes, at)
  return at
}

/** The last place at or before `position` where a character begins, if one does at `start`. */
export function findCharacterBefore(bytes: Buffer, { start, position }: Place, lengthAt: CharacterLength): number {
  let at = start
  for (let next = start; next <= position; next += lengthAt(bytes, at)) at = next
  return at
}

export interface Place {
  readonly start: number
  readonly position: number
}

const ESCAPE = 0x1b
/** `ESC ( B` and `ESC ( J`: one byte a character from here on. */
const SINGLE = new Set(['(B', '(J'])

/** In ISO-2022-JP: the last place at or before `position` where a text could begin anew; `position` where there is none. */
export function findInitialState(bytes: Buffer, { start, position }: Place): number {
  let isInitial = true
  let at = start
  let last = start
  while (at <= position) {
    if (isInitial) last = at
    const isEscape = bytes[at] === ESCAPE && at + 3 <= bytes.length
    if (isEscape) isInitial = SINGLE.has(bytes.toString('latin1', at + 1, at + 3))
    at += isEscape ? 3 : 1
  }
  return last > start ? last : position
}
