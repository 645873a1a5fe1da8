import test from 'ava'
import fc from 'fast-check'
import { ProtocolError, type ProtocolErrorCode } from '../../../../src/lumberjack/wire/protocol-error.ts'
import { type RecordRun, measureRuns, readRuns } from '../../../../src/lumberjack/wire/run-decoder.ts'
import { contentsOf } from '../../../helpers/lumberjack/run-contents.ts'
import { MAX_RUN_HEADER_BYTES } from '../../../../src/lumberjack/wire/run-format.ts'
import { u32 } from '../../../helpers/lumberjack/frames.ts'
import { makeBatch, makeRun } from '../../../helpers/lumberjack/line-batches.ts'
import { type RunParts, headerText, runOf, u64, varint } from '../../../helpers/lumberjack/run-frames.ts'

const header = headerText()
const MAX_TIME_MS = 8_640_000_000_000_000

const measure = (content: Buffer, change: { readonly inflatedBytes?: number; readonly maxEvents?: number } = {}) =>
  measureRuns({ content, inflatedBytes: 64 * 1024 * 1024, maxEvents: 10_000, checkHeader: () => {}, ...change })

function decode(content: Buffer): unknown[] {
  measure(content)
  return [...readRuns(content)].flatMap(run => recordsOf(run))
}

function recordsOf(run: RecordRun): unknown[] {
  return Array.from(run.ends, (end, i) => ({
    header: run.header.toString(),
    bytes: run.bytes.toString('latin1', run.ends[i - 1] ?? 0, end),
    offset: run.offsets[i],
    timeMs: run.times?.[i] ?? run.timeMs,
    doubtfulSinceMs: run.doubtfulSinceMs,
    flags: run.flags?.[i] ?? 0,
    utf16: run.utf16,
    nanos: run.nanos?.[i] ?? 0,
  }))
}

test('the bytes of a run with all its parts are those of the page', t => {
  const content = Buffer.concat([
    Buffer.of(1 + 2 + 4 + 8 + 16 + 64),
    Buffer.from('00000002000000020000000b0000000300000000000000640000000000000007', 'hex'),
    u64(5),
    Buffer.from('{}'),
    Buffer.from('01020104008101090005bf84', 'hex'),
    Buffer.from('abc'),
  ])
  const common = { header: '{}', doubtfulSinceMs: 5, utf16: 'le' }
  t.throws(() => decode(content), { instanceOf: ProtocolError, message: /cut short or too large/ })
  const whole = Buffer.concat([
    content.subarray(0, 9),
    u32(13),
    content.subarray(13, -3),
    Buffer.from([61]),
    content.subarray(-3),
  ])
  t.deepEqual(decode(whole), [
    { ...common, bytes: 'a', offset: 100, timeMs: 16, nanos: 5, flags: 1 },
    { ...common, bytes: 'bc', offset: 100 + 129, timeMs: 7, nanos: 999_999, flags: 4 },
  ])
})

