import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { MAX_DEPTH, parseJson, readDocument, writeJson } from '../../../../src/pipeline/document/json.ts'
import { Double } from '../../../../src/pipeline/document/value.ts'

const number = test.macro<[string, string?]>({
  exec(t, text, written = text) {
    t.is(writeJson(parseJson(text)), written)
    t.is(writeJson(parseJson(`{"a":[${text}]}`)), `{"a":[${written}]}`)
    t.is(writeJson(parseJson(`{"a": ${text} }`)), `{"a":${written}}`)
  },
  title: (_, text = '', written = text) => `the number ${text} is written as ${written}`,
})

test(number, '1')
test(number, '-1.5')
test(number, '1.0')
test(number, '-0.0')
test(number, '100.00', '100.0')
test(number, '1e5', '100000.0')
test(number, '1.5e3', '1500.0')
test(number, '1E30', '1e+30')
test(number, '9007199254740991')
test(number, '9007199254740993')
test(number, '-12345678901234567890123456789')
test(number, '1700000000000000000')
test(number, '1e999')
test(number, '-1e999')

test('numbers in texts are texts', t => {
  const text = '{"m":"a:1.0,2e5,[3.0] 9007199254740993","k:1.0":"1.0"}'
  t.is(writeJson(parseJson(text)), text)
})

test('an own member of any name is a member, and the last of several with one name counts', t => {
  const text = '{"__proto__":{"x":1.0},"toJSON":1,"constructor":2}'
  const document = readDocument(text)
  t.is(writeJson(document), text)
  t.is(Object.getPrototypeOf(document), Object.prototype)
  t.is(writeJson(parseJson('{"a":1,"b":2,"a":3}')), '{"a":3,"b":2}')
})

test('a document is an object', t => {
  for (const text of ['[]', 'null', '1', '"x"', '1.0'])
    t.throws(() => readDocument(text), {
      name: 'ProcessingFault',
      message: 'the document is not a JSON object',
    })
  t.throws(() => readDocument('{"a":'), { name: 'ProcessingFault', message: /^not valid JSON: / })
})

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`
}

test('a text and a value that are nested deeper than the limit are refused', t => {
  t.is(writeJson(parseJson(nested(MAX_DEPTH))), nested(MAX_DEPTH))
  t.throws(() => parseJson(nested(MAX_DEPTH + 1)), { message: /more than 500 deep/u })
  t.throws(() => parseJson('{"a":'.repeat(1_000_000)), { message: /more than 500 deep/u })
  t.throws(() => writeJson([parseJson(nested(MAX_DEPTH))]), { message: /more than 500 deep/u })
  const brackets = JSON.stringify({ text: nested(MAX_DEPTH * 2), more: '"[[' })
  t.is(writeJson(parseJson(brackets)), brackets)
})

const MEMBERS = fc.oneof(
  fc.integer(),
  fc
    .double({ noNaN: true })
    .map(value => (Number.isInteger(value) || !Number.isFinite(value) ? new Double(value) : value)),
  fc.bigInt().map(value => (Number.isSafeInteger(Number(value)) ? Number(value) : value)),
  fc.string(),
  fc.constantFrom('1.0', ':1.0,', '"', '\\', ':2e5}'),
)
const { document } = fc.letrec(tie => ({
  value: fc.oneof({ depthSize: 'small' }, MEMBERS, fc.array(tie('value')), tie('document')),
  document: fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value')),
}))

test('a document is the same after it was written and read', t => {
  fc.assert(
    fc.property(document, value => {
      const text = writeJson(value as never)
      t.is(writeJson(parseJson(text)), text)
    }),
  )
})

/** Microseconds of CPU time of this thread. */
function readingUs(t: ExecutionContext, text: string): number {
  const before = process.threadCpuUsage()
  t.throws(() => parseJson(text), { name: 'ProcessingFault' })
  t.is(parseJson(JSON.stringify(text)), text)
  const { user, system } = process.threadCpuUsage(before)
  return user + system
}

test('ten times as long a document needs about ten times the CPU time, not a hundred times', t => {
  const odd = [':', ': ', ':1.0'].map(part => (length: number) => part.repeat(length))
  const others = [(length: number) => `:${'1'.repeat(length)}`, (length: number) => `${' '.repeat(length)}x`]
  for (const make of [...odd, ...others]) {
    const shortUs = Math.min(...Array.from({ length: 3 }, () => readingUs(t, make(1e5))))
    const longUs = Math.min(...Array.from({ length: 3 }, () => readingUs(t, make(1e6))))
    t.true(longUs < 50 * Math.max(shortUs, 1000), make(3))
  }
})

test('a document with a long text that has many brackets is read, and one that is too deep is not', t => {
  const text = `${'{},'.repeat(400_000)}\\"\\\\`
  t.deepEqual(readDocument(JSON.stringify({ text })), { text })
  t.throws(() => readDocument(`{"a":"${'[]'.repeat(300)}","b":${'['.repeat(501)}${']'.repeat(501)}}`), {
    message: /nested more than/,
  })
})
