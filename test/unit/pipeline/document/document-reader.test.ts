import test from 'ava'
import fc from 'fast-check'
import { DocumentReader } from '../../../../src/pipeline/document/document-reader.ts'
import { readDocument, writeJson } from '../../../../src/pipeline/document/json.ts'
import { LineForm } from '../../../../src/pipeline/document/line-form.ts'
import { type Fields, type Value, isFields, putMember, removeMember } from '../../../../src/pipeline/document/value.ts'

/** Texts of a value of JSON, in all the ways that a program may write one. */
const VALUES = fc.oneof(
  fc.constantFrom('0', '-0', '1.0', '1e400', '-1E5', '9007199254740993', '1.50', 'true', 'null', '""', '"\\u0041\\/"'),
  fc.constantFrom(
    '"\\ud800"',
    '"\\u001b[0m"',
    '"\\ud83d\\ude00"',
    '"😀"',
    '"é"',
    '[]',
    '{}',
    '[1.0,{"a":[]}]',
    '"\\""',
  ),
  fc.constantFrom('"offset":5', '","message":"', '{"offset":7}', '"\\"offset\\":1"').map(text => JSON.stringify(text)),
  fc.json({ maxDepth: 2 }),
)
const NAMES = fc.oneof(
  fc.constantFrom('a', 'a.b', '__proto__', '1', '', 'tags', 'é', '@timestamp', 'message', 'log', 'offset', 'toJSON'),
  fc.string({ maxLength: 4 }),
)
const MEMBERS = fc.array(
  fc.tuple(NAMES, VALUES).map(([name, value]) => `${JSON.stringify(name)}:${value}`),
  { maxLength: 2 },
)
/** Mostly as our agent writes them. */
const mostly = <Usual, Odd>(usual: fc.Arbitrary<Usual>, odd: fc.Arbitrary<Odd>) =>
  fc.oneof({ arbitrary: usual, weight: 9 }, { arbitrary: odd, weight: 1 })
const TIMES = mostly(
  fc.constantFrom('2026-02-03T04:05:06.789Z', '2026-02-03T04:05:06.789123456Z'),
  fc.constantFrom('', 'never', '\\u0032026', '2026-02-03T04:05:06.789Z\\n'),
)
const OFFSETS = mostly(
  fc.constantFrom('0', '160', '999999999999999'),
  fc.constantFrom('007', '-1', '1.0', '1e3', '9999999999999999', '"5"'),
)
const LINES = fc.oneof(
  fc.string({ unit: 'binary' }).map(text => JSON.stringify(text).slice(1, -1)),
  fc.constantFrom('', 'x', '\\"GET /\\"', '\\u001b[0m', '\\u0041', '\\/', '\\ud800', '{{{[[[', ',"log":{"offset":1}'),
)
const PLAIN = fc.constantFrom(
  ...['"tags":["t"]', '"__proto__":{"x":1.0}', '"n":9007199254740993'].map(text => [text]),
  [],
)
const AROUND = fc.record({
  head: mostly(PLAIN, MEMBERS),
  host: mostly(fc.constantFrom('{"name":"é"}', '{"a":{"b":{},"offset":5}}'), VALUES),
  inLog: mostly(fc.constant([]), MEMBERS),
  tail: mostly(PLAIN, MEMBERS),
  isOrdered: mostly(fc.constant(true), fc.constant(false)),
})

interface Around {
  readonly head: readonly string[]
  readonly host: string
  readonly inLog: readonly string[]
  readonly tail: readonly string[]
  readonly isOrdered: boolean
}

function writeLine({ head, host, inLog, tail, isOrdered }: Around, [time, message, offset]: readonly string[]): string {
  const own = [`"@timestamp":"${time}"`, `"message":"${message}"`]
  const log = `"log":{${[`"file":{"path":"/x"}`, `"offset":${offset}`, ...inLog].join()}}`
  return `{${[...head, ...(isOrdered ? own : own.toReversed()), `"host":${host}`, log, ...tail].join()}}`
}

/** What processors do to a document. */
const CHANGES = fc.array(
  fc.oneof(
    fc.tuple(
      fc.constant('put' as const),
      fc.constantFrom('x', '0', '__proto__', 'message', '@timestamp', 'host'),
      VALUES,
    ),
    fc.tuple(fc.constantFrom('remove' as const, 'deepen' as const), NAMES, VALUES),
    fc.tuple(fc.constant('lastOffset' as const), NAMES, VALUES),
  ),
  { maxLength: 3 },
)

