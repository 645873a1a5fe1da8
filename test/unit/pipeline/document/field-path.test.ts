import test from 'ava'
import fc from 'fast-check'
import { FieldPath } from '../../../../src/pipeline/document/field-path.ts'
import { compileField } from '../../../../src/pipeline/document/compile-field.ts'
import { PipelineEvent } from '../../../../src/pipeline/document/pipeline-event.ts'
import { Double, type Fields, type Value } from '../../../../src/pipeline/document/value.ts'
import { parseJson, writeJson } from '../../../../src/pipeline/document/json.ts'

function eventOf(document: string, ingest: Fields = {}): PipelineEvent {
  return new PipelineEvent({ id: 'an-id', fields: parseJson(document) as Fields, ingest })
}

const DOCUMENT = '{"a":{"b":{"c":1}},"list":["x",{"y":2},null],"nothing":null,"text":"abc","dotted.name":1,"":{"e":5}}'

const reading = test.macro<[string, Value | undefined]>({
  exec(t, path, expected) {
    t.deepEqual(new FieldPath(path).read(eventOf(DOCUMENT, { timestamp: 'T' })), expected)
    t.is(new FieldPath(path).has(eventOf(DOCUMENT, { timestamp: 'T' })), expected !== undefined)
  },
  title: (_, path = '', expected) =>
    `the path [${path}] reads ${expected === undefined ? 'nothing' : JSON.stringify(expected)}`,
})

test(reading, 'a.b.c', 1)
test(reading, '_source.a.b.c', 1)
test(reading, 'a.b.c.', 1)
test(reading, 'a..c', undefined)
test(reading, '.e', 5)
test(reading, 'list.0', 'x')
test(reading, 'list.01.y', 2)
test(reading, 'list.2', null)
test(reading, 'list.3', undefined)
test(reading, 'list.-1', undefined)
test(reading, 'list.size', undefined)
test(reading, 'nothing', null)
test(reading, 'nothing.x', undefined)
test(reading, 'text.length', undefined)
test(reading, 'dotted.name', undefined)
test(reading, '_ingest.timestamp', 'T')
test(reading, '_ingest', undefined)
test(reading, '_id', 'an-id')
test(reading, '_id.x', undefined)
test(reading, '_routing', undefined)
test(reading, '__proto__', undefined)
test(reading, 'constructor.prototype', undefined)
test(reading, 'list.constructor', undefined)

const failing = test.macro<['readRequired' | 'write' | 'remove', string, string]>({
  exec(t, verb, path, message) {
    const event = eventOf(DOCUMENT)
    const field = new FieldPath(path)
    t.throws(() => (verb === 'write' ? field.write(event, 1) : field[verb](event)), {
      name: 'ProcessingFault',
      message,
    })
    t.is(writeJson(event.fields), DOCUMENT)
  },
  title: (_, verb = '', path = '') => `to ${verb} [${path}] is refused with Elasticsearch's words`,
})