const someRecord = fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes))
const someRun = fc
  .record({
    hasHeader: fc.boolean(),
    path: fc.string({ maxLength: 10 }),
    offset: fc.maxSafeInteger().map(value => Math.abs(value) % 2 ** 50),
    timeMs: fc.nat(2 ** 41),
    doubtfulSinceMs: fc.option(fc.nat(2 ** 41), { nil: undefined }),
    utf16: fc.constantFrom(undefined, 'le' as const, 'be' as const),
    records: fc.array(
      fc.record({
        bytes: someRecord,
        flags: fc.nat(127),
        step: fc.nat(2 ** 40),
        time: fc.nat(2 ** 40),
        nanos: fc.nat(999_999),
      }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
    has: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()),
  })
  .map(({ hasHeader, path, records, has, utf16, ...rest }) => ({
    ...rest,
    ...(utf16 && { utf16 }),
    hasHeader,
    path,
    records,
    has,
  }))
const someRuns = fc.array(someRun, { minLength: 1, maxLength: 4 })
type SomeRun = (typeof someRun extends fc.Arbitrary<infer Run> ? Run : never) & object

function toParts({ hasHeader, path, records, has, ...rest }: SomeRun, i: number): RunParts {
  return {
    ...rest,
    ...((hasHeader || i === 0) && { header: headerText({ path }) }),
    records: records.map(({ bytes }) => bytes),
    flags: has[0] ? records.map(({ flags }) => flags) : undefined,
    steps: has[1] ? records.map(({ step }) => step) : undefined,
    times: has[2] ? records.map(({ time }) => time) : undefined,
    nanos: has[3] ? records.map(({ nanos }) => nanos) : undefined,
  }
}

const contentOf = (runs: readonly SomeRun[]) => Buffer.concat(runs.map(toParts).map(runOf))

test('runs of any shape are decoded to their records', t => {
  fc.assert(
    fc.property(someRuns, runs => {
      let text = ''
      const expected = runs.flatMap(({ records, has, offset, timeMs, doubtfulSinceMs, utf16, path, hasHeader }, r) => {
        if (hasHeader || r === 0) text = headerText({ path })
        let at = offset
        return records.map(({ bytes, flags, step, time, nanos }) => {
          const start = has[1] ? (at += step) : at
          if (!has[1]) at += bytes.length
          return {
            header: text,
            bytes: bytes.toString('latin1'),
            offset: start,
            timeMs: timeMs + (has[2] ? time : 0),
            doubtfulSinceMs,
            flags: has[0] ? flags : 0,
            utf16,
            nanos: has[3] ? nanos : 0,
          }
        })
      })
      t.deepEqual(decode(contentOf(runs)), expected)
    }),
  )
})

test("the runs that our agent's encoder writes are decoded to the lines that it was given", t => {
  const line = fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes))
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 50 }), fc.nat(2 ** 31 - 1), (lines, offset) => {
      const run = makeRun(lines, { offset, flags: Uint8Array.from(lines, (_, i) => i % 8) })
      const [content] = contentsOf(makeBatch([run]))
      t.deepEqual(
        (decode(content as Buffer) as { bytes: string; offset: number; flags: number }[]).map(({ bytes, flags }) => [
          bytes,
          flags,
        ]),
        lines.map((one, i) => [one.toString('latin1'), i % 8]),
      )
    }),
  )
})

test('runs that are cut at any byte are refused', t => {
  fc.assert(
    fc.property(someRuns, runs => {
      const content = contentOf(runs)
      const ends = new Set(runs.map((_, i) => contentOf(runs.slice(0, i + 1)).length))
      for (let end = 0; end < content.length; end++)
        if (!ends.has(end)) t.throws(() => measure(content.subarray(0, end)), { instanceOf: ProtocolError })
    }),
    { numRuns: 20 },
  )
})

test('runs in which bytes were changed are refused, or are read to their end, and nothing else happens', t => {
  const change = fc.tuple(fc.nat(100_000), fc.nat(255))
  fc.assert(
    fc.property(someRuns, fc.array(change, { minLength: 1, maxLength: 4 }), (runs, changes) => {
      const content = contentOf(runs)
      for (const [at, byte] of changes) content[at % content.length] = byte
      try {
        const { events } = measure(content)
        if (events <= 10_000)
          t.is(
            [...readRuns(content)].reduce((sum, { count }) => sum + count, 0),
            events,
          )
      } catch (error) {
        t.true(error instanceof ProtocolError, String(error))
      }
    }),
    { numRuns: 3000 },
  )
})

