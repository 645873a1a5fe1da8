import test from 'ava'
import { NotationFault } from '../../../../src/pipeline/document/notation-fault.ts'
import { compileJavaPattern } from '../../../../src/pipeline/java/java-pattern.ts'
import { compileReplacement } from '../../../../src/pipeline/java/replacement.ts'

const FOUND: readonly (readonly [pattern: string, text: string, found: readonly string[]])[] = [
  ['[a-z&&[^bc]]', 'abcd', ['a', 'd']],
  ['\\Qa.b\\E', 'a.b axb', ['a.b']],
  ['(?i)ab(?-i)C', 'ABC aBc', ['ABC']],
  ['(?x) a b # comment', 'ab', ['ab']],
  ['\\p{Punct}+', 'a,;b', [',;']],
  ['\\p{IsLatin}+', 'aäж', ['aä']],
  ['\\h+', 'a\t\u00a0b', ['\t\u00a0']],
  ['a++b', 'aaab', ['aaab']],
  ['a++a', 'aaa', []],
  ['(?>a|ab)c', 'abc', []],
  ['(a)(b)\\2', 'abb', ['abb']],
  ['.', '\u0085\u2028x', ['x']],
  ['(?m)^.', 'a\r\nb\n', ['a', 'b']],
  ['x$', 'x\r\n', ['x']],
  ['[]a]+', ']a', [']a']],
  ['\\x{1F600}', '😀', ['😀']],
  ['\\uD83D\\uDE00', '😀', ['😀']],
  ['ſ|(?i)s', 'sSſ', ['s', 'S', 'ſ']],
]

for (const [pattern, text, found] of FOUND) {
  test(`the pattern ${pattern} of Java finds ${JSON.stringify(found)} in ${JSON.stringify(text)}`, t => {
    t.deepEqual(text.match(compileJavaPattern(pattern).regexp) ?? [], [...found])
  })
}

const REFUSED: readonly (readonly [pattern: string, column: number])[] = [
  ['a(b', 4],
  ['a)', 2],
  ['[a', 1],
  ['a**', 3],
  ['(a)|\\1', 5],
  ['(a)?\\1', 5],
  ['x\\G', 2],
  ['(?U)a', 1],
  ['\\p{InGreek}', 1],
  ['(?<=(a))b', 1],
  ['(a*?)*', 1],
  ['a\\', 3],
]

for (const [pattern, column] of REFUSED) {
  test(`the pattern ${pattern} is refused at column ${column}`, t => {
    const fault = t.throws(() => compileJavaPattern(pattern), { instanceOf: NotationFault })
    t.is(fault?.column, column)
  })
}

test('a whole pattern matches no part of a text', t => {
  const { regexp } = compileJavaPattern('a|ab', { isWhole: true, flags: 'i' })
  t.deepEqual('AB'.match(regexp), ['AB'])
  t.is('ABC'.match(regexp), null)
})

for (const replacement of ['$1', '${n}', '$', 'a\\']) {
  test(`the replacement ${replacement} for a pattern without groups is refused`, t => {
    t.throws(() => compileReplacement(compileJavaPattern('a'), replacement), { instanceOf: NotationFault })
  })
}

test('a group that a repetition may leave out is not for a replacement', t => {
  t.throws(() => compileReplacement(compileJavaPattern('(?:(a)|b)*'), '$1'), { instanceOf: NotationFault })
})
