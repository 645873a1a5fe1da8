import test from 'ava'
import fc from 'fast-check'
import type { Sink } from '../../../../src/flow/contract.ts'
import type { EventBatch } from '../../../../src/flow/event-batch.ts'
import type { LineBatch } from '../../../../src/flow/line-batch.ts'
import { cutIntoWindows, MAX_WINDOW_BYTES } from '../../../../src/lumberjack/send/cut-into-windows.ts'
import { encodeEvents } from '../../../../src/lumberjack/wire/encoder.ts'
import { boundEnvelopeBytes, runHeaderOf } from '../../../../src/lumberjack/wire/event-envelope.ts'
import { defaultFrameLimits } from '../../../../src/lumberjack/wire/frames.ts'
import { DOCUMENT_OVERHEAD_BYTES } from '../../../../src/lumberjack/wire/run-format.ts'
import { makeBatch, makeOrigin, makeRun } from '../../../helpers/lumberjack/line-batches.ts'
import { makeNumberedBatches } from '../../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../../helpers/lumberjack/publishers.ts'
import { startTestReceiver } from '../../../helpers/lumberjack/receivers.ts'

const MEBIBYTE = 1024 * 1024
const host = 'h'

/** The end of each line in its file. */
function endsOf({ runs }: LineBatch): number[] {
  return runs.flatMap(({ offset, ends }) => [...ends].map(end => offset + end))
}

/** Keeps nothing of the events, of which there are many. */
class CountingSink implements Sink<EventBatch> {
  readonly ids: string[] = []

  async deliver({ events }: EventBatch): Promise<void> {
    this.ids.push(...events.map(({ id }) => id))
  }
}

test('a window has at most 16 MiB of events as they are on the wire, or one event, and the windows have all events in order', t => {
  const line = fc.record({ length: fc.constantFrom(0, 1, 100, 400_000), byte: fc.constantFrom(0x61, 0x01, 0xff, 0x22) })
  const run = fc.record({
    lines: fc.array(line, { minLength: 1, maxLength: 30 }),
    fieldBytes: fc.constantFrom(0, 900 * 1024, 3 * MEBIBYTE),
  })
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 3 }), fc.constantFrom<1 | 2>(1, 2), (runs, protocol) => {
      const batch = makeBatch(
        runs.map(({ lines, fieldBytes }, index) =>
          makeRun(
            lines.map(({ length, byte }) => Buffer.concat([Buffer.alloc(length, byte), Buffer.from('\n')])),
            { origin: makeOrigin({ fields: { large: 'x'.repeat(fieldBytes) } }), offset: index * 1e9 },
          ),
        ),
      )
      const windows = cutIntoWindows(batch, host)
      const encoded = windows.map(window => encodeEvents(window, { protocol, host }).frames)
      for (const [index, { length }] of encoded.entries())
        t.true(length <= MAX_WINDOW_BYTES || windows[index]!.lineCount === 1, `${length}`)
      t.deepEqual(windows.flatMap(endsOf), endsOf(batch))
    }),
    { numRuns: 20 },
  )
})

test('the bound by which batches are cut is at least what a receiver expects of a document in our own wire form', t => {
  const origin = fc.record({
    fileId: fc.string(),
    path: fc.string({ unit: 'binary' }),
    fields: fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
  })
  fc.assert(
    fc.property(origin, fc.string({ unit: 'binary' }), (one, itsHost) => {
      const expected = runHeaderOf(one, itsHost).length + DOCUMENT_OVERHEAD_BYTES
      t.true(boundEnvelopeBytes(one, itsHost) >= expected)
    }),
  )
  t.true(MAX_WINDOW_BYTES <= defaultFrameLimits.inflatedBytes)
})

test('a batch of usual lines is one window', t => {
  const batch = makeBatch([makeRun(Array.from({ length: 2048 }, () => `${'x'.repeat(511)}\n`))])
  t.deepEqual(cutIntoWindows(batch, host), [batch])
})

test('a batch with 900 KiB of fields in each of its events is delivered, in windows that a collector with the default limits takes', async t => {
  const sink = new CountingSink()
  const { port, log } = await startTestReceiver(t, { sink })
  const publisher = startPublisher(t, [{ host: '127.0.0.1', port }])
  const origin = makeOrigin({ fields: { large: 'x'.repeat(900 * 1024) } })
  const lines = Array.from({ length: 150 }, (_, index) => `line ${index}\n`)
  await publisher.send(makeBatch([makeRun(lines, { origin })]))
  t.is(new Set(sink.ids).size, 150)
  t.is(sink.ids.length, 150)
  t.deepEqual(
    log.lines.filter(({ level }) => level === 'warn'),
    [],
  )
})

test('a batch of more than 10,000 lines is delivered to a collector with the default limits', async t => {
  const { port, sink } = await startTestReceiver(t)
  const publisher = startPublisher(t, [{ host: '127.0.0.1', port }])
  const [batch] = makeNumberedBatches(1, 20_001)
  await publisher.send(batch!)
  t.is(sink.documents.length, 20_001)
})
