import test from 'ava'
import fc from 'fast-check'
import { LINE_CONTINUED, LINE_CUT, LINE_UNTERMINATED } from '../../../../src/flow/line-batch.ts'
import { version } from '../../../../src/flow/program-version.ts'
import { MAX_FIELDS_BYTES } from '../../../../src/config/values/event-bounds.ts'
import { encodeEvents } from '../../../../src/lumberjack/wire/encoder.ts'
import { MAX_RUN_HEADER_BYTES } from '../../../../src/lumberjack/wire/run-format.ts'
import { encodeRuns } from '../../../../src/lumberjack/wire/run-encoder.ts'
import { anyPlaces } from '../../../helpers/lumberjack/any-batch.ts'
import { makeBatch, makeOrigin, makeRun, placeRun } from '../../../helpers/lumberjack/line-batches.ts'
import { contentsOf, writeOut } from '../../../helpers/lumberjack/run-contents.ts'
import { eventOf, readRuns } from '../../../helpers/lumberjack/runs.ts'

const header = (path = '/var/log/app.log') =>
  `{"fileId":"AAAAAAAAAAAAAAAA","path":"${path}","host":"h","version":"${version}","fields":{}}`
const byteLength = (text: string) => Buffer.byteLength(text).toString(16).padStart(8, '0')
const hex = (text: string | Buffer) => Buffer.from(text).toString('hex')

/** A run whose header has that length. */
function encodeHeaderOf(length: number) {
  const origin = makeOrigin({ path: `/${'x'.repeat(length - header('/').length)}` })
  return encodeRuns(makeBatch([makeRun(['a\n'], { origin })]), { host: 'h' })
}

test('the bytes of a run are those of the page: parts, sizes, offset, time, header, lengths, lines', t => {
  const run = makeRun(['one\n', `${'x'.repeat(299)}\n`, 'three\r\n'], { offset: 0x1_0000_0002 })
  const [content] = contentsOf(makeBatch([run], { timeMs: 0x19b_0000_0001 }))
  t.is(
    content?.toString('hex'),
    ['00', byteLength(header()), '00000003', '00000004', '00000137', '0000000100000002', '0000019b00000001'].join('') +
      hex(header()) +
      '04ac0207' +
      hex(run.bytes),
  )
})

test('doubt and flags have their parts, and the header of the run before is not repeated', t => {
  const flags = Uint8Array.of(LINE_CUT, LINE_CONTINUED | LINE_UNTERMINATED)
  const origin = makeOrigin()
  const runs = [makeRun(['ab', 'c'], { origin, flags }), makeRun(['d\n'], { origin, offset: 9 })]
  const [content] = contentsOf(makeBatch(runs, { timeMs: 7 }), { doubtfulSinceMs: 5 })
  const [seven, five] = ['0000000000000007', '0000000000000005']
  t.is(
    content?.toString('hex'),
    ['09', byteLength(header()), '00000002', '00000004', '00000003', '0000000000000000', seven, five].join('') +
      hex(header()) +
      '02010106' +
      hex('abc') +
      ['08', '00000000', '00000001', '00000001', '00000002', '0000000000000009', seven, five, '02', hex('d\n')].join(
        '',
      ),
  )
})

test('places, times and nanoseconds of the lines have their parts, and the earliest time is that of the run', t => {
  const run = placeRun(makeRun(['a\n', 'b\n'], { offset: 5 }), [
    { step: 1, timeMs: 260, nanos: 3 },
    { step: 300, timeMs: 7, nanos: 0 },
  ])
  const [content] = contentsOf(makeBatch([run]))
  t.is(
    content?.toString('hex'),
    ['46', byteLength(header()), '00000002', '0000000a', '00000004', '0000000000000005', '0000000000000007'].join('') +
      hex(header()) +
      '0202' +
      '00ac02' +
      'fd0100' +
      '0300' +
      hex('a\nb\n'),
  )
})

test('another file has a header of its own, and the order of the bytes of UTF-16 is in the parts', t => {
  const other = makeOrigin({ path: '/b' })
  const big = makeRun([Buffer.from('\0a\0\n')], { origin: other, utf16: 'be' })
  const little = makeRun([Buffer.from('a\0\n\0')], { utf16: 'le' })
  const [content] = contentsOf(makeBatch([little, big], { timeMs: 0 }))
  const zero = '0000000000000000'
  const rest = ['00000001', '00000001', '00000004', zero, zero].join('')
  t.is(
    content?.toString('hex'),
    `10${byteLength(header())}${rest}${hex(header())}04${hex('a\0\n\0')}` +
      `20${byteLength(header('/b'))}${rest}${hex(header('/b'))}04${hex('\0a\0\n')}`,
  )
})

test("the batch's own doubt is older than the publisher's and wins", t => {
  const [content] = contentsOf(makeBatch([makeRun(['a\n'])], { doubtfulSinceMs: 5 }), { doubtfulSinceMs: 9 })
  t.is(readRuns(content!)[0]?.doubtfulSinceMs, 5)
})

