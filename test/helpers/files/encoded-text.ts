// Texts in all encodings, from their bytes: nothing here is shared with the agent.
import fc from 'fast-check'

export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'shift_jis',
  'gbk',
  'gb18030',
  'big5',
  'euc-kr',
  'euc-jp',
  'iso-2022-jp',
  'ibm866',
  'koi8-r',
  'koi8-u',
  'macintosh',
  'x-mac-cyrillic',
  'x-user-defined',
  'windows-874',
  ...[2, 3, 4, 5, 6, 7, 8, '8-i', 10, 13, 14, 15, 16].map(part => `iso-8859-${part}`),
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map(part => `windows-125${part}`),
]

/** Encodings in which a byte of ASCII can be the last one of a character. */
export const AMBIGUOUS = ['shift_jis', 'gbk', 'gb18030', 'big5']

/** The bytes of some characters, ASCII among them, and none that is a control. */
export function charactersOf(encoding: string): readonly Buffer[] {
  const ascii = ['a', 'Z', '0', '|', '\\', '~', ' '].map(text => Buffer.from(text))
  if (encoding === 'utf-8') return [...ascii, ...['é', '€', '😀'].map(text => Buffer.from(text))]
  if (encoding === 'utf-16le' || encoding === 'utf-16be') {
    const units = ['a', '|', 'é', '\u0a0a', '\u0d0d', '\u0a00', '\u000a'.replace('\n', '\u0100'), '😀']
    return units
      .map(text => Buffer.from(text, 'utf16le'))
      .map(bytes => (encoding === 'utf-16le' ? bytes : bytes.swap16()))
  }
  if (encoding === 'iso-2022-jp')
    // Two changes of state that follow each other are an error.
    return [...ascii, ...['$"', '$"F|K\\', '!!'].map(text => Buffer.from(`\u001b$B${text}\u001b(B.`, 'latin1'))]
  return [...ascii, ...longCharacters(encoding)]
}

function longCharacters(encoding: string): readonly Buffer[] {
  const decoder = new TextDecoder(encoding, { fatal: true })
  const isOne = (bytes: Buffer) => {
    try {
      const text = decoder.decode(bytes)
      return Array.from(text).length === 1 && !/\p{C}/u.test(text)
    } catch {
      return false
    }
  }
  const singles = Array.from({ length: 128 }, (_, byte) => Buffer.of(128 + byte))
  const leads = [0x81, 0x83, 0x88, 0xa4, 0xb0, 0xb8, 0xc4, 0xe0]
  const pairs = leads.flatMap(lead => [0x41, 0x5c, 0x7c, 0x7e, 0xa1, 0xb0, 0xe5].map(trail => Buffer.of(lead, trail)))
  const longer = [Buffer.of(0x8f, 0xb0, 0xa1), Buffer.of(0x81, 0x30, 0x86, 0x30), Buffer.of(0x90, 0x30, 0x81, 0x30)]
  const isPair = ['shift_jis', 'gbk', 'gb18030', 'big5', 'euc-kr', 'euc-jp'].includes(encoding)
  return [...singles, ...(isPair ? [...pairs, ...longer] : [])].filter(isOne)
}

/** The bytes of a delimiter of ASCII. */
export function delimiterOf(encoding: string, delimiter: string): Buffer {
  if (encoding === 'utf-16le') return Buffer.from(delimiter, 'utf16le')
  return encoding === 'utf-16be' ? Buffer.from(delimiter, 'utf16le').swap16() : Buffer.from(delimiter)
}

/** Lines of text, each as its bytes without a terminator. */
export function anyLines(encoding: string, without: string): fc.Arbitrary<readonly Buffer[]> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true })
  const all = charactersOf(encoding).filter(bytes => !without.includes(decoder.decode(bytes)))
  const line = fc.array(fc.constantFrom(...all), { maxLength: 12 }).map(parts => Buffer.concat(parts))
  return fc.array(line, { maxLength: 6 })
}
