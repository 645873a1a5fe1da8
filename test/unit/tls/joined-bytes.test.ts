import test from 'ava'
import fc from 'fast-check'
import { JoinedBytes } from '../../../src/tls/joined-bytes.ts'

test('of bytes that come one by one few buffers are kept', t => {
  const joined = new JoinedBytes()
  for (let i = 0; i < 32 * 1024; i++) {
    joined.push(Buffer.of(i & 255))
    t.true(joined.pieceCount <= 64)
  }
  t.is(joined.length, 32 * 1024)
})

test('pieces are joined in their order, whenever they are asked for', t => {
  const pieces = fc.array(fc.tuple(fc.uint8Array({ maxLength: 5 }), fc.boolean()), { maxLength: 200 })
  fc.assert(
    fc.property(pieces, all => {
      const joined = new JoinedBytes()
      for (const [i, [piece, isJoined]] of all.entries()) {
        joined.push(Buffer.from(piece))
        const expected = Buffer.concat(all.slice(0, i + 1).map(([one]) => one))
        if (isJoined) t.true(joined.join().equals(expected))
        t.is(joined.length, expected.length)
      }
    }),
    { numRuns: 100 },
  )
})
