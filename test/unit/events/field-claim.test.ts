import test from 'ava'
import fc from 'fast-check'
import { claimsField } from '../../../src/events/field-claim.ts'
import { EventReader, type SenderRules, isPoison } from '../../../src/events/event-reader.ts'
import { read, readJson as readAny, RECEIVED as time } from '../../helpers/events/read-json.ts'

const field = 'tls.client.name'
const binding = { nameHash: 'AAAAAAAAAAAA', isStrict: false }
const sender = { ...binding, nameField: { field, name: 'web1' } }
const nameless = { ...binding, nameField: { field, name: undefined } }

function readJson(payload: string, rules: SenderRules) {
  const event = readAny(payload, rules)
  if (!('document' in event)) throw new Error(`it was refused: ${event.poison}`)
  return event
}

/** Our agent's own form, which has a way of its own, and one that needs edits. */
const forms = [
  ['of our agent', (members: string) => `{"@metadata":{"_id":"a-1"},${time}${members && `,${members}`}}`],
  ['of another program', (members: string) => `{"host":"h"${members && `,${members}`}}`],
] as const

for (const [form, make] of forms) {
  test(`the name in the certificate is stored in its field: an event ${form}`, t => {
    const without = readJson(make('"message":"x"'), binding)
    const named = readJson(make('"message":"x"'), sender)
    const added = `{"${field}":"web1",`
    t.deepEqual(named, { ...without, document: `${added}${without.document.slice(1)}` })
  })

  test(`an event ${form} that has the field for the name already is refused as it came, with or without a certificate`, t => {
    const payload = make('"tls":{"client":{"name":"web2"}}')
    for (const rules of [sender, nameless]) {
      const event = read(payload, rules)
      if (!isPoison(event)) return t.fail('it was taken')
      t.is(event.type, 'claimed_name')
      t.regex(event.reason, /"tls\.client\.name"/)
      t.is(event.payload.toString(), payload)
    }
    return undefined
  })

  test(`a document ${form} of a sender without a name, or without the setting, is the same byte for byte`, t => {
    const payload = make('"tls": { "version" : "1.2"}')
    t.deepEqual(readJson(payload, nameless), readJson(payload, binding))
    t.true(readJson(payload, binding).document.includes('"tls": { "version" : "1.2"}'))
  })
}

test('the name in the certificate is stored with an event of protocol 1, which cannot claim it by a pair', t => {
  const reader = new EventReader({ makeId: () => 'made', limits: { eventBytes: 1000, eventMembers: 10 }, sender })
  const readPairs = (key: string) => {
    const pairs = new Map([[key, Buffer.from('x')]])
    return reader.readPairs({ payload: Buffer.from('as it came'), pairCount: 1, read: () => pairs }, 0)
  }
  const event = readPairs('line')
  if (isPoison(event)) return t.fail(event.reason)
  t.true(event.bytes.toString('utf8', event.start, event.end).startsWith(`{"${field}":"web1","@timestamp"`))
  t.like(readPairs(field), { type: 'claimed_name' })
  t.like(readPairs('tls'), { type: 'claimed_name' })
})

test('a name is stored as it is, and cannot break out of its text', t => {
  const name = '","tls.client.name":"web2\u0000\u{1f600}'
  const { document } = readJson('{"a":1}', { ...binding, nameField: { field, name } })
  t.is((JSON.parse(document) as Record<string, unknown>)[field], name)
})

test('a document that its name makes too large is refused as it came', t => {
  const payload = `{"@metadata":{"_id":"a-1"},${time}}`
  const name = 'x'.repeat(2_000_000 + 8 * 1024)
  const event = read(payload, { ...binding, nameField: { field, name } })
  if (!isPoison(event)) return t.fail('it was taken')
  t.is(event.type, 'document_too_large')
  t.is(event.payload.toString(), payload)
})

