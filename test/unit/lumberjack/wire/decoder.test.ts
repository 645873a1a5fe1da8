import test from 'ava'
import fc from 'fast-check'
import { type DecoderOptions, type Frame, FrameDecoder } from '../../../../src/lumberjack/wire/decoder.ts'
import { defaultFrameLimits, encodeWindowFrame } from '../../../../src/lumberjack/wire/frames.ts'
import { ProtocolError } from '../../../../src/lumberjack/wire/protocol-error.ts'
import { compressedFrame, jsonFrame, pairsFrame, windowOf } from '../../../helpers/lumberjack/frames.ts'
import { runsFrame } from '../../../helpers/lumberjack/run-frames.ts'

function decode(
  chunks: readonly Buffer[],
  decoder = new FrameDecoder(defaultFrameLimits, { allowsRuns: true }),
): Frame[] {
  const frames: Frame[] = []
  for (const chunk of chunks) {
    decoder.push(Buffer.from(chunk))
    for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) frames.push(frame)
  }
  return frames
}

test('a pairs frame without pairs is an event', t => {
  t.deepEqual(decode([pairsFrame(3, [])]), [{ type: 'pairs', sequence: 3, payload: Buffer.alloc(0), pairCount: 0 }])
})

const anyFrame = fc.oneof(
  fc.nat(10_000).map(count => encodeWindowFrame(2, count)),
  fc
    .tuple(fc.nat(), fc.uint8Array({ maxLength: 300 }))
    .map(([sequence, bytes]) => jsonFrame(sequence, Buffer.from(bytes))),
  fc
    .array(
      fc.tuple(
        fc.string({ maxLength: 9 }),
        fc.uint8Array({ maxLength: 30 }).map(bytes => Buffer.from(bytes)),
      ),
      {
        maxLength: 5,
      },
    )
    .map(pairs => pairsFrame(1, pairs)),
  fc.uint8Array({ maxLength: 300 }).map(bytes => compressedFrame(1, Buffer.from(bytes))),
  fc.uint8Array({ maxLength: 300 }).map(bytes => runsFrame(Buffer.from(bytes))),
)

test('a frame of runs is taken where our own wire form is selected, with digit 2 and outside of compressed frames', t => {
  const frame = runsFrame(Buffer.from('some runs'))
  const decodeWith = (options: DecoderOptions, bytes = frame) =>
    decode([bytes], new FrameDecoder(defaultFrameLimits, options))
  t.deepEqual(decodeWith({ allowsRuns: true }), [{ type: 'runs', zstd: frame.subarray(6) }])
  const digit1 = Buffer.concat([Buffer.from('1'), frame.subarray(1)])
  for (const refused of [() => decodeWith({}), () => decodeWith({ isInflated: true })])
    t.is(t.throws(refused, { instanceOf: ProtocolError })?.code, 'bad_type')
  t.is(t.throws(() => decodeWith({ allowsRuns: true }, digit1), { instanceOf: ProtocolError })?.code, 'bad_type')
})

test('a frame of runs over the limit of a frame is refused when it is announced', t => {
  const decoder = new FrameDecoder({ ...defaultFrameLimits, frameBytes: 10 }, { allowsRuns: true })
  const error = t.throws(() => decode([Buffer.from('2R\0\0\0\x0b', 'latin1')], decoder), { instanceOf: ProtocolError })
  t.is(error?.code, 'frame_too_large')
})

test('frames decode to the same under any split', t => {
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 8 }), fc.array(fc.nat(2000), { maxLength: 20 }), (frames, cuts) => {
      const bytes = Buffer.concat(frames)
      const ends = [0, ...cuts.filter(cut => cut < bytes.length).toSorted((a, b) => a - b), bytes.length]
      const chunks = ends.slice(1).map((end, i) => bytes.subarray(ends[i], end))
      t.deepEqual(
        decode(chunks.filter(chunk => chunk.length > 0)),
        frames.flatMap(frame => decode([frame])),
      )
    }),
    { numRuns: 300 },
  )
})

test('the announced size of a frame is known before its bytes come, and no memory is kept for it', t => {
  const decoder = new FrameDecoder({ ...defaultFrameLimits, frameBytes: 2 ** 32 - 1 })
  const before = process.memoryUsage()
  decode([Buffer.from('2C\xff\xff\xff\xff', 'latin1'), Buffer.alloc(10)], decoder)
  t.is(decoder.wantedBytes, 6 + 2 ** 32 - 1)
  t.true(process.memoryUsage().arrayBuffers - before.arrayBuffers < 1_000_000)
})

test('the error for a size over its limit names the byte, the size and the setting', t => {
  const decoder = new FrameDecoder({ ...defaultFrameLimits, eventBytes: 10 })
  const error = t.throws(() => decode([windowOf(2, jsonFrame(1, 'x'.repeat(11)))], decoder), {
    instanceOf: ProtocolError,
  })
  t.is(error.code, 'event_too_large')
  t.is(
    error.message,
    'at byte 6 of the connection: an event of 11 bytes was announced, the limit is 10: make the client send less at a time, or raise `eventBytes` in `limits`',
  )
})
