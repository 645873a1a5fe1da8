import test from 'ava'
import fc from 'fast-check'
import { findMessage, readTextStart } from '../../../../src/stores/embedded/find-message.ts'
import { LARGE_DOCUMENTS } from '../../../helpers/stores/large-documents.ts'

/** As JSON writes them. */
const KEYS = [
  '"message"',
  String.raw`"mess\u0061ge"`,
  String.raw`"\u006d\u0065\u0073\u0073\u0061\u0067\u0065"`,
  '"Message"',
  '"messages"',
  '""',
  String.raw`"a\"message"`,
  String.raw`"message\\"`,
]
const gap = fc.constantFrom('', ' ', '\t', '  ')
const member = fc.tuple(fc.constantFrom(...KEYS), fc.json({ maxDepth: 3 }), gap)

function write(members: readonly (readonly [string, string, string])[]): string {
  return `{${members.map(([key, value, space]) => `${space}${key}${space}:${space}${value}${space}`).join()}}`
}

function read(text: string): unknown {
  const bytes = Buffer.from(text)
  const range = findMessage(bytes)
  return range && JSON.parse(bytes.toString('utf8', range.start, range.end))
}

test('the value of the last message of any document is found by its position', t => {
  fc.assert(
    fc.property(fc.array(member, { maxLength: 6 }), members => {
      const text = write(members)
      t.deepEqual(read(text), (JSON.parse(text) as { message?: unknown }).message, text)
    }),
    { numRuns: 1000 },
  )
})

/** A document that counts how often one of its bytes is read. */
function countReads(text: string): { readonly bytes: Buffer; readonly reads: () => number } {
  let reads = 0
  const bytes = new Proxy(Buffer.from(text), {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof name === 'string' && /^\d/.test(name)) reads++
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { bytes, reads: () => reads }
}

for (const [shape, make] of Object.entries(LARGE_DOCUMENTS))
  test(`the message of a document of ${shape} is found with a few reads of each byte, and its start with the bytes of that`, t => {
    for (const size of [20_000, 80_000]) {
      const { bytes, reads } = countReads(make(size))
      const message = findMessage(bytes)
      t.true(reads() <= 6 * bytes.length, `${reads()} reads of ${bytes.length} bytes`)
      const before = reads()
      t.true(message !== undefined && readTextStart(bytes, message, 10_000)?.startsWith('found'))
      t.true(reads() - before <= 30_000, `${reads() - before} reads`)
    }
  })

test('a message within another member is not the message', t => {
  t.is(read('{"a":{"message":"x"},"b":["message","y"]}'), undefined)
})

for (const text of [
  '',
  '{',
  '{"a',
  '{"a":',
  '{"a":[}',
  '{"message":"x',
  '{"a":1}}',
  '{"a":1} x',
  '[]',
  'null',
  '"message"',
]) {
  test(`the end of ${JSON.stringify(text)} is not found`, t => {
    t.throws(() => findMessage(Buffer.from(text)), { instanceOf: SyntaxError })
  })
}

test('the start of a text is cut after a whole escape, and at most its bytes are read', t => {
  const letter = fc.constantFrom('a', ' ', 'é', '\u{1f600}', '"', '\\', '\n', '\u0001')
  fc.assert(
    fc.property(
      fc.array(letter, { maxLength: 40 }),
      fc.integer({ min: 1, max: 60 }),
      fc.boolean(),
      (letters, max, isEscaped) => {
        const whole = letters.join('')
        const json = JSON.stringify(whole)
        const bytes = Buffer.from(isEscaped ? escapeAll(whole) : json)
        const start = readTextStart(bytes, { start: 0, end: bytes.length }, max) ?? ''
        const known = start.replace(/[\uFFFD\uD800-\uDFFF]+$/, '') // half a letter at the cut
        t.true(whole.startsWith(known), `${json} ${max}`)
        t.true(bytes.length - 1 > max || start === whole)
        t.true(known.length <= max + 1)
      },
    ),
  )
  t.is(readTextStart(Buffer.from('5'), { start: 0, end: 1 }, 10), undefined)
})

function escapeAll(text: string): string {
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0'))
  return `"${units.map(unit => `\\u${unit}`).join('')}"`
}
