import test from 'ava'
import fc from 'fast-check'
import { LINE_CONTINUED, LINE_CUT, LINE_UNTERMINATED } from '../../../../src/flow/line-batch.ts'
import { cutLines, MIN_MAX_LINE_BYTES, type Cutting } from '../../../../src/files/read/line-splitter.ts'

const open: Cutting = { maxLineBytes: 16, startsInsideLine: false, tail: 'open', maxLines: 1000 }
const max = 'x'.repeat(16)

function cut(text: string | Buffer, change: Partial<Cutting> = {}): (string | number)[] {
  const bytes = Buffer.from(text)
  const { ends, flags, length } = cutLines(bytes, { ...open, ...change })
  const pieces = [...ends].flatMap((end, i) => {
    const piece = bytes.toString('latin1', i === 0 ? 0 : ends[i - 1]!, end)
    return flags === undefined ? [piece] : [piece, flags[i]!]
  })
  return length === bytes.length ? pieces : [...pieces, `waits: ${bytes.toString('latin1', length)}`]
}

type Pieces = readonly (string | number)[]

const becomes = test.macro((t, text: string | Buffer, pieces: Pieces) => {
  t.deepEqual(cut(text), pieces)
})
const becomesWith = test.macro((t, { text, ...change }: Partial<Cutting> & { text: string }, pieces: Pieces) => {
  t.deepEqual(cut(text, change), pieces)
})

test('a line feed ends a line', becomes, 'a\nb\n', ['a\n', 'b\n'])
test('a CR LF belongs to the line that it ends', becomes, 'a\r\nb\r\n', ['a\r\n', 'b\r\n'])
test('a CR at the end waits with its line for the line feed', becomes, 'a\r', ['waits: a\r'])
test('a lone CR does not end a line', becomes, 'a\rb\n', ['a\rb\n'])
test('empty lines are lines', becomes, '\n\r\n\n', ['\n', '\r\n', '\n'])
test('NUL bytes are part of a line', becomes, '\0a\0\n', ['\0a\0\n'])
test('a byte order mark is part of a line', becomes, Buffer.from('efbbbf610a', 'hex'), ['\xef\xbb\xbfa\n'])
test('invalid UTF-8 is part of a line', becomes, Buffer.from('fffe80c00a', 'hex'), ['\xff\xfe\x80\xc0\n'])
test('no bytes have no lines', becomes, '', [])
test('bytes without a newline wait', becomes, 'a\nb', ['a\n', 'waits: b'])
test(
  'a last line that is given up without its newline is flagged as unterminated',
  becomesWith,
  { text: 'a\nb', tail: 'unterminated' },
  ['a\n', 0, 'b', LINE_UNTERMINATED],
)
test(
  'a last line with its newline is not flagged as unterminated',
  becomesWith,
  { text: 'a\n', tail: 'unterminated' },
  ['a\n'],
)
test('a line of exactly the maximum length is not cut', becomes, `${max}\n`, [`${max}\n`])
test('a CR LF does not count towards the maximum length of a line', becomes, `${max}\r\n`, [`${max}\r\n`])
test('a line that is one byte longer than the maximum becomes two pieces', becomes, `${max}y\n`, [
  max,
  LINE_CUT,
  'y\n',
  LINE_CONTINUED,
])
test('a CR before a CR LF counts towards the maximum length', becomes, `${max}\r\r\n`, [
  max,
  LINE_CUT,
  '\r\r\n',
  LINE_CONTINUED,
])
test('a line of the maximum length waits for its newline', becomes, max, [`waits: ${max}`])
test('a line of the maximum length and a CR wait, for the CR may be half of a terminator', becomes, `${max}\r`, [
  `waits: ${max}\r`,
])
test('a line is cut when the two bytes behind the maximum have no newline', becomes, `${max}\r.`, [
  max,
  LINE_CUT,
  'waits: \r.',
])
test('a line of several times the maximum becomes as many pieces', becomes, `${max}${max}yz\nb\n`, [
  max,
  LINE_CUT,
  max,
  LINE_CUT | LINE_CONTINUED,
  'yz\n',
  LINE_CONTINUED,
  'b\n',
  0,
])
test(
  'a long line that is given up is cut, and its last piece is flagged as unterminated',
  becomesWith,
  { text: `${max}y`, tail: 'unterminated' },
  [max, LINE_CUT, 'y', LINE_UNTERMINATED | LINE_CONTINUED],
)
test(
  'bytes that begin within a line are flagged as its continuation',
  becomesWith,
  { text: 'rest\nb\n', startsInsideLine: true },
  ['rest\n', LINE_CONTINUED, 'b\n', 0],
)
test('no more lines are cut than requested', becomesWith, { text: 'a\nb\nc\n', maxLines: 2 }, [
  'a\n',
  'b\n',
  'waits: c\n',
])

