import test from 'ava'
import fc from 'fast-check'
import { isPoison } from '../../../src/events/event-reader.ts'
import { NOW_MS, RECEIVED as time, documents, read, readJson } from '../../helpers/events/read-json.ts'

test('an event without a time gets that of its receipt', documents, '{"a":1}', `{${time},"a":1}`)
test('an empty event gets a time', documents, ' {} ', `{${time}}`)
test(
  'a time that cannot be read is replaced by that of receipt, and its text is kept',
  documents,
  '{"@timestamp":"soon","a":1}',
  `{${time},"unreadable_timestamp":"soon","a":1}`,
)
test('a time without a zone is UTC', documents, '{"@timestamp":"2026-02-03T04:05:06"}', {
  document: '{"@timestamp":"2026-02-03T04:05:06"}',
  timeMs: Date.UTC(2026, 1, 3, 4, 5, 6),
})
test(
  'a foreign @metadata before other members is cut out',
  documents,
  `{"@metadata":{"beat":"x"},${time},"a":1}`,
  `{${time},"a":1}`,
)
test(
  'a foreign @metadata between other members is cut out',
  documents,
  `{${time},"@metadata":{"beat":"x"},"a":1}`,
  `{${time},"a":1}`,
)
test(
  'a foreign @metadata behind other members is cut out',
  documents,
  `{${time},"a":1 , "@metadata":{"beat":"x"} }`,
  `{${time},"a":1 }`,
)
test('a foreign @metadata that is the only member is cut out', documents, '{"@metadata":{}}', `{${time}}`)
test(
  'an @metadata and an @timestamp are recognised when they are written with escapes',
  documents,
  '{"\\u0040met\\u0061data":{"_id":"x2"},"\\u0040timestamp":"2026-02-03T04:05:06Z"}',
  { document: '{"\\u0040timestamp":"2026-02-03T04:05:06Z"}', id: 'x2', timeMs: Date.UTC(2026, 1, 3, 4, 5, 6) },
)
test(
  'members whose names are only similar to @metadata stay',
  documents,
  `{${time},"@":1,"@":2,"@metadat":3,"@metadata2":4,"\\u0041metadata":5,"\\/metadata":6,"@metadat\\u0062":7}`,
  `{${time},"@":1,"@":2,"@metadat":3,"@metadata2":4,"\\u0041metadata":5,"\\/metadata":6,"@metadat\\u0062":7}`,
)
test(
  'a time of more than 256 bytes is replaced by that of receipt, and the first 1,024 characters of it are kept',
  documents,
  `{"@timestamp":[${'{},'.repeat(400)}0],"a":1}`,
  `{${time},"unreadable_timestamp":"[${'{},'.repeat(341)}","a":1}`,
)
test(
  'a message of our agent that begins with @ stays as it is',
  documents,
  `{"@metadata":{"_id":"a-1"},${time},"message":"@all"}`,
  { document: `{${time},"message":"@all"}`, id: 'a-1' },
)
test('an id in a foreign @metadata is the id of the event', documents, `{${time},"@metadata":{"_id":"x1"}}`, {
  document: `{${time}}`,
  id: 'x1',
})
test(
  'line feeds between tokens become spaces',
  documents,
  `{\n${time},\r\n"a":\n[1,\n2]\n}\n`,
  `{ ${time},  "a": [1, 2] }`,
)
test(
  'numbers stay as they were written',
  documents,
  `{${time},"n":[12345678901234567890,1.0,-0e5]}`,
  `{${time},"n":[12345678901234567890,1.0,-0e5]}`,
)
test(
  '@metadata inside another object stays',
  documents,
  `{${time},"a":{"@metadata":1}}`,
  `{${time},"a":{"@metadata":1}}`,
)

test('invalid UTF-8 in JSON becomes U+FFFD', t => {
  const payload = Buffer.concat([Buffer.from(`{${time},"a":"`), Buffer.of(0xff), Buffer.from('"}')])
  t.deepEqual(readJson(payload), { id: 'made', timeMs: NOW_MS, document: `{${time},"a":"\ufffd"}` })
})

test('a payload that is larger than an event may be once its bytes that are not UTF-8 are U+FFFD is poison', t => {
  const payload = Buffer.concat([Buffer.from(`{${time},"a":"`), Buffer.alloc(1_000_000, 0xff), Buffer.from('"}')])
  t.deepEqual(readJson(payload), { poison: 'document_too_large', id: 'made' })
})

