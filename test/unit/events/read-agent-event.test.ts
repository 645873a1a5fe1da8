import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import test from 'ava'
import { EventReader, isPoison } from '../../../src/events/event-reader.ts'
import { decodeInflated } from '../../../src/lumberjack/wire/decoder.ts'
import { encodeEvents } from '../../../src/lumberjack/wire/encoder.ts'
import { defaultFrameLimits } from '../../../src/lumberjack/wire/frames.ts'
import { makeBatch, makeOrigin, makeRun } from '../../helpers/lumberjack/line-batches.ts'

const NOW_MS = Date.UTC(2026, 0, 2)

function makeReader(): EventReader {
  return new EventReader({ makeId: () => 'made-here', limits: { eventBytes: 2_000_000, eventMembers: 1000 } })
}

/** What is in the event, however its reader came to it. */
function readWith(reader: EventReader, payload: Buffer): unknown {
  const event = reader.readJson(Buffer.from(payload), NOW_MS)
  if (isPoison(event)) return { ...event, payload: event.payload.toString('latin1') }
  const { bytes, start, end, ...rest } = event
  return { ...rest, document: JSON.parse(bytes.toString('utf8', start, end)) as unknown }
}

const line = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '"', '\\', '@', 'é', '😀', '\t', '\u0001', '{', '}', ',', ':', '0') }),
  fc.constantFrom('', '","@metadata":{},"a":"', '\\","@timestamp":"', '","host":"x', '"offset":5,', '\ud800'),
)

interface Sent {
  readonly text: string
  readonly file: number
  readonly offset: number
}

/** Events as our agent sends them. */
function encode(sent: readonly Sent[], { fields = {}, ...batch }: { fields?: object; doubtfulSinceMs?: number } = {}) {
  const runs = sent.map(({ text, file, offset }) => {
    const origin = makeOrigin({ path: `/var/log/${file}.log`, fields: { ...fields } })
    return makeRun([`${text}\n`], { origin, offset })
  })
  const { frames } = encodeEvents(makeBatch(runs, batch), { protocol: 2, host: 'web1' })
  return decodeInflated(frames, defaultFrameLimits).map(({ payload }) => payload)
}

const payloads = fc
  .record({
    sent: fc.array(fc.record({ text: line, file: fc.nat(1), offset: fc.nat(3_000_000_000) }), { minLength: 1 }),
    fields: fc.constantFrom({}, { offset: 7 }, { log: { offset: 1 } }, { a: 'offset":5,' }, { '@x': 1 }, { host: 'h' }),
    batch: fc.constantFrom({}, { doubtfulSinceMs: 77 }),
  })
  .map(({ sent, fields, batch }) => encode(sent, { fields, ...batch }))

test('an event of our agent is read as if no other one had been read before it', t => {
  const property = fc.property(payloads, sent => {
    const reader = makeReader()
    for (const payload of sent) t.deepEqual(readWith(reader, payload), readWith(makeReader(), payload))
  })
  fc.assert(property, { numRuns: 500 })
})

const ADDED = ['', '0', '1', '"', '\\', '}', ',', '-', '.', 'e', ' ', '\n', '\u00ff', '\u0000', '"@metadata":1,']

const PATCHES = ADDED.flatMap(added => [0, 1, 2].map(removed => ({ added: Buffer.from(added, 'latin1'), removed })))

/** With other bytes anywhere, in place of up to two of its own. */
function* changed(payload: Buffer): Generator<Buffer> {
  for (let at = 0; at <= payload.length; at++)
    for (const { added, removed } of PATCHES)
      yield Buffer.concat([payload.subarray(0, at), added, payload.subarray(at + removed)])
}

for (const [text, offset] of [
  ['', 0],
  ['quoted "é"', 10],
] as const)
  test(`an event that differs in a few bytes from one of our agent with the line '${text}' is read as if that had not been read`, t => {
    const [payload = Buffer.alloc(0)] = encode([{ text, file: 0, offset }])
    const reader = makeReader()
    for (const other of changed(payload)) {
      readWith(reader, payload)
      const [given, expected] = [readWith(reader, other), readWith(makeReader(), other)]
      if (!isDeepStrictEqual(given, expected)) t.deepEqual(given, expected, other.toString('latin1'))
    }
    t.pass()
  })
