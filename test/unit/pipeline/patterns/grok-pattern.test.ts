import test from 'ava'
import { GrokPattern } from '../../../../src/pipeline/patterns/grok-pattern.ts'
import { bankOf } from '../../../../src/pipeline/patterns/bank.ts'

function matchOf(pattern: string, text: string): Record<string, string> | undefined {
  const compiled = new GrokPattern(pattern, name => bankOf('disabled').get(name))
  const match = compiled.match(text)
  if (match === undefined) return undefined
  const pairs = compiled.fields.flatMap(({ field }, i) => {
    const value = match.values[i]
    return value === undefined ? [] : [[field, value] as const]
  })
  return Object.fromEntries(pairs)
}

/** A law, a pattern, a text, and the fields; none where it does not match. */
const rows = [
  ['letters of words are ASCII', String.raw`(?<a>\w+)`, 'éa1٣x', { a: 'a1' }],
  ['digits are ASCII', String.raw`^(?<a>\d+)`, '٣4', undefined],
  ['blanks are ASCII', String.raw`a(?<a>\s+)b`, 'a\u00a0b', undefined],
  ['a word ends at a letter of any script', String.raw`(?<a>\b[a-z]+\b)`, 'bä cd', { a: 'cd' }],
  ['a word does not end between two letters of any script', String.raw`b(?<a>\B.)`, 'bä', { a: 'ä' }],
  ['classes of POSIX have letters of all scripts', '(?<a>[[:alpha:]]+)', 'äb', { a: 'äb' }],
  ['classes of POSIX work in text that is ASCII', '(?<a>[[:alpha:]_]+)', '1b_c', { a: 'b_c' }],
  ['a full stop is one character beyond the basic plane', '(?<a>.)x', '😀x', { a: '😀' }],
  ['a full stop is not a line end', '(?<a>.+)', 'a\nb', { a: 'a' }],
  ['the anchors are those of lines', '^(?<a>b)$', 'a\nb\nc', { a: 'b' }],
  ['hexadecimal digits have a class', String.raw`(?<a>\h+)`, 'xyf0', { a: 'f0' }],
  ['an atomic group gives nothing back', '(?>a+)a(?<a>b)', 'aaab', undefined],
  ['a capture that took no part leaves its field out', '(?<a>x)?(?<b>y)', 'y', { b: 'y' }],
  ['an empty capture fills its field', '(?<a>x*)y', 'y', { a: '' }],
  ['the first of equal captures counts', '%{INT:a} %{INT:a}', '1 2', { a: '1' }],
  ['the last of different captures counts', '%{INT:a} %{WORD:a}', '1 b', { a: 'b' }],
  ['the capture that took part counts', '(?:%{INT:a}|%{WORD:a})', 'x', { a: 'x' }],
  ['a number is not cut before its fraction', '%{NUMBER:a}[.5]', '1.5', undefined],
  ['a repeated group keeps its last match', '(?:(?<a>[a-z]) ?)+', 'a b c', { a: 'c' }],
  ['a required text inside of an alternative is not required', '(?:ab|c)(?<a>d)', 'cd', { a: 'd' }],
  ['a required text that is optional is not required', '(?:ab)?(?<a>d)', 'd', { a: 'd' }],
  ['a required text of any case is not required', '(?i)AB(?<a>d)', 'abD', { a: 'D' }],
  ['required texts are read in their order', 'b(?<a>.*)a', 'xa b', undefined],
  ['a required text after a flag is not required', '(?<a>x)(?i)AB', 'xab', { a: 'x' }],
  ['repeated texts are required once', '(?:ab)+(?<a>c)', 'ababc', { a: 'c' }],
] as const

const macro = test.macro({
  exec(t, pattern: string, text: string, fields: Readonly<Record<string, string>> | undefined) {
    t.deepEqual(matchOf(pattern, text), fields)
  },
  title: (law = '') => law,
})

for (const [law, pattern, text, fields] of rows) test(law, macro, pattern, text, fields)

test('an expression that cannot be read is refused', t => {
  t.throws(() => matchOf('(', ''), { code: 'PATTERN_FAULT' })
  t.throws(() => matchOf(String.raw`(a)(?<b>c)\1`, ''), { code: 'PATTERN_FAULT' })
})
