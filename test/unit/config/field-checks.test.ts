import test from 'ava'
import fc from 'fast-check'
import { checkFields } from '../../../src/config/checks/event-field-checks.ts'
import { formatPath } from '../../../src/config/text/key-path.ts'

/** The places of the errors, and what they say, without quotes. */
function check(fields: object, more: { protocol?: 1 | 2; global?: object } = {}): readonly string[] {
  const found: string[] = []
  const report = {
    error: (path: readonly (string | number)[], message: string) =>
      found.push(`${formatPath(path)} | ${message}`.replaceAll('"', '')),
    warn() {},
    noteMissing() {},
  }
  checkFields({ fields, path: ['fields'], protocol: 2, ...more }, report)
  return found
}

for (const [name, own, where] of [
  ['log.file', 'log.file.path', 'below'],
  ['log.file.path.name', 'log.file.path', 'above'],
  ['log.offset.bytes', 'log.offset', 'above'],
  ['message.raw', 'message', 'above'],
  ['host.name.short', 'host.name', 'above'],
  ['@timestamp.read', '@timestamp', 'above'],
  ['@metadata._id', '@metadata', 'above'],
  ['agent.version.major', 'agent.version', 'above'],
] as const) {
  test(`a field named ${name} is refused, because ${own} of the event lies ${where} it`, t => {
    const why = `protocol 2 events already have ${own}, which lies ${where} it; give the field another name`
    t.deepEqual(check({ [name]: 1 }), [`fields.${name} | fields.${name}: ${why}`])
  })
}

for (const name of ['log.file', 'message.raw', 'host.name.short', '@timestamp.read', 'log.file.path']) {
  test(`a field named ${name} is refused for protocol 1`, t => {
    t.is(check({ [name]: 'x' }, { protocol: 1 }).length, 1)
  })
}

for (const fields of [
  { 'log.level': 'x', 'log.file.inode': '1', 'host.ip': [], 'agent.id': 'x', 'app.': 1 },
  { 'log.file': { device: 1 } },
  { 'log.file': {}, 'host.name.short': null },
  { a: { b: 1 }, 'a.c': 2, 'a.d.e': 3 },
  { a: [{ b: 1 }, { b: 2 }], 'a.c': 1 },
  { a: {}, 'a.b': 1 },
  { a: null, 'a.b': 1 },
  { ab: 1, 'a.b': 2 },
]) {
  test(`the fields ${JSON.stringify(fields)} are allowed`, t => {
    t.deepEqual(check(fields), [])
  })
}

for (const [fields, place] of [
  [{ a: 1, 'a.b': 2 }, 'fields.a.b | fields.a.b: fields.a lies above it'],
  [{ 'a.b.c': 1, 'a.b': 2 }, 'fields.a.b.c | fields.a.b.c: fields.a.b lies above it'],
  [{ a: { b: 1 }, 'a.b.c': 2 }, 'fields.a.b.c | fields.a.b.c: fields.a.b lies above it'],
  [{ a: { b: 1, 'b.c': 2 } }, 'fields.a.b.c | fields.a.b.c: fields.a.b lies above it'],
  [{ a: [1], 'a.b': 2 }, 'fields.a.b | fields.a.b: fields.a lies above it'],
  [{ a: [{ b: 1 }, { b: { c: 1 } }] }, 'fields.a.b.c | fields.a.b.c: fields.a.b lies above it'],
] as const) {
  test(`the fields ${JSON.stringify(fields)} are refused with the place`, t => {
    const [first, ...more] = check(fields)
    t.is(first, `${place}, and no store takes both; give one of them another name`)
    t.deepEqual(more, [])
  })
}

test('global fields are compared with those of each entry, and not where the entry has the same name', t => {
  t.is(check({ 'a.b': 1 }, { global: { a: 1 } }).length, 1)
  t.is(check({ a: 1 }, { global: { 'a.b': 1 } }).length, 1)
  t.deepEqual(check({ a: { c: 1 }, 'a.b': 1 }, { global: { a: 1 } }), [])
})

test('of any two fields, one above the other is refused, and others are not', t => {
  const name = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }).map(parts => parts.join('.'))
  fc.assert(
    fc.property(name, name, (one, other) => {
      const isAbove = one.startsWith(`${other}.`) || other.startsWith(`${one}.`)
      t.is(check({ [one]: 1, [other]: 2 }).length, isAbove ? 1 : 0, `${one} ${other}`)
    }),
  )
})
