import test from 'ava'
import fc from 'fast-check'
import { LINE_CUT } from '../../../../src/flow/line-batch.ts'
import { cutLines, type Cutting } from '../../../../src/files/read/line-splitter.ts'
import { findLineCutter } from '../../../../src/files/text/line-cutter.ts'
import { AMBIGUOUS, anyLines, delimiterOf, ENCODINGS } from '../../../helpers/files/encoded-text.ts'

const open: Cutting = { maxLineBytes: 1000, startsInsideLine: false, tail: 'open', maxLines: 1000 }
const whole: Cutting = { ...open, tail: 'unterminated' }
const hex = (parts: readonly Buffer[]) => parts.map(part => part.toString('hex'))

function piecesOf(bytes: Buffer, ends: Uint32Array): Buffer[] {
  return Array.from(ends, (end, i) => bytes.subarray(ends[i - 1] ?? 0, end))
}

/** As the batcher reads: each read begins where the last line ended, and a longer one follows where none did. */
function cutInSteps(
  bytes: Buffer,
  steps: readonly number[],
  form: { encoding: string; delimiter: string },
  max = 1000,
) {
  const { cut, unitBytes, endsLine } = findLineCutter(form)
  const ends: number[] = []
  let [start, length, isInside] = [0, 0, false]
  for (let i = 0; start < bytes.length && start + length <= bytes.length + 1000; i++) {
    length += steps[i % steps.length]!
    const read = bytes.subarray(start, start + length)
    const units = read.subarray(0, read.length - (read.length % unitBytes))
    const found = cut(units, { ...open, maxLineBytes: max, startsInsideLine: isInside })
    if (found.length === 0) continue
    for (const end of found.ends) ends.push(start + end)
    isInside = !endsLine(read.subarray(0, found.length))
    start += found.length
    length = 0
  }
  return ends
}

for (const encoding of ENCODINGS) {
  for (const delimiter of [
    '\n',
    '\r',
    '\0',
    '\r\n\r\n',
    '\u001e',
    ...(AMBIGUOUS.includes(encoding) ? ['|', '||'] : []),
  ]) {
    const name = JSON.stringify(delimiter)
    const form = { encoding, delimiter }
    const terminator = delimiterOf(encoding, delimiter)

    test(`lines of ${encoding} end with ${name} and nowhere else, whatever parts are read`, t => {
      fc.assert(
        fc.property(
          anyLines(encoding, delimiter),
          fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 }),
          (lines, steps) => {
            const expected = lines.map(line => Buffer.concat([line, terminator]))
            const bytes = Buffer.concat(expected)
            const { ends, flags } = findLineCutter(form).cut(bytes, whole)
            t.deepEqual(hex(piecesOf(bytes, ends)), hex(expected))
            t.is(flags, undefined)
            t.deepEqual(cutInSteps(bytes, steps, form), [...ends])
          },
        ),
        { numRuns: 40 },
      )
    })
  }
}

for (const encoding of ENCODINGS) {
  test(`a long line of ${encoding} is cut between characters, at most at its maximum, and alike whatever parts are read`, t => {
    const decoder = new TextDecoder(encoding, { ignoreBOM: true })
    fc.assert(
      fc.property(
        anyLines(encoding, ''),
        fc.integer({ min: 16, max: 24 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        (lines, maxLineBytes, steps) => {
          const form = { encoding, delimiter: '\n' }
          const text = Buffer.concat(lines)
          const bytes = Buffer.concat([text, delimiterOf(encoding, '\n')])
          const { ends, flags } = findLineCutter(form).cut(bytes, { ...whole, maxLineBytes })
          const pieces = piecesOf(bytes, ends)
          t.is(pieces.map(piece => decoder.decode(piece)).join(''), decoder.decode(bytes))
          for (const [i, piece] of pieces.entries())
            t.true(((flags?.[i] ?? 0) & LINE_CUT) === 0 || (piece.length > 0 && piece.length <= maxLineBytes))
          t.deepEqual(cutInSteps(bytes, steps, form, maxLineBytes), [...ends])
        },
      ),
      { numRuns: 60 },
    )
  })
}

test('a terminator that is not whole yet belongs to no piece of a long line', t => {
  const { cut } = findLineCutter({ encoding: 'utf-8', delimiter: '\r\n\r\n' })
  const text = 'x'.repeat(16)
  t.is(cut(Buffer.from(`${text}\r\n\r`), { ...open, maxLineBytes: 16 }).length, 0)
  t.deepEqual([...cut(Buffer.from(`${text}\r\n\r\n`), { ...open, maxLineBytes: 16 }).ends], [20])
  t.deepEqual([...cut(Buffer.from(`${text}\r\n\r.`), { ...open, maxLineBytes: 16 }).ends], [16])
})

const longWithReturn = (end: string) => Buffer.from(`${'x'.repeat(16)}\r${end}`)

test('a CR belongs to a terminator of LF, and to no other one', t => {
  const max = { ...whole, maxLineBytes: 16 }
  t.deepEqual(
    [...findLineCutter({ encoding: 'windows-1252', delimiter: '\n' }).cut(longWithReturn('\n'), max).ends],
    [18],
  )
  t.deepEqual(
    [...findLineCutter({ encoding: 'windows-1252', delimiter: '\0' }).cut(longWithReturn('\0'), max).ends],
    [16, 18],
  )
})

test('plain text is cut by the splitter of plain text', t => {
  t.is(findLineCutter({ encoding: 'utf-8', delimiter: '\n' }).cut, cutLines)
})

test('ISO-2022-JP without a place in its first state is cut at the maximum', t => {
  const bytes = Buffer.from(`\u001b$B${'$"'.repeat(20)}\u001b(B\n`, 'latin1')
  const { ends } = findLineCutter({ encoding: 'iso-2022-jp', delimiter: '\n' }).cut(bytes, {
    ...whole,
    maxLineBytes: 16,
  })
  t.is(ends[0], 16)
})

const endOf = test.macro({
  title: (given = '') => `the end of the last line is found ${given}`,
  exec(t, form: { encoding: string; delimiter: string }, bytes: Buffer, end: number) {
    const { findLastEnd, endsLine } = findLineCutter(form)
    t.is(findLastEnd(bytes), end)
    t.is(endsLine(bytes), end === bytes.length)
  },
})
const le = { encoding: 'utf-16le', delimiter: '\n' }
const sjis = { encoding: 'shift_jis', delimiter: '|' }
test('in plain text', endOf, { encoding: 'utf-8', delimiter: '\n' }, Buffer.from('a\nb'), 2)
test('nowhere where there is none', endOf, { encoding: 'utf-8', delimiter: '\0' }, Buffer.from('a\nb'), 0)
test('at whole units of UTF-16', endOf, le, Buffer.from('61000a00620a0063', 'hex'), 4)
test('of UTF-16 at the end', endOf, le, Buffer.from('61000a00', 'hex'), 4)
test('behind a character that ends with the same byte', endOf, sjis, Buffer.from('617c837c', 'hex'), 2)
test('behind a byte that is a whole character', endOf, sjis, Buffer.from('837c7c', 'hex'), 3)