for (const [name, character] of [
  ['two', 'é'],
  ['three', '€'],
  ['four', '😀'],
] as const) {
  const width = Buffer.byteLength(character)
  for (let before = 1; before < width; before++) {
    test(`a cut ${before} bytes into a character of ${name} bytes moves back`, t => {
      const head = 'x'.repeat(16 - before)
      const text = `${head}${character}tail\n`
      t.deepEqual(
        cut(text),
        cut(head, { tail: 'cut' }).concat([Buffer.from(`${character}tail\n`).toString('latin1'), LINE_CONTINUED]),
      )
    })
  }
}

test('bytes that only look like the inside of a character are cut at the maximum', t => {
  const bytes = Buffer.concat([Buffer.alloc(20, 0x80), Buffer.from('\n')])
  t.deepEqual([...cutLines(bytes, open).ends], [16, 21])
})

const anyText = fc.array(fc.constantFrom('a', '\n', '\r', '\r\n', 'é', '€', '😀', '\x80', 'xxxxxxxxxxxx'), {
  maxLength: 60,
})

test('no byte is lost, repeated or moved, and no piece is longer than the maximum', t => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: MIN_MAX_LINE_BYTES, max: 40 }), (parts, maxLineBytes) => {
      const bytes = Buffer.from(parts.join(''), 'utf8')
      const { ends, length } = cutLines(bytes, { ...open, maxLineBytes, tail: 'unterminated' })
      t.is(length, bytes.length)
      let start = 0
      for (const end of ends) {
        t.true(end > start)
        t.true(bytes.toString('latin1', start, end).replace(/\r?\n$/, '').length <= maxLineBytes)
        start = end
      }
    }),
    { numRuns: 300 },
  )
})

test('the pieces are the same for any split of the input', t => {
  fc.assert(
    fc.property(anyText, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (parts, steps) => {
      const bytes = Buffer.from(`${parts.join('')}\n`, 'utf8')
      t.deepEqual(cutInSteps(bytes, steps), [...cutLines(bytes, open).ends])
    }),
    { numRuns: 300 },
  )
})

test('a range of any number of lines is cut again as it was', t => {
  fc.assert(
    fc.property(anyText, fc.tuple(fc.nat(), fc.nat()), fc.boolean(), (parts, [a, b], isFinal) => {
      const bytes = Buffer.from(parts.join(''), 'utf8')
      const whole = cutLines(bytes, { ...open, tail: isFinal ? 'unterminated' : 'open' })
      const count = whole.ends.length
      if (count === 0) return
      const [first, last] = [a % count, b % count].sort((x, y) => x - y) as [number, number]
      const start = first === 0 ? 0 : whole.ends[first - 1]!
      const range = bytes.subarray(start, whole.ends[last])
      const endsUnterminated = last === count - 1 && whole.endsUnterminated
      const startsInsideLine = ((whole.flags?.[first] ?? 0) & LINE_CONTINUED) !== 0
      const tail = endsUnterminated ? 'unterminated' : 'cut'
      const again = cutLines(range, { ...open, startsInsideLine, tail, maxLines: last - first + 1 })
      t.deepEqual(
        [...again.ends],
        Array.from(whole.ends.slice(first, last + 1), end => end - start),
      )
      const flags = Array.from((whole.flags ?? new Uint8Array(count)).slice(first, last + 1))
      t.deepEqual([...(again.flags ?? new Uint8Array(flags.length))], flags)
    }),
    { numRuns: 1000 },
  )
})