const refused = test.macro({
  title: (given = '') => `a run ${given} is refused`,
  exec(t, content: Buffer, message: RegExp, code: ProtocolErrorCode = 'bad_runs') {
    const error = t.throws(() => measure(content), { instanceOf: ProtocolError })
    t.is(error?.code, code)
    t.regex(error?.message ?? '', message)
  },
})
const withParts = (parts: number) => Buffer.concat([Buffer.of(parts), runOf({ header, records: ['a'] }).subarray(1)])
test('with an unknown part', refused, withParts(128), /the parts 128/)
test('in both orders of UTF-16', refused, withParts(48), /the parts 48/)
test('without a header before it', refused, runOf({ records: ['a'] }), /no header/)
test('without records', refused, runOf({ header, records: [] }), /no records/)
test(
  'with more lengths than records',
  refused,
  runOf({ header, records: ['a', 'b'], count: 1 }),
  /have 2 bytes, its lengths 1/,
)
test('with fewer lengths than records', refused, runOf({ header, records: ['a', 'b'], count: 3 }), /cut short/)
test('with lengths of another sum', refused, runOf({ header, records: ['ab'], lengths: varint(3) }), /have 2 bytes/)
test(
  'with a length of nine bytes',
  refused,
  runOf({ header, records: ['a'], lengths: Buffer.from('818080808080808000', 'hex') }),
  /too large/,
)
test(
  'with a length over 2^53',
  refused,
  runOf({ header, records: ['a'], lengths: Buffer.from('ffffffffffffff7f', 'hex') }),
  /too large/,
)
test('with an unknown flag', refused, runOf({ header, records: ['a'], flags: [128] }), /the flags 128/)
test('that begins behind 2^53', refused, runOf({ header, records: ['a'], offset: 2 ** 53 }), /too large/)
test('that ends behind 2^53', refused, runOf({ header, records: ['a'], offset: 2 ** 53 - 1 }), /a position/)
test(
  'with steps that end behind 2^53',
  refused,
  runOf({ header, records: ['a'], offset: 9, steps: [2 ** 53 - 2] }),
  /a position/,
)
test('with a time that no date holds', refused, runOf({ header, records: ['a'], timeMs: MAX_TIME_MS + 1 }), /too large/)
test(
  'with times that no date holds',
  refused,
  runOf({ header, records: ['a'], timeMs: MAX_TIME_MS, times: [1] }),
  /a time/,
)
test(
  'with a million nanoseconds',
  refused,
  runOf({ header, records: ['a', 'b'], nanos: [999_999, 1_000_000] }),
  /more nanoseconds/,
)
test(
  'with a header over 1 MiB',
  refused,
  runOf({ header: Buffer.alloc(MAX_RUN_HEADER_BYTES + 1), records: ['a'] }),
  /header has/,
)
test(
  'with more numbers than its parts take',
  refused,
  runOf({ header, records: ['a'], lengths: Buffer.of(1, 0) }),
  /1 bytes more/,
)
test(
  'that would become more than the limit',
  refused,
  runOf({ header: Buffer.alloc(MAX_RUN_HEADER_BYTES), records: Array.from({ length: 64 }, () => '') }),
  /documents of more than 67108864 bytes/,
  'inflated_too_large',
)

test('a header counts for each record, also where it is that of the run before', t => {
  const runs = [runOf({ header, records: ['ab', 'c'] }), runOf({ records: ['def'] })]
  const expected = 3 * (header.length + 256) + 6
  t.is(measure(Buffer.concat(runs)).documentBytes, expected)
  t.notThrows(() => measure(Buffer.concat(runs), { inflatedBytes: expected }))
  t.throws(() => measure(Buffer.concat(runs), { inflatedBytes: expected - 1 }), { code: 'inflated_too_large' })
})

test('2^32 - 1 records that are announced in a few bytes are refused by arithmetic', t => {
  const content = runOf({ header, records: ['a'], count: 2 ** 32 - 1 })
  t.is(measure(content).events, 2 ** 32 - 1)
  t.throws(() => measure(content, { maxEvents: Infinity }), { code: 'inflated_too_large' })
  t.throws(() => measure(content, { maxEvents: Infinity, inflatedBytes: Infinity }), { code: 'bad_runs' })
})

test('behind the run that has too many records nothing is looked at', t => {
  const content = Buffer.concat([runOf({ header, records: ['a', 'b'] }), Buffer.from('no run')])
  t.true(measure(content, { maxEvents: 1 }).events > 1)
  t.throws(() => measure(content, { maxEvents: 2 }), { instanceOf: ProtocolError })
})