for (const [members, isClaimed] of [
  ['"tls.client.name":"web2"', true],
  ['"tls.client.name":null', true],
  ['"tls":{"client":{"name":"web2"}}', true],
  ['"tls.client":{"name":["web2"]}', true],
  ['"tls":[{"version":1},{"client.name":"web2"}]', true],
  ['"tls":[[[{"client":[{"name":"web2"}]}]]]', true],
  ['"t\\u006cs":{"client":{"n\\u0061me":"web2"}}', true],
  ['"tls..client.name.":"web2"', true],
  ['".tls":{"client":{"name":"web2"}}', true],
  ['"tls":{"client":{"other":"}"}},"tls":{"client":{"name":"web2"}}', true],
  ['"tls":"1.2"', true],
  ['"tls":{"client":false}', true],
  ['"tls.client.name":{"first":"web2"}', true],
  ['"tls.client.name.first":"web2"', true],
  ['"tls":{"version":"1.2","client":{"names":"web2","x":{"name":"web2"}}}', false],
  ['"tls":null', false],
  ['"tls":[]', false],
  ['"tls":{"client":[null]}', false],
  ['"message":"\\"tls.client.name\\":\\"web2\\""', false],
  ['"a":{"tls":{"client":{"name":"web2"}}}', false],
  ['"TLS.client.name":"web2"', false],
  ['"tls2":{"client":{"name":"web2"}}', false],
  ['"":{"tls.client.name":1}', false],
] as const)
  test(`a document with ${members} ${isClaimed ? 'has' : 'does not have'} a value where ${field} is`, t => {
    const bytes = Buffer.from(`{${members}}`)
    t.is(claimsField({ id: '', timeMs: 0, bytes, start: 0, end: bytes.length }, field), isClaimed)
  })

type Value = string | number | boolean | null | readonly Value[] | { readonly members: readonly Member[] }
type Member = readonly [key: string, value: Value]

function write(value: Value): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (!('members' in value)) return `[ ${value.map(write).join(' ,')}]`
  return `{${value.members.map(([key, inner]) => `${JSON.stringify(key)} : ${write(inner)}`).join(',\n ')} }`
}

/** All values of a document by the names with dots that a store gives them. */
function* flatten(value: Value, name = ''): Generator<readonly [string, Value]> {
  if (typeof value === 'object' && value !== null && 'members' in value)
    for (const [key, inner] of value.members) {
      yield [`${name}${key}.`, null]
      yield* flatten(inner, `${name}${key}.`)
    }
  else if (Array.isArray(value)) for (const inner of value as readonly Value[]) yield* flatten(inner, name)
  else yield [name, value]
}

function isClaimedInModel(document: Value): boolean {
  return [...flatten(document)].some(
    ([name, value]) => name.startsWith('a.b.c.') || (value !== null && name !== '' && 'a.b.c.'.startsWith(name)),
  )
}

const { value } = fc.letrec<{ value: Value; object: Value }>(tie => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<Value>(null, 1, true, 'a', '{"a.b.c":1}', '\\"]}'),
    tie('object'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
  object: fc.record({
    members: fc.array(
      fc.tuple(fc.constantFrom('a', 'b', 'c', 'a.b', 'b.c', 'a.b.c', 'a.b.c.d', 'c.d', 'x', 'a.x', 'ab'), tie('value')),
      { maxLength: 3 },
    ),
  }),
}))

test('a document has a value where the field is, above or below it, exactly if a store would read one there', t => {
  let claimed = 0
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'a.b', 'b', 'x'), value), { maxLength: 4 }), members => {
      const bytes = Buffer.from(`-${write({ members })}-`)
      const found = claimsField({ id: '', timeMs: 0, bytes, start: 1, end: bytes.length - 1 }, 'a.b.c')
      if (found) claimed++
      return found === isClaimedInModel({ members })
    }),
    { numRuns: 2000 },
  )
  t.true(claimed > 100)
})
