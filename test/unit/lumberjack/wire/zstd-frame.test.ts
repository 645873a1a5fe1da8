import test from 'ava'
import fc from 'fast-check'
import { constants, zstdCompressSync } from 'node:zlib'
import { ProtocolError, type ProtocolErrorCode } from '../../../../src/lumberjack/wire/protocol-error.ts'
import { MAX_RUNS_BYTES } from '../../../../src/lumberjack/wire/run-format.ts'
import { inflateZstdFrame, measureZstdFrame } from '../../../../src/lumberjack/wire/zstd-frame.ts'
import { zstdOf } from '../../../helpers/lumberjack/run-frames.ts'

const inflate = (frame: Buffer) => inflateZstdFrame(frame, measureZstdFrame(frame, Infinity))

test('a zstd frame of any content, with or without a checksum, becomes that content', t => {
  const params = [{}, { [constants.ZSTD_c_checksumFlag]: 1 }, { [constants.ZSTD_c_windowLog]: 10 }]
  for (const size of [0, 1, 255, 256, 65_791, 65_792, 200_000, MAX_RUNS_BYTES])
    for (const some of params) {
      const content = Buffer.alloc(size, 'some text ')
      const frame = zstdCompressSync(content, { pledgedSrcSize: size, params: some })
      t.is(measureZstdFrame(frame, Infinity), size)
      t.true(inflate(frame).equals(content))
    }
})

test('a zstd frame that is cut at any byte is refused, and so is any byte behind it', t => {
  const frame = zstdOf(Buffer.from('some text, and some more text'))
  for (let end = 0; end < frame.length; end++)
    t.is(
      t.throws(() => measureZstdFrame(frame.subarray(0, end), 1000), { instanceOf: ProtocolError })?.code,
      'bad_compression',
    )
  t.throws(() => measureZstdFrame(Buffer.concat([frame, Buffer.alloc(1)]), 1000), { instanceOf: ProtocolError })
  t.throws(() => measureZstdFrame(Buffer.concat([frame, frame]), 1000), { instanceOf: ProtocolError })
})

const refused = test.macro({
  title: (given = '') => `a zstd frame ${given} is refused before anything is inflated`,
  exec(t, frame: Buffer, code: ProtocolErrorCode, message: RegExp) {
    const error = t.throws(() => measureZstdFrame(frame, 1_000_000), { instanceOf: ProtocolError })
    t.is(error?.code, code)
    t.regex(error?.message ?? '', message)
  },
})
const large = Buffer.alloc(2_000_000)
const announced = (size: bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(size)
  return Buffer.concat([Buffer.from('28b52ffdc050', 'hex'), bytes, Buffer.from('010000', 'hex')])
}
test('of more content than the limit', refused, zstdOf(large), 'inflated_too_large', /more than 1000000 bytes/)
test('that announces 2^64 - 1 bytes', refused, announced(2n ** 64n - 1n), 'inflated_too_large', /more than 1000000/)
test(
  'that announces no size',
  refused,
  Buffer.from('28b52ffd0050010000', 'hex'),
  'bad_compression',
  /does not announce the size/,
)
test('with a large window', refused, Buffer.from('28b52ffd806600000000010000', 'hex'), 'bad_compression', /its window/)
test('that needs a dictionary', refused, Buffer.from('28b52ffd210100010000', 'hex'), 'bad_compression', /dictionary/)
test('of a later version', refused, Buffer.from('28b52ffd2800010000', 'hex'), 'bad_compression', /later version/)
test(
  'with a block of an unknown type',
  refused,
  Buffer.from('28b52ffd2001070000', 'hex'),
  'bad_compression',
  /unknown type/,
)
test(
  'that is skippable',
  refused,
  Buffer.from('502a4d180000000028b52ffd2000010000', 'hex'),
  'bad_compression',
  /other bytes/,
)

test('a frame that has another size than it announces is refused', t => {
  const frame = zstdOf(Buffer.from('some text, and some more text'))
  for (const size of [0, 1, 28, 30, 255]) {
    frame[5] = size
    t.is(t.throws(() => inflate(frame), { instanceOf: ProtocolError })?.code, 'bad_compression')
  }
})

test('a zstd frame in which bytes were changed is refused, or becomes what it announces, and nothing else happens', t => {
  const change = fc.tuple(fc.nat(200), fc.nat(255))
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.array(change, { minLength: 1, maxLength: 4 }), (text, changes) => {
      const frame = zstdOf(Buffer.from(text.repeat(3)))
      for (const [at, byte] of changes) frame[at % frame.length] = byte
      try {
        const size = measureZstdFrame(frame, 1_000_000)
        t.is(inflateZstdFrame(frame, size).length, size)
      } catch (error) {
        t.true(error instanceof ProtocolError, String(error))
      }
    }),
    { numRuns: 2000 },
  )
})