test('a line of ten thousand pieces has all of them, with their flags', t => {
  const bytes = Buffer.from(`${max}y\n`.repeat(5000))
  const { ends, flags } = cutLines(bytes, { ...open, maxLines: 100_000 })
  t.is(ends.length, 10_000)
  t.is(flags?.length, 10_000)
  t.is(flags?.[9998], LINE_CUT)
  t.is(flags?.[9999], LINE_CONTINUED)
})

/** As a file that grows is read: what waits is read again with what came. */
function cutInSteps(bytes: Buffer, steps: readonly number[]): number[] {
  const ends: number[] = []
  let start = 0
  let seen = 0
  for (let step = 0; seen < bytes.length; step++) {
    seen = Math.min(bytes.length, seen + steps[step % steps.length]!)
    const startsInsideLine = start > 0 && bytes[start - 1] !== 10
    const { ends: some } = cutLines(bytes.subarray(start, seen), { ...open, startsInsideLine })
    ends.push(...[...some].map(end => end + start))
    start = ends.at(-1) ?? 0
  }
  return ends
}

/** The ends and flags of all pieces, each cut alone. */
function cutOneByOne(bytes: Buffer, cutting: Cutting): readonly (readonly number[])[] {
  const found: number[][] = []
  let [start, startsInsideLine] = [0, cutting.startsInsideLine]
  for (;;) {
    const one = cutLines(bytes.subarray(start), { ...cutting, startsInsideLine, maxLines: 1 })
    if (one.length === 0) return found
    start += one.length
    const flags = one.flags?.[0] ?? 0
    found.push([start, flags])
    startsInsideLine = (flags & ~LINE_CONTINUED) !== 0
  }
}

/** Many short lines, many empty ones, and some long ones. */
const manyLines = fc
  .array(
    fc.tuple(
      fc.constantFrom('a', '\r', 'é', '\0'),
      fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 70 }) }, fc.nat({ max: 1500 })),
      fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.nat({ max: 6000 })),
      fc.constantFrom('\n', '\r\n'),
    ),
    { maxLength: 60 },
  )
  .map(parts =>
    Buffer.from(
      parts
        .map(([text, count, times, end]) => (text.repeat(count % (30_000 / (times + 1))) + end).repeat(times))
        .join(''),
    ),
  )

test('lines that are cut all at once are those that are cut one by one', t => {
  const anyTail = fc.constantFrom('open' as const, 'unterminated' as const, 'cut' as const)
  fc.assert(
    fc.property(manyLines, fc.constantFrom(16, 50, 600, 1e6), anyTail, (bytes, maxLineBytes, tail) => {
      const cutting = { maxLineBytes, startsInsideLine: false, tail, maxLines: Infinity }
      const { ends, flags } = cutLines(bytes, cutting)
      t.deepEqual([...ends].map((end, i) => [end, flags?.[i] ?? 0]), cutOneByOne(bytes, cutting)) // prettier-ignore
    }),
    { numRuns: 200 },
  )
})

test('short lines of every length are cut at each of their ends', t => {
  for (let length = 0; length < 70; length++) {
    const bytes = Buffer.from(`${'x'.repeat(length)}\n`.repeat(2000))
    const { ends } = cutLines(bytes, { ...open, maxLineBytes: 1000, maxLines: 5000 })
    t.true(ends.length === 2000 && ends.every((end, i) => end === (i + 1) * (length + 1)))
  }
})
