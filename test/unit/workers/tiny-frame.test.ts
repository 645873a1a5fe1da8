import test from 'ava'
import fc from 'fast-check'
import { defaultFrameLimits as limits } from '../../../src/lumberjack/wire/frames.ts'
import { takeTinyFrame } from '../../../src/workers/tiny-frame.ts'
import { jsonFrame } from '../../helpers/lumberjack/frames.ts'
import { compressed } from '../../helpers/workers/frame-parts.ts'

const all = { limits, maxEvents: 10_000 }

test('the main thread reads a frame only if it has at most 128 events in 16 KiB, whatever is in it', t => {
  const text = fc
    .tuple(fc.string({ maxLength: 20 }), fc.integer({ min: 1, max: 3000 }))
    .map(([unit, n]) => unit.repeat(n))
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 200 }), texts => {
      const frames = texts.map((one, i) => jsonFrame(i + 1, one))
      const bytes = frames.reduce((sum, frame) => sum + frame.length, 0)
      const events = takeTinyFrame(compressed(...frames), all)
      if (events === undefined) return
      t.true(bytes <= 16 * 1024)
      t.true(texts.length <= 128)
      t.deepEqual(
        events.map(({ payload }) => payload.toString()),
        texts.map(one => Buffer.from(one).toString()),
      )
    }),
    { numRuns: 200 },
  )
})

test('128 events of few bytes are read by the main thread, and one more are not', t => {
  const frames = Array.from({ length: 129 }, (_, i) => jsonFrame(i + 1, '{}'))
  t.is(takeTinyFrame(compressed(...frames.slice(1)), all)?.length, 128)
  t.is(takeTinyFrame(compressed(...frames), all), undefined)
})

test('a frame of 4 KiB that becomes many megabytes is not read by the main thread', t => {
  t.is(takeTinyFrame(compressed(jsonFrame(1, 'x'.repeat(3_000_000))), all), undefined)
})

test('an event of more than 16 KiB that is not compressed is not read by the main thread', t => {
  const payload = Buffer.alloc(16 * 1024 + 1)
  t.is(takeTinyFrame({ type: 'json', sequence: 1, payload }, all), undefined)
  t.not(takeTinyFrame({ type: 'json', sequence: 1, payload: payload.subarray(1) }, all), undefined)
})

test('an event that the main thread reads keeps no more memory than its bytes', t => {
  const frames = [
    compressed(jsonFrame(1, '{"a":1}')),
    { type: 'json', sequence: 1, payload: Buffer.from('{"a":1}') },
  ] as const
  for (const frame of frames) {
    const [event] = takeTinyFrame(frame, all) ?? []
    t.true(event !== undefined && event.payload.buffer.byteLength < 100)
  }
})
