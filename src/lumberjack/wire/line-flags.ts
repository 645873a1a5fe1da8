import { LINE_CONTINUED, LINE_CUT, LINE_MULTILINE, LINE_TRUNCATED, LINE_UNTERMINATED } from '../../flow/line-batch.ts'

/** The event has U+FFFD for bytes of the line that were not UTF-8, or not UTF-16 in a file of UTF-16. The encoder finds them, not the reader of files. */
export const FLAG_INVALID_UTF8 = 8

const names: readonly (readonly [number, string])[] = [
  [LINE_CUT, 'cut'],
  [LINE_CONTINUED, 'continued'],
  [LINE_UNTERMINATED, 'unterminated'],
  [FLAG_INVALID_UTF8, 'invalid_utf8'],
  [LINE_MULTILINE, 'multiline'],
  [LINE_TRUNCATED, 'truncated'],
]

const members = Array.from({ length: 64 }, (_, flags) => {
  const set = names.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name)
  return set.length === 0 ? '' : `,"flags":${JSON.stringify(set)}`
})

export function flagMember(flags: number): string {
  return members[flags & 63] as string
}