test(failing, 'readRequired', 'x.y', 'field [x] not present as part of path [x.y]')
test(failing, 'readRequired', 'a.x.y', 'field [x] not present as part of path [a.x.y]')
test(failing, 'readRequired', 'x', 'field [x] not present as part of path [x]')
test(failing, 'readRequired', 'nothing.x', 'cannot resolve [x] from null as part of path [nothing.x]')
test(
  failing,
  'readRequired',
  'text.x',
  'cannot resolve [x] from object of type [java.lang.String] as part of path [text.x]',
)
test(failing, 'readRequired', 'list.x', '[x] is not an integer, cannot be used as an index as part of path [list.x]')
test(failing, 'readRequired', 'list.3', '[3] is out of bounds for array with length [3] as part of path [list.3]')
test(failing, 'readRequired', 'list.-1', '[-1] is out of bounds for array with length [3] as part of path [list.-1]')
test(failing, 'write', 'nothing.x', 'cannot set [x] with null parent as part of path [nothing.x]')
test(failing, 'write', 'nothing.x.y', 'cannot resolve [x] from null as part of path [nothing.x.y]')
test(
  failing,
  'write',
  'text.x',
  'cannot set [x] with parent object of type [java.lang.String] as part of path [text.x]',
)
test(
  failing,
  'write',
  'text.x.y',
  'cannot resolve [x] from object of type [java.lang.String] as part of path [text.x.y]',
)
test(failing, 'write', 'list.3', '[3] is out of bounds for array with length [3] as part of path [list.3]')
test(failing, 'write', '_id', 'the id of an event cannot be changed: [_id]')
test(failing, 'write', '_index', '[_index] must be text, and is [java.lang.Integer]')
test(failing, 'write', '_routing', 'an event has no [_routing]')
test(failing, 'remove', 'x', 'field [x] not present as part of path [x]')
test(failing, 'remove', 'a.x', 'field [x] not present as part of path [a.x]')
test(failing, 'remove', 'x.y', 'field [x] not present as part of path [x.y]')
test(failing, 'remove', 'nothing.x', 'cannot remove [x] from null as part of path [nothing.x]')
test(failing, 'remove', 'text.x', 'cannot remove [x] from object of type [java.lang.String] as part of path [text.x]')
test(failing, 'remove', 'list.9', '[9] is out of bounds for array with length [3] as part of path [list.9]')
test(failing, 'remove', '_id', 'cannot remove metadata field [_id]')

test('a text without a name is not a path', t => {
  t.throws(() => new FieldPath(''), { name: 'NotationFault', message: 'path cannot be null nor empty' })
  t.throws(() => new FieldPath('..'), { name: 'NotationFault', message: 'path [..] is not valid' })
})

test('objects on the way are made, and lists are not', t => {
  const event = eventOf('{"list":[{}]}')
  new FieldPath('x.0.y').write(event, 1)
  new FieldPath('list.0.z').write(event, 2)
  t.true(event.isChanged)
  t.is(writeJson(event.fields), '{"list":[{"z":2}],"x":{"0":{"y":1}}}')
})

test('a write to _ingest or _index does not change the document', t => {
  const event = eventOf('{}')
  new FieldPath('_ingest.some.thing').write(event, 1)
  new FieldPath('_index').write(event, 'logs')
  t.false(event.isChanged)
  t.deepEqual([event.ingest, event.index], [{ some: { thing: 1 } }, 'logs'])
})

test('removing an element moves the ones behind it', t => {
  const event = eventOf('{"list":[1,2,3]}')
  new FieldPath('list.1').remove(event)
  t.is(writeJson(event.fields), '{"list":[1,3]}')
  t.true(event.isChanged)
})

const NAMES = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'toJSON', 'hasOwnProperty', 'a', '0')
const LEAVES = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.boolean())

test('no name reaches the host: a field that was written is read, removed, and nothing else changed', t => {
  const before = Object.getOwnPropertyNames(Object.prototype).join(',')
  fc.assert(
    fc.property(fc.array(NAMES, { minLength: 1, maxLength: 4 }), LEAVES, (names, value) => {
      const event = eventOf('{}')
      const path = new FieldPath(names.join('.'))
      path.write(event, value)
      t.deepEqual(path.read(event), value)
      const nested = names.reduceRight<string>((inner, name) => `{"${name}":${inner}}`, JSON.stringify(value))
      t.is(writeJson(event.fields), nested)
      path.remove(event)
      t.is(path.read(event), undefined)
      t.is(({} as Record<string, unknown>)['a'], undefined)
    }),
  )
  t.is(Object.getOwnPropertyNames(Object.prototype).join(','), before)
})

test('a name that is a template depends on the event', t => {
  const field = compileField('by.{{kind}}.{{_ingest.n}}')
  t.is(field(eventOf('{"kind":"x"}', { n: new Double(1) })).text, 'by.x.1.0')
  t.throws(() => compileField('{{kind}}')(eventOf('{}')), { name: 'ProcessingFault' })
  t.throws(() => compileField('{{kind'), { name: 'NotationFault' })
})
