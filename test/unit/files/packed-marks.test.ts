import test from 'ava'
import fc from 'fast-check'
import { packMarks, unpackMarks } from '../../../src/files/packed-marks.ts'
import type { Mark } from '../../../src/registry/contract.ts'

const hash = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(bytes => Buffer.from(bytes).toString('hex'))
const offset = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const place = { offset, length: fc.integer({ min: 0, max: 256 }), hash }
const digest = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const mark = fc.oneof(fc.record(place), fc.record({ ...place, digest }))

test('marks are as they were before they were packed, with or without digests', t => {
  const law = fc.property(fc.array<Mark>(mark, { maxLength: 8 }), marks => {
    t.deepEqual(unpackMarks(packMarks(marks)), marks)
  })
  t.notThrows(() => fc.assert(law))
})

test('a packed mark takes 33 bytes, a byte a character', t => {
  const marks: Mark[] = Array.from({ length: 8 }, () => ({ offset: 1, length: 256, hash: 'ff'.repeat(16), digest: 1 }))
  const packed = packMarks(marks)
  t.is(packed.length, 8 * 33)
  t.is(Buffer.from(packed, 'latin1').toString('latin1'), packed)
})
