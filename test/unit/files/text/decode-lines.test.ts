import test from 'ava'
import fc from 'fast-check'
import { LINE_CUT, LINE_INVALID, LINE_UNTERMINATED } from '../../../../src/flow/line-batch.ts'
import { findLineCutter } from '../../../../src/files/text/line-cutter.ts'
import { findLineDecoder, type FileLines } from '../../../../src/files/text/decode-lines.ts'
import { findEncodingName } from '../../../../src/encodings/text-form.ts'
import { lineBytes } from '../../../../src/lumberjack/wire/line-escaping.ts'
import { anyLines, delimiterOf, ENCODINGS } from '../../../helpers/files/encoded-text.ts'

const cutting = { maxLineBytes: 24, startsInsideLine: false, tail: 'unterminated', maxLines: 1000 } as const

/** By the decoder itself, line by line. */
function expected({ bytes, ends, flags, offset }: FileLines, encoding: string, delimiter: string) {
  const isPlain = encoding === 'utf-8'
  const lenient = new TextDecoder(encoding, { ignoreBOM: true })
  const strict = new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
  return Array.from(ends, (end, i) => {
    const start = ends[i - 1] ?? 0
    const own = flags?.[i] ?? 0
    const hasTerminator = (own & (LINE_CUT | LINE_UNTERMINATED)) === 0
    const written = bytes.subarray(start, hasTerminator ? end - delimiterOf(encoding, delimiter).length : end)
    const line = hasTerminator && delimiter === '\n' ? withoutReturn(written, delimiterOf(encoding, '\r')) : written
    const message = unswap(encoding, lenient.decode(line))
    const isValid = isPlain || Boolean(tryTo(() => strict.decode(line) !== undefined))
    return { message, offset: offset + start, flags: isValid ? own : own | LINE_INVALID }
  })
}

/** It is a part of the terminator: a character that lacks its last byte ends before it. */
function withoutReturn(line: Buffer, cr: Buffer): Buffer {
  return line.subarray(-cr.length).equals(cr) ? line.subarray(0, -cr.length) : line
}

/** The decoder of Shift_JIS gives three controls for each other. */
function unswap(encoding: string, text: string): string {
  if (encoding !== 'shift_jis') return text
  const swapped = ['\u001c', '\u001a', '\u007f']
  return Array.from(text, one => (swapped.includes(one) ? swapped[(swapped.indexOf(one) + 1) % 3] : one)).join('')
}

function tryTo<Value>(make: () => Value): Value | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}

function decoded(lines: FileLines, encoding: string, delimiter: string) {
  const made = findLineDecoder({ encoding, delimiter })!(lines)
  return Array.from(made.ends, (_, i) => ({
    message: lineBytes(made, i).toString(),
    offset: made.offsets?.[i] ?? made.offset + (made.ends[i - 1] ?? 0),
    flags: made.flags?.[i] ?? 0,
  }))
}

function linesOf(bytes: Buffer, encoding: string, delimiter: string): FileLines {
  const { ends, flags, length } = findLineCutter({ encoding, delimiter }).cut(bytes, cutting)
  return { bytes: bytes.subarray(0, length), ends, flags, offset: 1000 }
}

const wrong = fc.uint8Array({ maxLength: 4 }).map(bytes => Buffer.from(bytes))
const isRaw = (encoding: string) => encoding === 'utf-8'

for (const encoding of ENCODINGS) {
  for (const delimiter of isRaw(encoding) ? ['\0', '\r\n\r\n'] : ['\n', '\0', '\r\n\r\n']) {
    test(`lines of ${encoding} that end with ${JSON.stringify(delimiter)} are what their decoder gives, with the places in their file`, t => {
      const part = fc.oneof({ arbitrary: anyLines(encoding, delimiter), weight: 4 }, fc.array(wrong, { maxLength: 2 }))
      const cr = fc.constantFrom('', '', '\r', '\r\r')
      fc.assert(
        fc.property(fc.array(fc.tuple(part, cr), { maxLength: 5 }), parts => {
          const terminator = delimiterOf(encoding, delimiter)
          const lines = parts.flatMap(([some, end]) =>
            some.flatMap(line => [line, delimiterOf(encoding, end), terminator]),
          )
          const cut = linesOf(Buffer.concat(lines), encoding, delimiter)
          t.deepEqual(decoded(cut, encoding, delimiter), expected(cut, encoding, delimiter))
        }),
        { numRuns: 60 },
      )
    })
  }
}

test('lines of ASCII are passed on as they are', t => {
  const lines = linesOf(Buffer.from('a\r\nb\n'), 'windows-1252', '\n')
  t.is(findLineDecoder({ encoding: 'windows-1252', delimiter: '\n' })!(lines), lines as never)
})

test('UTF-8 that ends with LF needs no decoder', t => {
  t.is(findLineDecoder({ encoding: 'utf-8', delimiter: '\n' }), undefined)
})

test('a byte order mark within a file is a part of its line', t => {
  const lines = linesOf(Buffer.from('\ufeffa\0', 'utf16le'), 'utf-16le', '\0')
  t.deepEqual(decoded(lines, 'utf-16le', '\0'), [{ message: '\ufeffa', offset: 1000, flags: 0 }])
})

test('each line of ISO-2022-JP begins with ASCII, whatever the one before ended with', t => {
  const lines = linesOf(Buffer.from('\u001b$B$"\nab\n', 'latin1'), 'iso-2022-jp', '\n')
  t.deepEqual(
    decoded(lines, 'iso-2022-jp', '\n').map(({ message }) => message),
    ['あ', 'ab'],
  )
})

test('a label is one of the encoding that the standard names, and an unknown one has no encoding', t => {
  t.is(findEncodingName('latin1'), 'windows-1252')
  t.is(findEncodingName(' Shift-JIS '), 'shift_jis')
  t.is(findEncodingName('utf-7'), undefined)
})

test('the decoders of all encodings are there', t => {
  for (const encoding of ENCODINGS) t.is(findEncodingName(encoding), encoding)
})
