import test from 'ava'
import fc from 'fast-check'
import { readRecordNotes, writeRecordNotes } from '../../../../../src/files/read/records/record-notes.ts'

const record = fc.record({
  length: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 100_000_000 })),
  flags: fc.constantFrom(0, 0, 1, 2, 16, 48),
  left: fc.constantFrom(0, 0, 1),
})

const leftOf = (left?: Uint32Array) => (left ?? new Uint32Array()).reduce((sum, one) => sum + one, 0)

test('a range that was cut into records is cut again as it was', t => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), records => {
      let end = 0
      const cut = {
        ends: Uint32Array.from(records, ({ length }) => (end += length)),
        flags: Uint8Array.from(records, ({ flags }) => flags),
        length: end,
        endsUnterminated: false,
        records: { left: Uint32Array.from(records, ({ left }) => left) },
      }
      const again = readRecordNotes(writeRecordNotes(cut), end)!
      const sent = ({ ends, flags, records: parts }: typeof again) =>
        [...ends].flatMap((to, i) => (parts?.left?.[i] ? [] : [[ends[i - 1] ?? 0, to, flags?.[i] ?? 0]]))
      t.deepEqual(sent(again), sent(cut))
      t.is(leftOf(again.records?.left), leftOf(cut.records.left))
      t.is(again.length, end)
    }),
  )
})

test('notes of another number of bytes, or of a later version, are not used', t => {
  const cut = { ends: Uint32Array.of(3), flags: undefined, length: 3, endsUnterminated: false, records: {} }
  const notes = writeRecordNotes(cut)
  t.deepEqual([...notes], [1, 12])
  t.is(readRecordNotes(notes, 4), undefined)
  t.is(readRecordNotes(Uint8Array.of(2, 12), 3), undefined)
})
