import test from 'ava'
import fc from 'fast-check'
import { LINE_CONTINUED, LINE_CUT, LINE_UNTERMINATED } from '../../../../src/flow/line-batch.ts'
import type { Unwrapped } from '../../../../src/files/containers/unwrap.ts'
import {
  dockerLine,
  type ExpectedRecord,
  type Format,
  recordsOf,
  type WrittenLine,
} from '../../../helpers/files/container-lines.ts'
import {
  type Seen,
  seenIn,
  unwrapInReads,
  unwrapLines,
  usual,
  write,
} from '../../../helpers/files/container-records.ts'

const PLACE_FLAGS = LINE_CUT | LINE_CONTINUED | LINE_UNTERMINATED

function withoutFlags({ offset, stream, text: own, timeMs, nanos, isDamaged }: Seen): ExpectedRecord {
  return { offset, stream, text: own, timeMs, nanos, isDamaged }
}

const text = fc.array(fc.constantFrom('a', 'é', '€', '😀', '\r', ' ', '"', '\\', 'xxxxxxx'), { maxLength: 8 })
const anyLine = fc.record({
  stream: fc.constantFrom('stdout' as const, 'stderr' as const),
  text: text.map(parts => Buffer.from(parts.join('')).toString('latin1')),
  isPartial: fc.boolean(),
  timeMs: fc.nat(2 ** 41),
  nanos: fc.constantFrom(0, 1, 999_999),
})
const anyPart = fc.oneof(
  { arbitrary: anyLine, weight: 9 },
  { arbitrary: fc.constantFrom('', 'damaged', '2026-11-29T21:00:00Z stdout X a', '{"log":"a', '\r'), weight: 1 },
)
const anyParts = fc.array(anyPart, { maxLength: 30 })
const anyReads = fc.record({
  steps: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }),
  maxLines: fc.integer({ min: 1, max: 8 }),
  maxBytes: fc.integer({ min: 1, max: 600 }),
  maxLineBytes: fc.constantFrom(16, 24, 1000),
  flushEvery: fc.constantFrom(0, 0, 2, 5),
})

for (const format of ['cri', 'docker'] as const) {
  test(`records of ${format} are the joined lines of each stream, whatever parts are read`, t => {
    fc.assert(
      fc.property(anyParts, anyReads, (parts, reads) => {
        const file = write(parts, format)
        const ranges = unwrapInReads(file, format, { ...reads, maxLineBytes: 1000, flushEvery: 0 })
        const [seen, expected] = [ranges.flatMap(range => range.seen), recordsOf(file, format)]
        const end = ranges.reduce((sum, { bytes }) => sum + bytes.length, 0)
        t.deepEqual(
          seen.map(withoutFlags),
          expected.filter(({ offset }) => offset < end),
        )
        t.true(seen.every(({ flags, isDamaged }) => isDamaged || flags === 0))
        const opens = openFrom(parts, format)
        t.true(opens === Infinity ? end === file.length : end <= opens)
      }),
      { numRuns: 300 },
    )
  })

  test(`a range of ${format} that is made again has the same records, with any cuts and limits`, t => {
    fc.assert(
      fc.property(anyParts, anyReads, (parts, reads) => {
        for (const { bytes, how, seen } of unwrapInReads(write(parts, format), format, reads)) {
          const again = unwrapLines(bytes, { ...how, tail: 'cut', maxLines: 1, maxBytes: 1 })
          t.deepEqual(seenIn(again), seen)
          t.is(again.length, bytes.length)
        }
      }),
      { numRuns: 300 },
    )
  })

  test(`the texts of a stream of ${format} are complete and in order, and no two records have one place, with any cuts`, t => {
    fc.assert(
      fc.property(anyParts, anyReads, (parts, reads) => {
        const file = write(parts, format)
        const ranges = unwrapInReads(file, format, reads)
        const seen = ranges.flatMap(range => range.seen)
        const end = ranges.reduce((sum, { bytes }) => sum + bytes.length, 0)
        const expected = recordsOf(Buffer.concat([file.subarray(0, end), endsOf(format)]), format)
        for (const stream of ['stdout', 'stderr', undefined])
          t.is(joined(seen, stream, end), joined(expected, stream, end))
        t.is(new Set(seen.map(({ offset }) => offset)).size, seen.length)
        for (const record of seen.filter(({ isDamaged }) => !isDamaged)) {
          t.true(record.text.length <= reads.maxLineBytes)
          t.is(isRest(seen, record), (record.flags & LINE_CONTINUED) !== 0)
        }
      }),
      { numRuns: 300 },
    )
  })
}

/** The record before of the stream was cut. */
function isRest(seen: readonly Seen[], record: Seen): boolean {
  const before = seen.findLast(({ stream, offset }) => stream === record.stream && offset < record.offset)
  return before !== undefined && (before.flags & PLACE_FLAGS & ~LINE_CONTINUED) !== 0
}

/** A CR before the end of a line goes with it; here it may have been an end of a part. */
function joined(
  records: readonly (ExpectedRecord & { readonly flags?: number })[],
  stream: string | undefined,
  end: number,
): string {
  return records
    .filter(record => record.stream === stream && record.offset < end)
    .map(({ text: own, flags = 0 }) => ((flags & LINE_CUT) === 0 ? `${own}\n` : own))
    .join('')
    .replaceAll('\r', '')
    .replace(/\n*$/, '')
}

function endsOf(format: Format): Buffer {
  const line = { text: '', isPartial: false, timeMs: 0, nanos: 0 }
  return write(
    [
      { ...line, stream: 'stdout' },
      { ...line, stream: 'stderr' },
    ],
    format,
  )
}

