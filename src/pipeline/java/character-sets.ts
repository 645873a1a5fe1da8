// Sets of characters in Java's patterns, as the inside of a class of JavaScript with the flag `v`.

/** Set members without the brackets around them. */
export type SetSource = string

const LINE_ENDS = String.raw`\n\r\u0085\u2028\u2029`

/** Those of one letter after a backslash; a capital letter is the complement. */
const LETTERS: Readonly<Record<string, SetSource>> = {
  d: '0-9',
  w: 'a-zA-Z0-9_',
  s: String.raw`\x20\t\n\x0B\f\r`,
  h: String.raw`\x20\t\xA0\u1680\u180E\u2000-\u200A\u202F\u205F\u3000`,
  v: String.raw`\n\x0B\f\r\x85\u2028\u2029`,
}

const PUNCTUATION = String.raw`\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E`

const POSIX: Readonly<Record<string, SetSource>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: String.raw`\x00-\x7F`,
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: PUNCTUATION,
  Graph: `a-zA-Z0-9${PUNCTUATION}`,
  Print: String.raw`\x20-\x7E`,
  Blank: String.raw`\x20\t`,
  Cntrl: String.raw`\x00-\x1F\x7F`,
  XDigit: '0-9a-fA-F',
  Space: String.raw`\x20\t\n\x0B\f\r`,
}

const BINARY: Readonly<Record<string, SetSource>> = {
  ALPHABETIC: String.raw`\p{Alphabetic}`,
  IDEOGRAPHIC: String.raw`\p{Ideographic}`,
  LETTER: String.raw`\p{L}`,
  LOWERCASE: String.raw`\p{Lowercase}`,
  UPPERCASE: String.raw`\p{Uppercase}`,
  TITLECASE: String.raw`\p{Lt}`,
  PUNCTUATION: String.raw`\p{P}`,
  CONTROL: String.raw`\p{Cc}`,
  WHITE_SPACE: String.raw`\p{White_Space}`,
  WHITESPACE: String.raw`\p{White_Space}`,
  DIGIT: String.raw`\p{Nd}`,
  HEX_DIGIT: String.raw`\p{Nd}0-9A-Fa-f\uFF10-\uFF19\uFF21-\uFF26\uFF41-\uFF46`,
}

/** `\d`, `\S`, …; undefined for another letter. */
export function setOfLetter(letter: string): SetSource | undefined {
  const small = letter.toLowerCase()
  const set = Object.hasOwn(LETTERS, small) ? LETTERS[small] : undefined
  return set === undefined || small === letter ? set : `[^${set}]`
}

/** `\p{name}`; undefined where JavaScript has no such set. */
export function setOfProperty(name: string, ignoresCase: boolean): SetSource | undefined {
  if (ignoresCase && (name === 'Lower' || name === 'Upper')) return 'a-zA-Z'
  if (Object.hasOwn(POSIX, name)) return POSIX[name]
  const [, key, value] = /^(sc|script|gc|general_category)=(.+)$/iu.exec(name) ?? []
  if (key !== undefined) return checked(key.toLowerCase().startsWith('s') ? `Script=${capitalised(value)}` : value)
  if (!name.startsWith('Is')) return checked(name)
  const rest = name.slice(2)
  const binary = rest.toUpperCase()
  if (Object.hasOwn(BINARY, binary)) return BINARY[binary]
  return checked(rest) ?? checked(`Script=${capitalised(rest)}`)
}

/** `.` */
export function anyCharacter({ withLineEnds, onlyLf }: { withLineEnds: boolean; onlyLf: boolean }): string {
  if (withLineEnds) return String.raw`[\s\S]`
  return onlyLf ? String.raw`[^\n]` : `[^${LINE_ENDS}]`
}

/** A range, with the other case of the ASCII letters in it if case is to be ignored. */
export function rangeSource(first: number, last: number, ignoresCase: boolean): SetSource {
  const range = first === last ? escapeCode(first) : `${escapeCode(first)}-${escapeCode(last)}`
  if (!ignoresCase) return range
  return range + shifted([first, last], [0x41, 0x5a], 32) + shifted([first, last], [0x61, 0x7a], -32)
}

export function escapeCode(code: number): string {
  const character = String.fromCodePoint(code)
  return /^[a-zA-Z0-9_]$/u.test(character) ? character : `\\u{${code.toString(16)}}`
}

type Range = readonly [first: number, last: number]

function shifted([first, last]: Range, [from, to]: Range, by: number): string {
  const start = Math.max(first, from)
  const end = Math.min(last, to)
  return start > end ? '' : `${escapeCode(start + by)}-${escapeCode(end + by)}`
}

function capitalised(name = ''): string {
  return name.toLowerCase().replaceAll(/(?:^|_)[a-z]/gu, letter => letter.toUpperCase())
}

function checked(name = ''): SetSource | undefined {
  const source = `\\p{${name}}`
  try {
    new RegExp(source, 'v').test('')
    return source
  } catch {
    return undefined // the engine knows which names there are
  }
}
