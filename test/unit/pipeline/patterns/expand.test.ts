import test from 'ava'
import { expand } from '../../../../src/pipeline/patterns/expand.ts'

const bank = new Map([
  ['WORD', String.raw`\w+`],
  ['PAIR', '%{WORD:key}=%{WORD:value}'],
  ['LOOP', '%{BACK}'],
  ['BACK', '%{LOOP}'],
  ['MANY', '%{WORD}'.repeat(10_000)],
  ['MORE', '%{MANY}'.repeat(100)],
])

function expandOf(pattern: string): string {
  return expand(pattern, name => bank.get(name)).expression
}

function fieldsOf(pattern: string): readonly string[] {
  return expand(pattern, name => bank.get(name)).captures.map(({ field, type }) => `${field}:${type}`)
}

test('captures get names that no field can be refused for', t => {
  t.is(expandOf('%{PAIR:pair} (?<a.b>x)'), String.raw`(?<g0>(?<g1>\w+)=(?<g2>\w+)) (?<g3>x)`)
  t.deepEqual(fieldsOf('%{PAIR:pair} (?<a.b>x)'), ['pair:string', 'key:string', 'value:string', 'a.b:string'])
})

test('a reference without a field is a group', t => {
  t.is(expandOf('%{WORD}?'), String.raw`(?:\w+)?`)
})

test('the type comes after the field, and one that is not known means text', t => {
  t.deepEqual(fieldsOf('%{WORD:a:int}%{WORD:b:long}%{WORD:c:ip}'), ['a:int', 'b:long', 'c:string'])
})

test('a name in brackets is a path with dots', t => {
  t.deepEqual(fieldsOf('%{WORD:[a][b-c]:int}(?<[d][e]>x)%{WORD:[a]b}'), ['a.b-c:int', 'd.e:string', '[a]b:string'])
})

test('a misprinted question mark of the files of Logstash is left out', t => {
  t.deepEqual(fieldsOf('%{WORD:[a][b]?}%{WORD:[c][d?]}'), ['a.b:string', 'c.d:string'])
})

test('a definition in the reference counts if there is no such pattern', t => {
  t.is(expandOf(String.raw`%{MINE:a=\d+}%{WORD:b=\d+}`), String.raw`(?<g0>\d+)(?<g1>\w+)`)
})

test('lookbehinds, classes and escapes are kept', t => {
  const kept = String.raw`(?<=a)(?<!b)[(?<x>]\(?<y>[]\]](?>z)`
  t.is(expandOf(kept), kept)
  t.deepEqual(fieldsOf(kept), [])
})

test('a back-reference follows the new name of its group', t => {
  t.is(expandOf(String.raw`(?<quote>['"])x\k<quote>`), String.raw`(?<g0>['"])x\k<g0>`)
})

test('a pattern that is not known is refused by name', t => {
  t.throws(() => expandOf('%{NOPE}'), { message: "Unable to find pattern [NOPE] in Grok's pattern dictionary" })
})

test('a reference that cannot be read is refused, since it would never match', t => {
  t.throws(() => expandOf('%{WORD: a}'), { message: 'cannot read the reference %{WORD: a}' })
})

test('patterns that use each other are refused', t => {
  t.throws(() => expandOf('%{LOOP}'), { message: /circular reference in pattern \[LOOP\]/ })
})

test('a pattern has at most a million characters with all it refers to', t => {
  t.throws(() => expandOf('%{MORE}'), { message: /more than 1048576 characters/ })
})
