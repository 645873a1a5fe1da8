import test from 'ava'
import { array, assert, constantFrom, integer, oneof, property, record, string, uint8Array } from 'fast-check'
import { inflateSync } from 'node:zlib'
import type { LineBatch } from '../../../../src/flow/line-batch.ts'
import { LINE_CONTINUED, LINE_CUT, LINE_UNTERMINATED } from '../../../../src/flow/line-batch.ts'
import { type Frame, FrameDecoder } from '../../../../src/lumberjack/wire/decoder.ts'
import { encodeEvents } from '../../../../src/lumberjack/wire/encoder.ts'
import { defaultFrameLimits, encodeAck, encodeWindowFrame } from '../../../../src/lumberjack/wire/frames.ts'
import { readPairs } from '../../../../src/lumberjack/wire/key-value-pairs.ts'
import { forwarderWindow, jsonFrame, pairsFrame, windowOf } from '../../../helpers/lumberjack/frames.ts'
import { makeBatch, makeOrigin, makeRun } from '../../../helpers/lumberjack/line-batches.ts'
import { hex } from '../../../helpers/peers/raw-client.ts'

/** Frames as plain values; `sizes`: how the bytes are split, over and over. */
function decode(bytes: Buffer, sizes: readonly number[] = [bytes.length], isInflated = false): unknown[] {
  const decoder = new FrameDecoder(defaultFrameLimits, { isInflated })
  const found: unknown[] = []
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1)
    decoder.push(Buffer.from(bytes.subarray(at, at + size)))
    at += size
    found.push(...takeFrames(decoder).map(plain))
  }
  return found
}

function* takeFrames(decoder: FrameDecoder): Generator<Frame> {
  for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) yield frame
}

function plain(frame: Frame): unknown {
  if (frame.type === 'window' || frame.type === 'runs') return frame
  if (frame.type === 'compressed') return decode(inflateSync(frame.deflated), undefined, true)
  if (frame.type === 'json') return { ...frame, payload: frame.payload.toString() }
  const pairs = [...readPairs(frame.payload, frame.pairCount)].map(([key, value]) => [key, value.toString('latin1')])
  return { type: 'pairs', sequence: frame.sequence, pairs }
}

const captures = {
  'a bare pairs event': hex(
    '3157000000013144000000010000000200000004 6c696e65 00000002 6869 00000004 686f7374 00000002 6831',
  ),
  'a stored zlib block': hex(
    '31570000000231430000003978 01012e00d1ff 314400000001000000010000000 46c696e650000000161 3144000000020000000100000004 6c696e65 00000001 62 68f0050d',
  ),
  'a bare JSON event': hex('325700000001324a00000001000000107b226d657373616765223a226869227d'),
  'a deflated window': hex('3257000000023243 0000001f 785e33f26260606004 62f66aa53c252bc35a239000135cc0a816004d8d0535'),
  'an empty window': hex('325700000000'),
  'bare events whose numbers continue': windowOf(1, pairsFrame(7, [['line', 'x']]), pairsFrame(8, [['line', 'y']])),
  'a window of logstash-forwarder': forwarderWindow(4_294_967_294, ['a', 'b']),
}

for (const [name, bytes] of Object.entries(captures)) {
  test(`the bytes of ${name} decode to the same frames wherever they are cut`, t => {
    const whole = decode(bytes)
    t.true(whole.length > 0)
    for (let cut = 1; cut < bytes.length; cut++) t.deepEqual(decode(bytes, [cut, bytes.length]), whole)
    t.deepEqual(decode(bytes, [1]), whole)
  })
}

test('captured windows decode to their events', t => {
  t.deepEqual(decode(captures['a bare pairs event']), [
    { type: 'window', protocol: 1, count: 1 },
    { type: 'pairs', sequence: 1, pairs: [['line', 'hi'], ['host', 'h1']] }, // prettier-ignore
  ])
  t.deepEqual(decode(captures['a deflated window']), [
    { type: 'window', protocol: 2, count: 2 },
    [
      { type: 'json', sequence: 1, payload: '{"n":1}' },
      { type: 'json', sequence: 2, payload: '{"n":2}' },
    ],
  ])
})

test('window and ack frames are six bytes', t => {
  t.is(encodeWindowFrame(1, 2).toString('hex'), '315700000002')
  t.is(encodeAck(2, 2 ** 32 - 1).toString('hex'), '3241ffffffff')
})

