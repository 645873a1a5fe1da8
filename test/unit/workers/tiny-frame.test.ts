import test from 'ava'
import fc from 'fast-check'
import { readHere } from '../../../src/workers/tiny-frame.ts'
import { jsonFrame } from '../../helpers/lumberjack/frames.ts'
import { compressed, openedFrame } from '../../helpers/workers/frame-parts.ts'

test('the main thread reads a frame only if its events have at most 16 KiB, whatever is in it', async t => {
  const text = fc
    .tuple(fc.string({ maxLength: 20 }), fc.integer({ min: 1, max: 3000 }))
    .map(([unit, n]) => unit.repeat(n))
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 200 }), async texts => {
      const frames = texts.map((one, i) => jsonFrame(i + 1, one))
      const bytes = frames.reduce((sum, frame) => sum + frame.length, 0)
      const session = readHere(openedFrame(compressed(...frames)))
      if (session === undefined) return
      t.true(bytes <= 16 * 1024)
      const part = await session.next(Infinity)
      t.is(part === 'tooSmall' ? 0 : part.sequences.length, texts.length)
    }),
    { numRuns: 200 },
  )
})

test('a frame of 4 KiB that becomes many megabytes is not read by the main thread', t => {
  t.is(readHere(openedFrame(compressed(jsonFrame(1, 'x'.repeat(3_000_000))))), undefined)
})

test('an event of more than 16 KiB that is not compressed is not read by the main thread', t => {
  const payload = Buffer.alloc(16 * 1024 + 1)
  t.is(readHere(openedFrame({ type: 'json', sequence: 1, payload })), undefined)
  t.not(readHere(openedFrame({ type: 'json', sequence: 1, payload: payload.subarray(1) })), undefined)
})