/** Where the first record begins that does not end. */
function openFrom(parts: readonly (WrittenLine | string)[], format: Format): number {
  const open = new Map<string, number>()
  let at = 0
  for (const part of parts) {
    if (typeof part !== 'string')
      open.set(part.stream, part.isPartial ? Math.min(open.get(part.stream) ?? at, at) : Infinity)
    at += write([part], format).length
  }
  return Math.min(Infinity, ...open.values())
}

const line = (change: Partial<WrittenLine>): WrittenLine => {
  return { stream: 'stdout', text: 'a', isPartial: false, timeMs: 5, nanos: 0, ...change }
}
const partsOf = (made: Unwrapped) => seenIn(made).map(({ stream, text: own, flags }) => [stream, own, flags])

test('lines of one stream do not end the record of another', t => {
  const file = write([line({ isPartial: true }), line({ stream: 'stderr', text: 'e' }), line({ text: 'b' })], 'cri')
  t.deepEqual(partsOf(unwrapLines(file, usual)), [
    ['stdout', 'ab', 0],
    ['stderr', 'e', 0],
  ])
})

test('a record that waits for its end keeps those behind it waiting, and a flush cuts it', t => {
  const file = write([line({ text: 'x' }), line({ isPartial: true }), line({ stream: 'stderr', text: 'e' })], 'cri')
  const waiting = unwrapLines(file, usual)
  t.deepEqual(partsOf(waiting), [['stdout', 'x', 0]])
  t.is(waiting.openCount, 1)
  const flushed = unwrapLines(file, { ...usual, tail: 'flush' })
  t.deepEqual(partsOf(flushed), [
    ['stdout', 'x', 0],
    ['stdout', 'a', LINE_CUT],
    ['stderr', 'e', 0],
  ])
  const rest = write([line({ text: 'b' }), line({ text: 'c' })], 'cri')
  t.deepEqual(partsOf(unwrapLines(rest, { ...usual, state: flushed.state })), [
    ['stdout', 'b', LINE_CONTINUED],
    ['stdout', 'c', 0],
  ])
})

test('a record that is given up is flagged as unterminated, and so is a line without its line feed', t => {
  const file = write([line({ isPartial: true }), line({ stream: 'stderr', text: 'e' })], 'cri').subarray(0, -1)
  t.deepEqual(partsOf(unwrapLines(file, { ...usual, tail: 'unterminated' })), [
    ['stdout', 'a', LINE_UNTERMINATED],
    ['stderr', 'e', LINE_UNTERMINATED],
  ])
})

test('a long record is cut between the lines of the file, and not within a character', t => {
  const half = Buffer.from('é').toString('latin1')
  const parts = [line({ text: 'x'.repeat(9), isPartial: true }), line({ text: half[0]!, isPartial: true })]
  const file = write([...parts, line({ text: `${half[1]}${'y'.repeat(9)}` })], 'cri')
  t.deepEqual(partsOf(unwrapLines(file, { ...usual, maxLineBytes: 16 })), [
    ['stdout', 'x'.repeat(9), LINE_CUT],
    ['stdout', `${half}${'y'.repeat(9)}`, LINE_CONTINUED],
  ])
})

test('a range can end within a long record', t => {
  const parts = Array.from({ length: 20 }, () => line({ text: 'x'.repeat(10), isPartial: true }))
  const made = unwrapLines(write(parts, 'cri'), { ...usual, maxLineBytes: 32 })
  t.is(seenIn(made).length, 6)
  t.is(made.openCount, 1)
  t.deepEqual(made.state.cut, [{ stream: 'stdout', attributes: undefined }])
})

test('the text of a line of CRI that is longer than the limit comes in pieces, each with its place in the file', t => {
  const file = write([line({ text: 'x'.repeat(40) })], 'cri')
  const made = seenIn(unwrapLines(file, { ...usual, maxLineBytes: 16 }))
  t.deepEqual(
    made.map(({ offset, text: own }) => [offset, own.length]),
    [
      [0, 16],
      [file.indexOf('x') + 16, 16],
      [file.indexOf('x') + 32, 8],
    ],
  )
})

test('a line of CRI that is longer than any line may be is read on in its stream', t => {
  const file = write([line({ text: 'x'.repeat(1000) }), line({ stream: 'stderr', text: 'e' })], 'cri')
  const seen = seenIn(unwrapLines(file, { ...usual, maxLineBytes: 64 }))
  t.is(
    seen
      .filter(({ stream }) => stream === 'stdout')
      .map(({ text: own }) => own)
      .join(''),
    'x'.repeat(1000),
  )
  t.false(seen.some(({ isDamaged }) => isDamaged))
})

test('a damaged line is passed on as it is, flagged, and ends no record', t => {
  const file = Buffer.concat([
    write([line({ isPartial: true })], 'cri'),
    Buffer.from('damaged\r\n'),
    write([line({ text: 'b' })], 'cri'),
  ])
  const seen = seenIn(unwrapLines(file, usual))
  t.deepEqual(
    seen.map(({ text: own, isDamaged }) => [own, isDamaged]),
    [
      ['ab', false],
      ['damaged', true],
    ],
  )
})

test('records of one stream with other attributes are apart', t => {
  const [one, other] = [',"attrs":{"tag":"a"}', ',"attrs":{"tag":"b"}']
  const file = Buffer.concat([dockerLine(line({}), one), dockerLine(line({}), other), dockerLine(line({}), one)])
  const { streams } = unwrapLines(file, { ...usual, format: 'docker' })
  t.deepEqual(
    streams.map(({ key, lines }) => [key.attributes, lines.ends.length]),
    [
      ['{"tag":"a"}', 2],
      ['{"tag":"b"}', 1],
    ],
  )
})
