import test from 'ava'
import fc from 'fast-check'
import type { Origin } from '../../../src/flow/line-batch.ts'
import { version } from '../../../src/flow/program-version.ts'
import { encodeEvents } from '../../../src/lumberjack/wire/encoder.ts'
import { openSession } from '../../../src/workers/open-session.ts'
import {
  anyBatch,
  anyHost,
  anyLimits,
  anyOrigin,
  anyRules,
  anyText,
  inBothForms,
} from '../../helpers/lumberjack/any-batch.ts'
import { makeBatch, makeRun, placeRun } from '../../helpers/lumberjack/line-batches.ts'
import { headerText, runOf } from '../../helpers/lumberjack/run-frames.ts'
import { compressed, ofRuns, openWorkers, openedFrame, partsOf, readAll } from '../../helpers/workers/frame-parts.ts'

test('a batch gives the same ids, times, documents, dead letters, doubt and foreign ids in both forms, with any rules for its sender', async t => {
  const { workers } = openWorkers(t, 0)
  await fc.assert(
    fc.asyncProperty(anyBatch, anyHost, anyRules, anyLimits, async (batch, name, sender, its) => {
      const [json, runs] = inBothForms(batch, name)
      const change = { rules: sender, limits: its, isHashed: false }
      const [expected, seen] = await Promise.all(
        [json, runs].map(frame => readAll(workers.open(openedFrame(frame, change)))),
      )
      t.deepEqual(seen, expected)
    }),
    { numRuns: 1000 },
  )
})

/** What each record would be as a J frame of its own. */
async function readAsJson(
  records: readonly { bytes: Buffer; offset: number; timeMs: number; nanos: number; flags: number }[],
  its: Origin,
) {
  const frames = records.map(({ bytes, offset, timeMs, nanos, flags }, i) => {
    const line = makeRun([bytes], { origin: its, offset, flags: Uint8Array.of(flags) })
    const run = placeRun(line, [{ step: 0, timeMs, nanos }])
    const frame = encodeEvents(makeBatch([run]), { protocol: 2, host: 'web1' }).frames
    frame.writeUInt32BE(i + 1, 2)
    return frame
  })
  const session = openSession({ ...openedFrame(compressed(...frames)), isHashed: false })
  return await readAll(partsOf(session))
}

test('records with steps, times and several lines in them are the events that they would have been as JSON', async t => {
  const record = fc.record({
    bytes: fc.oneof(
      fc.array(anyText, { minLength: 1, maxLength: 3 }).map(lines => Buffer.from(`${lines.join('\n')}\n`)),
      anyText,
      fc.uint8Array({ maxLength: 4 }).map(bytes => Buffer.from(bytes)),
    ),
    step: fc.nat(1000),
    time: fc.oneof(fc.nat(10), fc.constant(Date.UTC(10_000, 0))),
    nanos: fc.constantFrom(0, 0, 7, 999_999),
    flags: fc.constantFrom(0, 0, 0, 1, 2, 4, 8, 48, 64),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 4, maxLength: 20 }), anyOrigin, async (records, its) => {
      const [start, timeMs] = [1000, Date.UTC(2026, 0)]
      let at = start
      const placed = records.map(({ bytes, step, time, nanos, flags }) => {
        at += step
        return { bytes, offset: at, timeMs: timeMs + time, nanos, flags }
      })
      const content = runOf({
        header: headerText({ ...its, version }),
        offset: start,
        timeMs,
        records: records.map(({ bytes }) => bytes),
        steps: records.map(({ step }) => step),
        nanos: records.map(({ nanos }) => nanos),
        times: records.map(({ time }) => time),
        flags: records.map(({ flags }) => flags),
      })
      const seen = await readAll(partsOf(openSession({ ...openedFrame(ofRuns(content)), isHashed: false })))
      t.deepEqual(seen, await readAsJson(placed, its))
    }),
    { numRuns: 300 },
  )
})