type Change = readonly ['put' | 'remove' | 'deepen' | 'lastOffset', string, string]

function change(fields: Fields, changes: readonly Change[]): void {
  for (const [kind, name, text] of changes) {
    const value = (readDocument(`{"v":${text}}`) as { readonly v: Value }).v
    const member = Object.hasOwn(fields, name) ? fields[name] : undefined
    const log = Object.hasOwn(fields, 'log') ? fields['log'] : undefined
    if (kind === 'put') putMember(fields, name, value)
    else if (kind === 'remove') removeMember(fields, name)
    else if (kind === 'deepen' && isFields(member)) putMember(member, 'deep', value)
    else if (kind === 'deepen' && Array.isArray(member)) member.push(value)
    else if (kind === 'lastOffset' && isFields(log)) putMember(log, 'offset', value)
  }
}

/** As it was read and written before there were forms. */
function pass(
  read: (text: string) => { readonly fields: Fields; write(): string },
  text: string,
  changes: readonly Change[],
) {
  try {
    const document = read(text)
    change(document.fields, changes)
    return document.write()
  } catch (error) {
    return String(error)
  }
}

const naively = (text: string) => {
  const fields = readDocument(text)
  return { fields, write: () => writeJson(fields) }
}

test('a document is read and written as by itself, whatever the ones before it were like', t => {
  fc.assert(
    fc.property(
      fc.array(AROUND, { minLength: 1, maxLength: 2 }),
      fc.array(fc.tuple(fc.nat(1), fc.tuple(TIMES, LINES, OFFSETS), CHANGES), { minLength: 1, maxLength: 6 }),
      (around, documents) => {
        const reader = new DocumentReader()
        for (const [which, line, changes] of documents) {
          const text = writeLine((around[which] ?? around[0]) as Around, line)
          t.is(
            pass(one => reader.read(one), text, changes),
            pass(naively, text, changes),
            text,
          )
        }
      },
    ),
    { numRuns: 3000 },
  )
})

const TEXT =
  '{"@timestamp":"2026-02-03T04:05:06.789Z","message":"a \\"b\\"","host":{"name":"web1"},"log":{"file":{"path":"/x"},"offset":160},"tags":["t"]}'

test('documents of our agent have a form, and those of lines of the same file have the same one', t => {
  const form = LineForm.of(TEXT, readDocument(TEXT))
  const next = TEXT.replace('160', '7').replace('a \\"b', 'c')
  t.deepEqual(form?.read(next)?.fields, readDocument(next))
  for (const [was, is] of [
    ['web1', 'web2'],
    ['160', '0160'],
    ['a \\"b', 'a "b'],
    ['a \\"b', 'a \\u0041'],
    ['a \\"b', 'a \u0001'],
    [':06.789Z', ':06.789Z\\n'],
  ] as const)
    t.is(form?.read(TEXT.replace(was, is)), undefined, is)
})

test('a document with two members of one name, or with its time in another object, has no form', t => {
  for (const text of [
    TEXT.replace('"tags"', '"message":"x","tags"'),
    TEXT.replace('"tags"', '"log":{"offset":1},"tags"'),
    TEXT.replace('{"@timestamp"', '{"a":{"@timestamp"').replace(',"host"', '},"host"'),
    TEXT.replace('"tags"', '"n":1.50,"tags"'),
  ])
    t.is(LineForm.of(text, readDocument(text)), undefined, text)
})

test('a long line with many escapes is read', t => {
  const reader = new DocumentReader()
  reader.read(TEXT)
  for (const count of [10_000, 2_000_000]) {
    const long = TEXT.replace('a \\"b', '\\"'.repeat(count))
    t.is(reader.read(long).fields['message'], '"'.repeat(count + 1))
  }
})

test('each document has objects of its own', t => {
  const reader = new DocumentReader()
  reader.read(TEXT)
  const [one, other] = [reader.read(TEXT), reader.read(TEXT)]
  ;(one.fields['host'] as Fields)['name'] = 'changed'
  ;(one.fields['tags'] as Value[]).push('changed')
  t.deepEqual(other.fields, readDocument(TEXT))
  t.is(other.write(), TEXT)
})
