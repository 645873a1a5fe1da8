import test from 'ava'
import fc from 'fast-check'
import { LINE_CONTINUED, LINE_CUT, LINE_MULTILINE, LINE_TRUNCATED } from '../../../../../src/flow/line-batch.ts'
import { cutLines, type Cut } from '../../../../../src/files/read/line-splitter.ts'
import { joinRecords } from '../../../../../src/files/read/records/join-records.ts'
import { makeLineTexts } from '../../../../../src/files/read/records/line-texts.ts'
import { rulesOf } from '../../../../../src/files/read/records/record-rules.ts'
import type { RecordSettings } from '../../../../../src/files/read/records/record-settings.ts'
import { joinAsReference } from '../../../../helpers/files/reference-records.ts'

interface Reading {
  readonly settings: RecordSettings
  readonly maxLineBytes?: number
  readonly maxRecords?: number
  readonly isFlushed?: boolean
  readonly isInsideLine?: boolean
  readonly isLeavingOut?: boolean
}

function cut(bytes: Buffer, reading: Reading): Cut {
  const { settings, maxLineBytes = 1000, maxRecords = Infinity, isFlushed = false } = reading
  const { isInsideLine: startsInsideLine = false, isLeavingOut = false } = reading
  const lines = cutLines(bytes, { maxLineBytes, startsInsideLine, tail: 'open', maxLines: Infinity })
  const textOf = makeLineTexts(bytes, { utf16: undefined })
  return joinRecords(lines, { rules: rulesOf(settings), textOf, maxRecords, isFlushed, isLeavingOut })
}

const textsOf = (bytes: Buffer, { ends }: Cut) =>
  [...ends].map((end, i) => bytes.toString('utf8', ends[i - 1] ?? 0, end))

const line = fc
  .tuple(fc.constantFrom('', ' ', 'a', ' a', 'b', ' b', 'é', ' é', 'end', 'aa\0a'), fc.constantFrom('\n', '\n', '\r\n'))
  .map(parts => parts.join(''))
const anyRules = fc.record({
  pattern: fc.constantFrom('^ ', '^a', 'b$', '^$', '', 'x', 'é'),
  negate: fc.boolean(),
  match: fc.constantFrom('before' as const, 'after' as const),
  flushPattern: fc.option(fc.constantFrom('^end$', 'b'), { nil: undefined }),
  maxLines: fc.constantFrom(1, 2, 3, 500),
  maxBytes: fc.constantFrom(1, 4, 7, 1000),
})
type AnyRules = typeof anyRules extends fc.Arbitrary<infer Rules> ? Rules : never

function toSettings({ maxLines, maxBytes, flushPattern, ...how }: AnyRules): RecordSettings {
  const pattern = flushPattern === undefined ? how : { ...how, flushPattern }
  return { multiline: { how: pattern, maxLines, maxBytes, timeoutMs: 5000 } }
}

test('lines are joined as Filebeat joins them, and what does not fit is the next record, in reads of any length and batches of any size', t => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 20 }),
      anyRules,
      fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 4 })), { maxLength: 30 }),
      (lines, rules, reads) => {
        const settings = toSettings(rules)
        const whole = Buffer.from(lines.join(''))
        const records: { readonly text: string; readonly isTruncated: boolean }[] = []
        let position = 0
        const take = (bytes: Buffer, change: Partial<Reading>) => {
          const found = cut(bytes, { settings, ...change })
          const texts = textsOf(bytes, found)
          for (const [i, text] of texts.entries())
            records.push({ text, isTruncated: ((found.flags?.[i] ?? 0) & LINE_TRUNCATED) !== 0 })
          position += found.length
        }
        for (const [length, maxRecords] of reads) take(whole.subarray(position, position + length), { maxRecords })
        take(whole.subarray(position), {})
        const expected = joinAsReference(lines, { ...rules, flushPattern: rules.flushPattern! })
        t.deepEqual(
          records,
          expected.filter(({ isComplete }) => isComplete).map(({ text, isTruncated }) => ({ text, isTruncated })),
        )
        take(whole.subarray(position), { isFlushed: true })
        t.deepEqual(
          records,
          expected.map(({ text, isTruncated }) => ({ text, isTruncated })),
        )
      },
    ),
    { numRuns: 2000 },
  )
})