test('a record that is larger than a frame has a frame of its own, and each frame has its headers', t => {
  const origin = makeOrigin()
  const run = makeRun(['a\n', `${'x'.repeat(2000)}\n`, 'b\n', 'c\n'], { origin })
  const contents = contentsOf(makeBatch([run, makeRun(['d\n'], { origin, offset: 5000 })]), { maxContentBytes: 300 })
  t.deepEqual(
    contents.map(content => readRuns(content).map(({ offset }) => offset)),
    [[0], [2], [2003, 2005, 5000]],
  )
})

test('a header may have as many bytes as readers take, and one more is not encoded as a run', t => {
  t.is(readRuns(writeOut(encodeHeaderOf(MAX_RUN_HEADER_BYTES)!.contents[0]!)).length, 1)
  t.is(encodeHeaderOf(MAX_RUN_HEADER_BYTES + 1), undefined)
})

test('the largest fields that may be configured fit into a header', t => {
  const fields = { a: 'x'.repeat(MAX_FIELDS_BYTES - 100) }
  const origin = makeOrigin({ path: `/${'\u0001'.repeat(4095)}`, fields })
  t.truthy(encodeRuns(makeBatch([makeRun(['a\n'], { origin })]), { host: 'h'.repeat(80) }))
})

const line = fc.oneof(
  fc.uint8Array({ maxLength: 12 }).map(bytes => Buffer.from(bytes.map(byte => (byte === 10 ? 11 : byte)))),
  fc.string({ unit: 'binary', maxLength: 8 }).map(text => Buffer.from(text.replaceAll('\n', ' '))),
  fc.constantFrom(100, 127, 128, 16_383, 16_384).map(length => Buffer.alloc(length, 'x')),
)
const terminatorOf = (end: string, utf16: 'le' | 'be' | null) => {
  if (utf16 === null) return Buffer.from(end)
  const bytes = Buffer.from(end, 'utf16le')
  return utf16 === 'le' ? bytes : bytes.swap16()
}
const origins = [
  makeOrigin(),
  makeOrigin({ path: '/b', fields: { type: 'é', tags: [1] } }),
  makeOrigin({ fileId: 'b' }),
]
const anyRun = fc
  .record({
    origin: fc.constantFrom(...origins),
    lines: fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 8 }),
    offset: fc.oneof(
      fc.nat(1000),
      fc
        .maxSafeInteger()
        .map(Math.abs)
        .map(value => value % 2 ** 52),
    ),
    flags: fc.option(fc.array(fc.nat(127), { minLength: 8, maxLength: 8 })),
    utf16: fc.option(fc.constantFrom('le' as const, 'be' as const)),
    places: fc.option(anyPlaces),
  })
  .map(({ origin, lines, offset, flags, utf16, places }) => {
    const run = makeRun(
      lines.map(([bytes, end], i) => {
        const terminator = terminatorOf(end, utf16)
        return ((flags?.[i] ?? 0) & (LINE_CUT | LINE_UNTERMINATED)) !== 0
          ? Buffer.concat([Buffer.from('-'), bytes])
          : Buffer.concat([utf16 === null ? bytes : bytes.subarray(0, bytes.length & ~1), terminator])
      }),
      {
        origin,
        offset,
        ...(flags === null ? {} : { flags: Uint8Array.from(flags.slice(0, lines.length)) }),
        ...(utf16 === null ? {} : { utf16 }),
      },
    )
    return places === null ? run : placeRun(run, places)
  })

const anyBatch = fc.record({
  runs: fc.array(anyRun, { maxLength: 6 }),
  timeMs: fc.nat(2 ** 41),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  doubt: fc.option(fc.nat(2 ** 41)),
  maxContentBytes: fc.constantFrom(1, 150, 300, 20_000, 1024 * 1024),
})

/** The payloads of J frames, parsed. */
function documentsOf(frames: Buffer): unknown[] {
  const documents: unknown[] = []
  for (let at = 0; at < frames.length;) {
    const end = at + 10 + frames.readUInt32BE(at + 6)
    documents.push(JSON.parse(frames.subarray(at + 10, end).toString()))
    at = end
  }
  return documents
}

test('records are the events that J frames would have been, from any event on, in frames of any size', t => {
  fc.assert(
    fc.property(anyBatch, ({ runs, timeMs, share, doubt, maxContentBytes }) => {
      const batch = makeBatch(runs, { timeMs })
      const from = Math.floor(share * batch.lineCount)
      const options = { host: 'hôst', from, ...(doubt === null ? {} : { doubtfulSinceMs: doubt }) }
      const encoded = encodeRuns(batch, { ...options, maxContentBytes })!
      const contents = encoded.contents.map(writeOut)
      const records = contents.map(readRuns)
      const { frames, count } = encodeEvents(batch, { protocol: 2, ...options })
      t.deepEqual(records.flat().map(eventOf), documentsOf(frames))
      t.is(encoded.count, count)
      for (const [i, content] of contents.entries())
        t.true(content.length <= maxContentBytes || records[i]?.length === 1)
    }),
  )
})

test('a batch of the most bytes and lines that the agent makes is one frame', t => {
  const lines = Array.from({ length: 10_000 }, () => 'x'.repeat(104))
  t.is(contentsOf(makeBatch([makeRun(lines)]), { doubtfulSinceMs: 1 }).length, 1)
})
