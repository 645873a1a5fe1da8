import test from 'ava'
import fc from 'fast-check'
import { EventReader, isPoison } from '../../../src/lumberjack/event-reader.ts'

const NOW = Date.UTC(2026, 0, 1)
const NOW_TEXT = '2026-01-01T00:00:00.000Z'

function readJson(text: string | Buffer) {
  const frame = { type: 'json', sequence: 1, payload: Buffer.from(text) } as const
  const event = new EventReader(() => 'made').read(frame, NOW)
  if (isPoison(event)) return { poison: event.type, id: event.id }
  const { bytes, start, end, ...rest } = event
  return { ...rest, document: bytes.toString('utf8', start, end) }
}

const documents = test.macro({
  title: (providedTitle = '') => providedTitle,
  exec: (t, payload: string, document: string, rest: object = {}) => {
    t.deepEqual(readJson(payload), { id: 'made', timeMs: NOW, document, ...rest } as ReturnType<typeof readJson>)
  },
})

const time = `"@timestamp":"${NOW_TEXT}"`
test('an event without a time gets that of its receipt', documents, '{"a":1}', `{${time},"a":1}`)
test('an empty event gets a time', documents, ' {} ', `{${time}}`)
test('a time that can not be read is replaced', documents, '{"@timestamp":"soon","a":1}', `{${time},"a":1}`)
test(
  'a time without a zone is UTC',
  documents,
  '{"@timestamp":"2026-02-03T04:05:06"}',
  '{"@timestamp":"2026-02-03T04:05:06"}',
  { timeMs: Date.UTC(2026, 1, 3, 4, 5, 6) },
)
test('a foreign @metadata goes, first', documents, `{"@metadata":{"beat":"x"},${time},"a":1}`, `{${time},"a":1}`)
test(
  'a foreign @metadata goes, in the middle',
  documents,
  `{${time},"@metadata":{"beat":"x"},"a":1}`,
  `{${time},"a":1}`,
)
test('a foreign @metadata goes, last', documents, `{${time},"a":1 , "@metadata":{"beat":"x"} }`, `{${time},"a":1 }`)
test('a foreign @metadata goes, alone', documents, '{"@metadata":{}}', `{${time}}`)
test(
  'every @metadata goes, escaped too',
  documents,
  `{"@metadata":1,${time},"\\u0040metadata":2,"@metadata":3}`,
  `{${time}}`,
)
test('an id in a foreign @metadata is taken', documents, `{${time},"@metadata":{"_id":"x1"}}`, `{${time}}`, {
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

test('wrong UTF-8 in JSON becomes U+FFFD', t => {
  const payload = Buffer.concat([Buffer.from(`{${time},"a":"`), Buffer.of(0xff), Buffer.from('"}')])
  t.deepEqual(readJson(payload), { id: 'made', timeMs: NOW, document: `{${time},"a":"\ufffd"}` })
})

const poisoned = test.macro({
  title: (providedTitle = '') => `${providedTitle} is poison`,
  exec: (t, payload: string, type: string) => {
    t.deepEqual(readJson(payload), { poison: type, id: 'made' })
  },
})
test('nothing', poisoned, '', 'not_json')
test('text', poisoned, 'hello', 'not_json')
test('a cut object', poisoned, '{"a":', 'not_json')
test('two objects', poisoned, '{}{}', 'not_json')
test('a trailing comma', poisoned, '{"a":1,}', 'not_json')
test('a leading zero', poisoned, '{"a":01}', 'not_json')
test('a raw line feed in a string', poisoned, '{"a":"x\ny"}', 'not_json')
test(
  'a raw line feed in a string of our shape',
  poisoned,
  `{"@metadata":{"_id":"a-1"},${time},"message":"x\ny"}`,
  'not_json',
)
test('a wrong escape', poisoned, '{"a":"\\x"}', 'not_json')
test('an array', poisoned, '[{"a":1}]', 'not_an_object')
test('a number', poisoned, '12', 'not_an_object')
test('null', poisoned, 'null', 'not_an_object')
test('nesting of 10,000', poisoned, `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 'too_deep')
test(
  'nesting of 10,000 in our shape',
  poisoned,
  `{"@metadata":{"_id":"a-1"},${time},"a":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_001)}`,
  'too_deep',
)
test('an id over 512 bytes', poisoned, `{${time},"@metadata":{"_id":"${'é'.repeat(257)}"}}`, 'id_too_long')

test('an event is JSON for us exactly when it is for JSON.parse', t => {
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
        const payload = JSON.stringify({ ...event, '@timestamp': NOW_TEXT }, null, 1)
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

function isParsable(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false // the answer
  }
}