const INDENTED = { how: 'indented', maxLines: 500, maxBytes: 100, timeoutMs: 5000 } as const

test('a record of several lines is flagged as multiline, and one of one line is not', t => {
  const { flags } = cut(Buffer.from('a\n b\nc\nd\n'), { settings: { multiline: INDENTED } })
  t.deepEqual([...flags!], [LINE_MULTILINE, 0])
})

test('the pieces of a line that is too long are a part of its record as far as they fit', t => {
  const bytes = Buffer.from(`a\n ${'x'.repeat(50)}\nb\n`)
  const settings = { multiline: INDENTED }
  const joined = cut(bytes, { settings, maxLineBytes: 16 })
  t.deepEqual(textsOf(bytes, joined), [`a\n ${'x'.repeat(50)}\n`])
  t.deepEqual([...joined.flags!], [LINE_MULTILINE])
  const short = cut(bytes, { settings: { multiline: { ...INDENTED, maxBytes: 20 } }, maxLineBytes: 16 })
  t.deepEqual(
    textsOf(bytes, short).map(text => text.length),
    [18, 16, 20],
  )
  t.deepEqual([...short.flags!], [LINE_MULTILINE | LINE_CUT, LINE_CUT | LINE_CONTINUED, LINE_CONTINUED])
})

test('a record of many lines is cut at its greatest number of lines, and the rest is another record', t => {
  const bytes = Buffer.from('a\n 1\n 2\n 3\nb\n')
  const found = cut(bytes, { settings: { multiline: { ...INDENTED, maxLines: 2 } }, isFlushed: true })
  t.deepEqual(textsOf(bytes, found), ['a\n 1\n', ' 2\n 3\n', 'b\n'])
  t.deepEqual([...found.flags!], [LINE_MULTILINE | LINE_TRUNCATED, LINE_MULTILINE, 0])
})

test('rules to include and to exclude see whole records', t => {
  const bytes = Buffer.from('error\n at a\nfine\n at b\nerror\n at skip\nend\n')
  const settings = { multiline: INDENTED, includeLines: ['^error'], excludeLines: ['skip'] }
  const found = cut(bytes, { settings, isFlushed: true })
  t.deepEqual([...found.records!.left!], [0, 1, 1, 1])
})

test('records that are left out do not count for the size of a batch', t => {
  const bytes = Buffer.from('a\nb\nb\na\nb\na\n')
  const found = cut(bytes, { settings: { excludeLines: ['b'] }, maxRecords: 2 })
  t.deepEqual(textsOf(bytes, found), ['a\n', 'b\n', 'b\n', 'a\n'])
})

test('the rest of a line that was cut has the fate of its beginning', t => {
  const settings = { excludeLines: ['debug'] }
  const bytes = Buffer.from(`debug ${'x'.repeat(40)}\na\n`)
  t.deepEqual([...cut(bytes, { settings, maxLineBytes: 16 }).records!.left!], [1, 1, 1, 0])
  const rest = bytes.subarray(16)
  const found = cut(rest, { settings, maxLineBytes: 16, isInsideLine: true, isLeavingOut: true })
  t.deepEqual([...found.records!.left!], [1, 1, 0])
})

test('without rules to join, lines are cut as without rules', t => {
  const anyBytes = fc.array(fc.constantFrom('a', 'b'.repeat(17), '\n', '\r\n', '\0', 'é'), { maxLength: 30 })
  fc.assert(
    fc.property(anyBytes, parts => {
      const bytes = Buffer.from(parts.join(''))
      const plain = cutLines(bytes, { maxLineBytes: 16, startsInsideLine: false, tail: 'open', maxLines: Infinity })
      const { records, ...found } = cut(bytes, { settings: { excludeLines: ['c'] }, maxLineBytes: 16 })
      t.deepEqual(records, {})
      t.deepEqual(
        { ...found, flags: found.flags && [...found.flags] },
        { ...plain, flags: plain.flags && [...plain.flags] },
      )
    }),
  )
})