const poisoned = test.macro({
  title: (providedTitle = '') => `a payload with ${providedTitle} is poison`,
  exec: (t, payload: string, type: string) => {
    t.deepEqual(readJson(payload), { poison: type, id: 'made' })
  },
})
test('no bytes', poisoned, '', 'not_json')
test('text alone', poisoned, 'hello', 'not_json')
test('an unfinished object', poisoned, '{"a":', 'not_json')
test('two objects', poisoned, '{}{}', 'not_json')
test('a trailing comma', poisoned, '{"a":1,}', 'not_json')
test('a leading zero', poisoned, '{"a":01}', 'not_json')
test('a raw line feed in a string', poisoned, '{"a":"x\ny"}', 'not_json')
test(
  'a raw line feed in a string of an agent’s event',
  poisoned,
  `{"@metadata":{"_id":"a-1"},${time},"message":"x\ny"}`,
  'not_json',
)
test('a wrong escape', poisoned, '{"a":"\\x"}', 'not_json')
test('an array instead of an object', poisoned, '[{"a":1}]', 'not_an_object')
test('a number instead of an object', poisoned, '12', 'not_an_object')
test('null instead of an object', poisoned, 'null', 'not_an_object')
test('10,000 levels', poisoned, `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 'too_deep')
test(
  '10,000 levels in an agent’s event',
  poisoned,
  `{"@metadata":{"_id":"a-1"},${time},"a":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_001)}`,
  'too_deep',
)
test('a second @metadata', poisoned, `{"@metadata":1,${time},"@metadata":2}`, 'duplicate_member')
test('a second @timestamp', poisoned, `{${time},"a":1,${time}}`, 'duplicate_member')
test('a second @metadata with an escape', poisoned, '{"@metadata":1,"\\u0040metadata":2}', 'duplicate_member')
test('a second @timestamp with an escape', poisoned, `{${time},"@timest\\u0061mp":2}`, 'duplicate_member')
for (const second of [
  '"@metadata":{"_id":"a-1"}',
  '"\\u0040metadata":{"_id":"a-1"}',
  time,
  `"\\u0040${time.slice(2)}`,
]) {
  test(
    `a second ${second} in an agent’s event`,
    poisoned,
    `{"@metadata":{"_id":"a-1"},${time},${second}}`,
    'duplicate_member',
  )
}
test('1,001 members where 1,000 are allowed', poisoned, `{${'"a":1,'.repeat(1000)}"b":1}`, 'too_many_members')
test('1,001 elements where 1,000 are allowed', poisoned, `{"a":[${'{},'.repeat(999)}{}]}`, 'too_many_members')
test(
  '1,001 levels and elements in all',
  poisoned,
  `{"a":${'[[1],'.repeat(400)}${'1]'.repeat(400)}}`,
  'too_many_members',
)

test('an event with as many members and elements as the limit allows is stored', t => {
  t.false('poison' in readJson(`{${time},"a":[${'{},'.repeat(997)}{}]}`))
})

test('an event with too many members is refused at the first one, before any text after it', t => {
  const event = read(`{${'"@a":1,'.repeat(1001)}oops`)
  if (!isPoison(event)) return t.fail('it was taken')
  t.is(event.reason, 'the payload has more than 1000 members and elements: raise `eventMembers` in `limits`')
})

/** A foreign event whose `@metadata` has this many bytes. */
function withMetadata(byteCount: number): string {
  const value = `{"_id":"x1","pad":"${'x'.repeat(byteCount - 21)}"}`
  return `{${time},"@metadata":${value}}`
}

test('a foreign @metadata of 16 KiB is read and cut out', documents, withMetadata(16_384), {
  document: `{${time}}`,
  id: 'x1',
})
test('a foreign @metadata of more than 16 KiB', poisoned, withMetadata(16_385), 'metadata_too_large')
test('the reason of a foreign @metadata that is too large names its size and the limit', t => {
  const event = read(withMetadata(1_000_000))
  if (!isPoison(event)) return t.fail('it was taken')
  t.is(event.reason, 'the "@metadata" of the payload has 1000000 bytes: at most 16384 are allowed')
})

test('an event is accepted as JSON exactly if JSON.parse accepts it', t => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"',
    '\\',
    'u00e9',
    '1',
    '-',
    '.',
    'e5',
    'true',
    'nul',
    'null',
    ' ',
    '0',
    '"@metadata"',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(pieces, { maxLength: 12 }).map(parts => parts.join('')),
        fc.json(),
      ),
      body => {
        const payload = `{"a":${body}}`
        const isJson = isParsable(payload)
        t.is('poison' in readJson(payload), !isJson, payload)
      },
    ),
    { numRuns: 2000 },
  )
})

test('a foreign document means the same without its @metadata', t => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.oneof(fc.string(), fc.constant('@metadata')), fc.jsonValue(), { noNullPrototype: true }),
      event => {
        const payload = JSON.stringify({ ...event, '@timestamp': '2026-01-01T00:00:00.000Z' }, null, 1)
        const expected = JSON.parse(payload) as Record<string, unknown>
        delete expected['@metadata']
        const result = readJson(payload)
        t.false('poison' in result)
        if (!('document' in result)) return
        t.deepEqual(JSON.parse(result.document), expected)
        t.false(/[\r\n]/.test(result.document))
      },
    ),
    { numRuns: 300 },
  )
})

test('a second @metadata or @timestamp is refused at its key, before any text after it', t => {
  for (const key of ['@metadata', '@timestamp']) {
    const event = read(`{"a":1,"${key}":2, "${key}":oops`)
    if (!isPoison(event)) return t.fail('it was taken')
    t.is(event.reason, `the payload has a second "${key}" at byte ${key.length + 13}: one is allowed`)
  }
})

test('a key is recognised as @metadata exactly if JSON.parse reads it as that', t => {
  const names = fc.constantFrom('@metadata', '@metadat', '@metadata2', '@Metadata', 'metadata')
  fc.assert(
    fc.property(names, fc.infiniteStream(fc.boolean()), (name, choices) => {
      const key = `"${name.replaceAll(/./g, letter => (choices.next().value === true ? escapeLetter(letter) : letter))}"`
      const result = readJson(`{${key}:{"_id":"x"},${time}}`)
      t.is(result.id, JSON.parse(key) === '@metadata' ? 'x' : 'made', key)
    }),
    { numRuns: 500 },
  )
})

function escapeLetter(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function isParsable(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false // the answer
  }
}
