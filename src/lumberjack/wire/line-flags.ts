import {
  LINE_CONTINUED,
  LINE_CUT,
  LINE_DAMAGED,
  LINE_FLAGS,
  LINE_INVALID,
  LINE_MULTILINE,
  LINE_TRUNCATED,
  LINE_UNTERMINATED,
} from '../../flow/line-batch.ts'

const names: readonly (readonly [number, string])[] = [
  [LINE_CUT, 'cut'],
  [LINE_CONTINUED, 'continued'],
  [LINE_UNTERMINATED, 'unterminated'],
  [LINE_INVALID, 'invalid_utf8'],
  [LINE_MULTILINE, 'multiline'],
  [LINE_TRUNCATED, 'truncated'],
  [LINE_DAMAGED, 'damaged'],
]

const members = Array.from({ length: LINE_FLAGS + 1 }, (_, flags) => {
  const set = names.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name)
  return set.length === 0 ? '' : `,"flags":${JSON.stringify(set)}`
})

export function flagMember(flags: number): string {
  return members[flags & LINE_FLAGS] as string
}
