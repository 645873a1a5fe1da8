import test from 'ava'
import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { defaultFrameLimits } from '../../../src/lumberjack/wire/frames.ts'
import { ProtocolError, type ProtocolErrorCode } from '../../../src/lumberjack/wire/protocol-error.ts'
import type { WireFrame } from '../../../src/workers/frame-contract.ts'
import { openSession } from '../../../src/workers/open-session.ts'
import { readRunsHere } from '../../../src/workers/tiny-frame.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { anyBatch, inBothForms } from '../../helpers/lumberjack/any-batch.ts'
import { makeBatch, makeRun } from '../../helpers/lumberjack/line-batches.ts'
import { headerText, runOf } from '../../helpers/lumberjack/run-frames.ts'
import { patience } from '../../helpers/time/patience.ts'
import { UNSTEADY, ofRuns, openWorkers, openedFrame, partsOf, readAll } from '../../helpers/workers/frame-parts.ts'

interface Seen {
  readonly message: string
  readonly log: { readonly flags?: readonly string[] }
}

const anyRooms = fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 5 })

test('with 0, 1 and 3 workers the same runs give the same events, whatever room their parts get', async t => {
  const pools = [0, 1, 3].map(count => openWorkers(t, count).workers)
  const filler = makeRun([
    randomBytes(20_000).toString('base64url'),
    ...Array.from({ length: 300 }, (_, i) => `${i}\n`),
  ])
  await fc.assert(
    fc.asyncProperty(anyBatch, anyRooms, async (batch, rooms) => {
      const [, frame] = inBothForms(makeBatch([...batch.runs, filler]))
      const read = pools.map(pool => readAll(pool.open(openedFrame(frame)), [...rooms, 1_000_000]))
      const [first, ...others] = await Promise.all(read)
      t.is(first?.events.length, batch.lineCount + 301)
      t.is(first?.hashes.length, 1)
      for (const other of others) t.deepEqual(other, first)
    }),
    { numRuns: 60 },
  )
})

test('a character that is cut by the end of a record is not UTF-8 in either of the two', async t => {
  const content = runOf({ header: headerText(), records: [Buffer.of(0x61, 0xc3), Buffer.of(0xa9, 0x0a), 'b\n', 'c\n'] })
  const { events } = await readAll(partsOf(openSession(openedFrame(ofRuns(content)))))
  t.deepEqual(
    events.map(event => {
      const { message, log } = JSON.parse((event as { document: string }).document) as Seen
      return [message, log.flags]
    }),
    [
      ['a\ufffd', ['invalid_utf8']],
      ['\ufffd', ['invalid_utf8']],
      ['b', undefined],
      ['c', undefined],
    ],
  )
})

test('the version in the documents is that of the header, and the numbers follow the place in the window', async t => {
  const frame = {
    ...ofRuns(runOf({ header: headerText({ version: '7.7' }), records: ['a\n', 'b\n'] })),
    firstSequence: 41,
  }
  const { events, sequences } = await readAll(partsOf(openSession(openedFrame(frame))))
  t.deepEqual(sequences, [41, 42])
  t.true((events[1] as { document: string }).document.includes('"agent":{"type":"forwarder","version":"7.7"}'))
})

const refused = test.macro({
  title: (given = '') => `no event is given of a frame of runs ${given}`,
  async exec(t, frame: WireFrame, message: RegExp, code: ProtocolErrorCode = 'bad_runs') {
    for (const count of [0, 1]) {
      const { workers } = openWorkers(t, count)
      const read = async () => await readAll(workers.open(openedFrame(frame)))
      const error = await t.throwsAsync<ProtocolError>(read, { instanceOf: ProtocolError, message })
      t.is(error?.code, code)
    }
  },
})
const withHeader = (header: string | Buffer) =>
  ofRuns(runOf({ header: headerText(), records: ['a\n'] }), runOf({ header, records: ['a\n'] }))
test('with a header that is not JSON', refused, withHeader('{"fileId":"a"'), /not JSON/)
test(
  'with a header that is not UTF-8',
  refused,
  withHeader(Buffer.from(headerText({ path: '\xff' }), 'latin1')),
  /UTF-8/,
)
test(
  'with a header that lacks a member',
  refused,
  withHeader(headerText({ host: undefined })),
  /`host` is not in its place/,
)
test('with a header that has one more', refused, withHeader(headerText({ more: 1 })), /more members/)
test('with a header that repeats one', refused, withHeader(headerText().replace('"path"', '"host"')), /second "host"/)
test(
  'with a header of another order',
  refused,
  withHeader(`{"host":"",${headerText({ host: undefined }).slice(1)}`),
  /place/,
)
test('with white space in a header', refused, withHeader(headerText().replace(':', ': ')), /not in its place/)
test('with a number in a header', refused, withHeader(headerText({ host: 1 })), /`host` is not in its place/)
test('with a number for the format', refused, withHeader(headerText({ format: 1 })), /`format` is not in its place/)
test(
  'with the format before the fields',
  refused,
  withHeader(headerText({ fields: undefined, format: 'nginx' }).replace('}', ',"fields":{}}')),
  /place/,
)
test('with a member behind the format', refused, withHeader(headerText({ format: 'a', more: 1 })), /more members/)
test('with a list of fields', refused, withHeader(headerText({ fields: [] })), /`fields` is not in its place/)
test(
  'with fields that are nested too deep',
  refused,
  withHeader(headerText({ fields: JSON.parse(`{"a":${'['.repeat(500)}${']'.repeat(500)}}`) as unknown })),
  /nested more than/,
)
test(
  'that is not zstd',
  refused,
  { type: 'runs', zstd: Buffer.from('hello'), firstSequence: 1 },
  /zstd/,
  'bad_compression',
)
test('without runs', refused, ofRuns(), /cut short/)

