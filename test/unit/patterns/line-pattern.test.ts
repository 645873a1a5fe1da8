import test from 'ava'
import fc from 'fast-check'
import { compileLinePattern, PatternError } from '../../../src/patterns/line-pattern.ts'

const refused = test.macro({
  exec(t, pattern: string, reason: RegExp) {
    t.throws(() => compileLinePattern(pattern), { instanceOf: PatternError, message: reason })
  },
  title: (_, pattern: string) => `the pattern ${pattern} is refused with the reason`,
})

test(refused, '(?=a)b', /looks ahead/)
test(refused, 'a(?!b)', /looks ahead/)
test(refused, '(a)\\1', /refers back to a group/)
test(refused, '(?<x>a)\\k<x>', /refers back to a group/)
test(refused, 'a{2,100000}', /too large/)
test(refused, '(', /not a regular expression/)
test(refused, '[[:space:]]', /\[:space:\], a class of another dialect/)
test(refused, '\\Astart', /\\A, which has no meaning/)
test(refused, '\\pL', /\\p, which has no meaning/)
test(refused, 'a(?i)b', /changes its flags/)
test(refused, '(?m)^a', /changes its flags/)

test('a pattern matches as JavaScript matches it', t => {
  t.true(compileLinePattern('^\\[\\d{4}-\\d{2}').test('[2026-11 x'))
  t.false(compileLinePattern('^error').test('an error'))
  t.true(compileLinePattern('\\\\A').test('\\A'))
})

test('a pattern that begins with (?i) takes letters of either case', t => {
  t.true(compileLinePattern('(?i)^error').test('ERROR'))
  t.false(compileLinePattern('^error').test('ERROR'))
  t.true(compileLinePattern('(?i)^(?<level>[a-f]rr\\S[^x])\\x41[É-]$').test('ERRorAé'))
  t.false(compileLinePattern('(?i)[^x]').test('X'))
})

test('letters in either case are matched as with the flag i', t => {
  const source = fc.constantFrom('a', 'B', '[a-c]', '[^b]', '[A-Cx]', '\\w', '\\d', '.', 'a+', '(?:b|C)', '^', '[\\]a]')
  fc.assert(
    fc.property(
      fc.array(source, { maxLength: 5 }),
      fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'C', ']', '1') }),
      (parts, text) => {
        t.is(compileLinePattern(`(?i)${parts.join('')}`).test(text), new RegExp(parts.join(''), 'i').test(text))
      },
    ),
  )
})

test('a pattern with nested repetitions takes linear time', t => {
  const pattern = compileLinePattern('^(a+)+$')
  const before = process.threadCpuUsage()
  for (let i = 0; i < 10; i++) t.false(pattern.test(`${'a'.repeat(5000)}b`))
  const { user, system } = process.threadCpuUsage(before)
  t.true(user + system < 20_000_000)
})
