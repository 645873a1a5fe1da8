import test from 'ava'
import fc from 'fast-check'
import { LINE_CUT } from '../../../src/flow/line-batch.ts'
import { sliceBatch } from '../../../src/flow/slice-line-batch.ts'
import { decodeInflated } from '../../../src/lumberjack/wire/decoder.ts'
import { encodeEvents } from '../../../src/lumberjack/wire/encoder.ts'
import { defaultFrameLimits } from '../../../src/lumberjack/wire/frames.ts'
import type { LineBatch } from '../../../src/flow/line-batch.ts'
import { makeBatch, makeOrigin, makeRun } from '../../helpers/lumberjack/line-batches.ts'

function payloadsOf(batch: LineBatch): string[] {
  const { frames } = encodeEvents(batch, { protocol: 2, host: 'h' })
  return decodeInflated(frames, defaultFrameLimits).map(({ payload }) => payload.toString())
}

test('the parts of a batch have exactly its events, with the same ids, text and flags', t => {
  const run = fc.array(fc.string({ maxLength: 5 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(20)), (runs, cuts) => {
      const batch = makeBatch(
        runs.map((lines, index) =>
          makeRun(
            lines.map(line => `${line.replaceAll('\n', '')}\n`),
            {
              origin: makeOrigin({ path: `/log/${index}` }),
              offset: index * 1000,
              ...(index % 2 === 1 && { flags: Uint8Array.from(lines, (_, line) => (line % 2) * LINE_CUT) }),
            },
          ),
        ),
      )
      const inner = [...new Set(cuts)].filter(cut => cut > 0 && cut < batch.lineCount).toSorted((a, b) => a - b)
      const ends = [...inner, batch.lineCount]
      const parts = ends.map((end, index) => sliceBatch(batch, ends[index - 1] ?? 0, end))
      t.deepEqual(parts.flatMap(payloadsOf), payloadsOf(batch))
      t.is(
        parts.reduce((sum, part) => sum + part.lineCount, 0),
        batch.lineCount,
      )
      t.is(
        parts.reduce((sum, part) => sum + part.byteCount, 0),
        batch.byteCount,
      )
    }),
  )
})