test('fields as deep as in JSON are taken', async t => {
  const fields = JSON.parse(`{"a":${'['.repeat(499)}${']'.repeat(499)}}`) as unknown
  const frame = ofRuns(runOf({ header: headerText({ fields }), records: ['a\n', 'b\n', 'c\n', 'd\n'] }))
  const { events } = await readAll(partsOf(openSession(openedFrame(frame))))
  t.true(events.every(event => 'document' in (event as object)))
})

test('a record that becomes a larger event than the limit ends the frame', async t => {
  const limits = { ...defaultFrameLimits, eventBytes: 1000 }
  const run = runOf({ header: headerText(), records: ['a\n', 'b\n', 'c\n', 'd\n', `${'\u0001'.repeat(200)}\n`] })
  const read = async () => await readAll(partsOf(openSession(openedFrame(ofRuns(run), { limits }))))
  t.is((await t.throwsAsync<ProtocolError>(read))?.code, 'event_too_large')
})

test('of a frame with more records than its window lacks none is given', async t => {
  const frame = ofRuns(runOf({ header: headerText(), records: ['a\n', 'b\n', 'c\n'] }))
  const part = await openSession(openedFrame(frame, { maxEvents: 2 })).next(1e9)
  t.is(part === 'tooSmall' ? -1 : part.sequences.length, 0)
  t.true(part !== 'tooSmall' && part.total > 2)
})

test('a header of a megabyte with thousands of empty records is refused, and nothing is made of it', async t => {
  const header = headerText({ fields: { a: 'x'.repeat(1_000_000) } })
  const frame = ofRuns(runOf({ header, records: Array.from({ length: 10_000 }, () => '') }))
  const read = async () => await readAll(partsOf(openSession(openedFrame(frame))))
  t.is((await t.throwsAsync<ProtocolError>(read))?.code, 'inflated_too_large')
})

const manyRecords = (count: number) =>
  ofRuns(runOf({ header: headerText(), records: Array.from({ length: count }, () => 'a\n') }))

test('the main thread reads a frame of runs only if its documents have at most 16 KiB', t => {
  t.truthy(readRunsHere(openedFrame(manyRecords(10))))
  t.is(readRunsHere(openedFrame(manyRecords(60))), undefined)
  t.is(readRunsHere(openedFrame(ofRuns(runOf({ header: headerText(), records: ['x'.repeat(20_000)] })))), undefined)
})

test('a record that ends threads becomes a dead letter after the second one, and no other event is lost or comes twice', async t => {
  const { workers, log } = openWorkers(t, 1, { entry: UNSTEADY, hangMs: patience(1000) })
  const lines = Array.from({ length: 600 }, (_, i) => `${i} ${'x'.repeat(100)}\n`)
  lines[350] = '"deed":"exits" is what it says\n'
  const frame = ofRuns(runOf({ header: headerText(), records: lines }))
  const { events, sequences } = await readAll(workers.open(openedFrame(frame)), [60_000])
  t.deepEqual(
    sequences,
    lines.map((_, i) => i + 1),
  )
  t.deepEqual(
    events.map((event, i) => ('payload' in (event as object) ? i : -1)).filter(i => i >= 0),
    [350],
  )
  t.true(log.lines.length >= 2)
})

test('a thread that is ended once over a frame of runs loses no event and gives none twice', async t => {
  const { workers } = openWorkers(t, 1, { entry: UNSTEADY, hangMs: patience(1000) })
  const mark = join(await makeTempDir(t), 'mark')
  const lines = Array.from({ length: 600 }, (_, i) => `${i} ${'x'.repeat(100)}\n`)
  lines[350] = `"deed":"uses up its memory","once":"${mark}"\n`
  const frame = ofRuns(runOf({ header: headerText(), records: lines }))
  const read = await readAll(workers.open(openedFrame(frame)), [60_000])
  t.deepEqual(read, { ...(await readAll(partsOf(openSession(openedFrame(frame))))) })
})
