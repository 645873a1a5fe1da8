import test from 'ava'
import fc from 'fast-check'
import { explainFields, parseNameWithFields, sanitizeChosenName } from '../../../src/flow/name-with-fields.ts'

interface Row {
  readonly law: string
  readonly name: string
  readonly fields: Readonly<Record<string, string>>
  readonly filled: string
}

const fills = test.macro({
  title: (_, { law }: Row) => law,
  exec(t, { name, fields, filled }: Row) {
    t.is(
      parseNameWithFields(name)?.fill(path => fields[path]),
      filled,
    )
  },
})

const dataset = 'logs-%{event.dataset}-%{+yyyy.MM}'
test(fills, {
  law: 'a field is filled in, and a time is not',
  name: dataset,
  fields: { 'event.dataset': 'nginx.access' },
  filled: 'logs-nginx.access-%{+yyyy.MM}',
})
test(fills, {
  law: 'a missing field has its default, or is unknown',
  name: '%{a:generic}-%{b}',
  fields: {},
  filled: 'generic-unknown',
})
test(fills, {
  law: "the fields of Logstash's and Beats' names are the same",
  name: '%{[a][b]}-%{[a.b]}',
  fields: { 'a.b': 'x' },
  filled: 'x-x',
})
test(fills, {
  law: 'a text that an index cannot have in its name is replaced, and cannot be a time',
  name: dataset,
  fields: { 'event.dataset': 'A/B:c,%{+yyyy}*\n' },
  filled: 'logs-a_b_c___+yyyy___-%{+yyyy.MM}',
})
test(fills, {
  law: 'a name does not begin with a character that none may begin with',
  name: '%{a}-x',
  fields: { a: '-_+.q' },
  filled: 'q-x',
})
test(fills, {
  law: 'one field does not fill the whole name',
  name: '%{a}-x',
  fields: { a: 'y'.repeat(500) },
  filled: `${'y'.repeat(80)}-x`,
})

test('no text of a field makes a name that an index cannot have', t => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const name = parseNameWithFields('logs-%{a}')?.fill(() => text) ?? ''
      t.notRegex(name, /[\\/*?"<>| ,#:%{}]/u)
      t.is(name, name.toLowerCase())
    }),
  )
})

test('a name has patterns and a name for events without one of their own', t => {
  const name = parseNameWithFields(dataset)
  t.is(name?.widened, 'logs-*-%{+yyyy.MM}')
  t.is(name?.other, 'logs-other-%{+yyyy.MM}')
  t.deepEqual(name?.paths, ['event.dataset'])
  t.is(parseNameWithFields('logs-%{+yyyy.MM}'), undefined)
})

test('a field without a name, and a default that no index can have, are explained', t => {
  t.regex(explainFields('a-%{}') ?? '', /names no field/)
  t.regex(explainFields('a-%{a..b}') ?? '', /names no field/)
  t.regex(explainFields('a-%{b:C}') ?? '', /the default/)
  t.is(explainFields('a-%{b:c}-%{+yyyy}'), undefined)
})

test('the times of a name that a pipeline chose stay', t => {
  t.is(sanitizeChosenName('_Logs x-%{+yyyy.MM}-%{a}'), 'logs_x-%{+yyyy.MM}-__a_')
})