test('a line in protocol 1 is byte for byte that of logstash-forwarder', t => {
  const batch = makeBatch([makeRun(['hi\n'], { offset: 40, origin: makeOrigin({ path: '/l', fields: { a: 'b' } }) })])
  const expected = pairsFrame(1, [['file', '/l'], ['host', 'h1'], ['offset', '40'], ['line', 'hi'], ['a', 'b']]) // prettier-ignore
  t.deepEqual(encodeEvents(batch, { protocol: 1, host: 'h1' }).frames, expected)
})

test('an event in protocol 2 begins with the id, and has its members in a fixed order', t => {
  const origin = makeOrigin({ fileId: 'AAAABBBBCCCCDDDD', path: '/l', fields: { type: 'x' } })
  const batch = makeBatch([makeRun(['say "hi"\r\n'], { offset: 7, origin })], { timeMs: 0 })
  const { frames, count } = encodeEvents(batch, { protocol: 2, host: 'h1', doubtfulSinceMs: 5 })
  t.is(count, 1)
  const [frame] = decode(frames) as { payload: string }[]
  t.regex(
    frame?.payload ?? '',
    /^\{"@metadata":\{"_id":"AAAABBBBCCCCDDDD-7","doubtful":5\},"@timestamp":"1970-01-01T00:00:00.000Z","message":"say \\"hi\\"","host":\{"name":"h1"\},"log":\{"file":\{"path":"\/l"\},"offset":7\},"agent":\{"type":"forwarder","version":"[^"]+"\},"type":"x"\}$/,
  )
})

test('confirmed events are left out of an encoded window, and the rest is numbered from 1', t => {
  const batch = makeBatch([makeRun(['a\n', 'b\n']), makeRun(['c\n', 'd\n'])])
  const { frames, count } = encodeEvents(batch, { protocol: 2, host: 'h', from: 3 })
  const events = decode(frames) as { sequence: number; payload: string }[]
  t.is(count, 1)
  t.deepEqual(events.map(({ sequence, payload }) => [sequence, (JSON.parse(payload) as { message: string }).message]), [[1, 'd']]) // prettier-ignore
})

const awkward = constantFrom(
  '\\',
  '"',
  '\\n',
  '\u2028',
  '\0',
  '\t',
  '\r',
  '\u{1F600}',
  'é',
  '\u007f',
  '\\"',
  'x'.repeat(300),
)
const texts = oneof(
  string({ unit: 'grapheme' }),
  array(awkward, { maxLength: 8 }).map(parts => parts.join('')),
)
const lines = oneof(
  texts.map(text => Buffer.from(text.replaceAll('\n', ' '))),
  uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes.map(byte => (byte === 10 ? 32 : byte)))),
)
const cases = record({
  texts: array(lines, { minLength: 1, maxLength: 30 }),
  ending: constantFrom('\n', '\r\n'),
  offset: integer({ min: 0, max: 2 ** 45 }),
  sizes: array(integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
  flags: constantFrom(0, LINE_CUT, LINE_CONTINUED, LINE_UNTERMINATED),
})

test('any lines, encoded as JSON and split anywhere, decode to the same lines with ids, offsets and flags', t => {
  const check = property(cases, ({ texts: given, ending, offset, sizes, flags }) => {
    const { batch, texts: expected, offsets } = makeCase(given, ending, { offset, flags })
    const { frames, count } = encodeEvents(batch, { protocol: 2, host: 'h' })
    const events = (decode(frames, sizes) as { sequence: number; payload: string }[]).map(
      ({ sequence, payload }, i) => {
        const event = JSON.parse(payload) as {
          '@metadata': { _id: string }
          message: string
          log: { offset: number; flags?: string[] }
        }
        t.is(sequence, i + 1)
        t.is(event['@metadata']._id, `${batch.runs[0]?.origin.fileId}-${offsets[i]}`)
        t.is(event.log.offset, offsets[i] ?? -1)
        t.is(event.log.flags?.includes('invalid_utf8') ?? false, !Buffer.from(event.message).equals(expected[i]!))
        return event.message
      },
    )
    t.is(count, given.length)
    t.deepEqual(events, expected.map(String))
  })
  t.notThrows(() => assert(check, { numRuns: 200 }))
})

test('any lines, encoded as pairs and split anywhere, decode to the same bytes', t => {
  const check = property(cases, ({ texts: given, ending, offset, sizes, flags }) => {
    const { batch, texts: expected, offsets } = makeCase(given, ending, { offset, flags })
    const { frames } = encodeEvents(batch, { protocol: 1, host: 'h' })
    const events = decode(frames, sizes) as { pairs: [string, string][] }[]
    t.deepEqual(events.map(({ pairs }) => new Map(pairs).get('line')), expected.map(text => text.toString('latin1'))) // prettier-ignore
    t.deepEqual(
      events.map(({ pairs }) => Number(new Map(pairs).get('offset'))),
      offsets,
    )
  })
  t.notThrows(() => assert(check, { numRuns: 200 }))
})

/** One run of lines; with `flags` the last one has no terminator. Gives what must come out. */
function makeCase(
  given: readonly Buffer[],
  ending: string,
  { offset, flags }: { readonly offset: number; readonly flags: number },
): { batch: LineBatch; texts: Buffer[]; offsets: number[] } {
  const isOpen = flags === LINE_CUT || flags === LINE_UNTERMINATED
  const whole = given.map((text, i) =>
    Buffer.concat([text, Buffer.from(isOpen && i === given.length - 1 ? '' : ending)]),
  )
  const offsets: number[] = []
  let at = offset
  for (const line of whole) {
    offsets.push(at)
    at += line.length
  }
  const flagList = Uint8Array.from(given, (_, i) => (i === given.length - 1 ? flags : 0))
  const change = flags === 0 ? { offset } : { offset, flags: flagList }
  const expected = whole.map((line, i) => {
    const isLast = isOpen && i === given.length - 1
    const text = line.toString('latin1')
    return Buffer.from(isLast ? text : text.replace(/\r?\n$/u, ''), 'latin1')
  })
  return { batch: makeBatch([makeRun(whole, change)]), texts: expected, offsets }
}

test('random bytes are frames, an error, or a wait for more, and never anything else', t => {
  const check = property(array(uint8Array({ maxLength: 60 }), { maxLength: 6 }), chunks => {
    const decoder = new FrameDecoder(defaultFrameLimits)
    try {
      for (const chunk of chunks) {
        decoder.push(Buffer.concat([Buffer.from('2'), chunk]))
        takeFrames(decoder).toArray()
      }
    } catch (error) {
      t.is((error as Error).name, 'ProtocolError')
    }
  })
  t.notThrows(() => assert(check, { numRuns: 500 }))
})

const over = test.macro({
  title: (given = '') => `${given} is refused with the name of its limit before memory is allocated for it`,
  exec(t, bytes: Buffer, { code, message }: { readonly code: string; readonly message: RegExp }) {
    const limits = { windowEvents: 10, frameBytes: 100, eventBytes: 50, eventMembers: 10, inflatedBytes: 200 }
    const decoder = new FrameDecoder(limits)
    decoder.push(bytes)
    const error = t.throws(() => decoder.next())
    t.is((error as { code?: string }).code, code)
    t.regex(error.message, message)
  },
})

test('a window over the limit', over, encodeWindowFrame(2, 11), {
  code: 'window_too_large',
  message: /window of 11 events.*limit is 10.*windowEvents/,
})
test('a compressed frame of 4 GiB', over, hex('3243ffffffff'), {
  code: 'frame_too_large',
  message: /4294967295 bytes.*frameBytes/,
})
test('an event of 4 GiB', over, hex('324a00000001ffffffff'), {
  code: 'event_too_large',
  message: /4294967295 bytes.*eventBytes/,
})
test('a pair whose key has 4 GiB', over, hex('31440000000100000001ffffffff'), {
  code: 'event_too_large',
  message: /eventBytes/,
})
test('an event of four billion pairs', over, hex('314400000001ffffffff'), {
  code: 'event_too_large',
  message: /eventBytes/,
})

test('frames exactly at the limits are taken', t => {
  const limits = { windowEvents: 1, frameBytes: 100, eventBytes: 7, eventMembers: 10, inflatedBytes: 200 }
  const decoder = new FrameDecoder(limits)
  decoder.push(windowOf(2, jsonFrame(1, '{"n":1}')))
  t.is(decoder.next()?.type, 'window')
  t.is(decoder.next()?.type, 'json')
})
