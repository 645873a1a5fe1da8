import test from 'ava'
import { LINE_CONTINUED, LINE_CUT, LINE_UNTERMINATED } from '../../../../src/flow/line-batch.ts'
import { DEFAULT_EVENT_BYTES, MAX_FIELDS_BYTES, MAX_LINE_BYTES } from '../../../../src/config/values/event-bounds.ts'
import { type Frame, FrameDecoder } from '../../../../src/lumberjack/wire/decoder.ts'
import { encodeEvents } from '../../../../src/lumberjack/wire/encoder.ts'
import { defaultFrameLimits } from '../../../../src/lumberjack/wire/frames.ts'
import { makeBatch, makeOrigin, makeRun } from '../../../helpers/lumberjack/line-batches.ts'
import { readPairs } from '../../../../src/lumberjack/wire/key-value-pairs.ts'

function decode(frames: Buffer): Frame[] {
  const decoder = new FrameDecoder(defaultFrameLimits)
  decoder.push(frames)
  const found: Frame[] = []
  for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) found.push(frame)
  return found
}

const payloads = (frames: Buffer) =>
  decode(frames).map(frame => {
    if (frame.type !== 'json') throw new Error(`a JSON frame was expected, not ${frame.type}`)
    return frame.payload.toString()
  })
const lineOf = (payload: Buffer, count: number) => readPairs(payload, count).get('line')?.toString()
const messages = (frames: Buffer) =>
  payloads(frames).map(text => (JSON.parse(text) as { message: string; log: { flags?: string[] } }).message)

test('LF or CRLF at the end of a line is removed, and nothing else', t => {
  const run = makeRun(['a\n', 'b\r\n', '\n', '\r\n', 'c\r\r\n', 'back\\\n', 'back\\n\n', '\\\\n\r\n'])
  t.deepEqual(messages(encodeEvents(makeBatch([run]), { protocol: 2, host: 'h' }).frames), [
    'a',
    'b',
    '',
    '',
    'c\r',
    'back\\',
    'back\\n',
    '\\\\n',
  ])
})

test('a cut or unterminated line keeps all its bytes and is flagged', t => {
  const flags = Uint8Array.of(LINE_CUT, LINE_CONTINUED, LINE_UNTERMINATED, 0)
  const run = makeRun(['one\r', 'two\n', 'three', 'four\n'], { flags })
  const events = payloads(encodeEvents(makeBatch([run]), { protocol: 2, host: 'h' }).frames).map(
    text => JSON.parse(text) as { message: string; log: { flags?: string[] } },
  )
  t.deepEqual(
    events.map(({ message, log }) => [message, log.flags]),
    [
      ['one\r', ['cut']],
      ['two', ['continued']],
      ['three', ['unterminated']],
      ['four', undefined],
    ],
  )
})

test('wrong UTF-8 becomes U+FFFD and is flagged in its line only, and NUL stays', t => {
  const run = makeRun([Buffer.from('ok \0 é\n'), Buffer.from([0x61, 0xe2, 0x82, 0x62, 0xff, 0x0a])])
  const events = payloads(encodeEvents(makeBatch([run]), { protocol: 2, host: 'h' }).frames).map(
    text => JSON.parse(text) as { message: string; log: { flags?: string[] } },
  )
  t.deepEqual(
    events.map(({ message, log }) => [message, log.flags]),
    [
      ['ok \0 é', undefined],
      ['a\ufffdb\ufffd', ['invalid_utf8']],
    ],
  )
})

test("the batch's own doubt is older than the publisher's and wins", t => {
  const batch = makeBatch([makeRun(['a\n'])], { doubtfulSinceMs: 5 })
  const [text] = payloads(encodeEvents(batch, { protocol: 2, host: 'h', doubtfulSinceMs: 9 }).frames)
  t.true(text?.includes('"doubtful":5}'))
})

test('the longest line that may be configured, with the largest fields, is within the default limit of a collector', t => {
  const fields = { a: 'x'.repeat(MAX_FIELDS_BYTES - 100) }
  const origin = makeOrigin({ path: `/${'\u0001'.repeat(4095)}`, fields })
  const run = makeRun([Buffer.alloc(MAX_LINE_BYTES, 1)], { origin, flags: Uint8Array.of(LINE_CUT | LINE_CONTINUED) })
  const { frames } = encodeEvents(makeBatch([run], { doubtfulSinceMs: Date.now() }), {
    protocol: 2,
    host: 'h'.repeat(80),
  })
  const [frame] = decode(frames)
  t.is(frame?.type, 'json')
  t.is(defaultFrameLimits.eventBytes, DEFAULT_EVENT_BYTES)
  t.true(frames.length > DEFAULT_EVENT_BYTES * 0.99) // the bound is no looser than it has to be
})

for (const utf16 of ['le', 'be'] as const) {
  const inOrder = (text: string) => {
    const bytes = Buffer.from(text, 'utf16le')
    return utf16 === 'le' ? bytes : bytes.swap16()
  }

  test(`lines of UTF-16 (${utf16}) become UTF-8 in both protocols, without LF or CRLF`, t => {
    const run = makeRun(['a "é"\n', '\u4e0a\u0a0a\r\n', '\n', '\ud83d\ude00\r\r\n'].map(inOrder), { utf16, offset: 2 })
    const texts = ['a "é"', '\u4e0a\u0a0a', '', '\ud83d\ude00\r']
    t.deepEqual(messages(encodeEvents(makeBatch([run]), { protocol: 2, host: 'h' }).frames), texts)
    const pairs = decode(encodeEvents(makeBatch([run]), { protocol: 1, host: 'h' }).frames)
    t.deepEqual(
      pairs.map(frame => frame.type === 'pairs' && lineOf(frame.payload, frame.pairCount)),
      texts,
    )
  })

  test(`half of a pair, or of a unit, of UTF-16 (${utf16}) becomes U+FFFD and is flagged in its line only`, t => {
    const lines = ['ok\n', 'a\ud83db\n', 'cut'].map(inOrder)
    const run = makeRun([...lines.slice(0, 2), Buffer.concat([lines[2]!, Buffer.of(0x61)])], {
      utf16,
      flags: Uint8Array.of(0, 0, LINE_UNTERMINATED),
    })
    const events = payloads(encodeEvents(makeBatch([run]), { protocol: 2, host: 'h' }).frames).map(
      text => JSON.parse(text) as { message: string; log: { flags?: string[] } },
    )
    t.deepEqual(
      events.map(({ message, log }) => [message, log.flags]),
      [
        ['ok', undefined],
        ['a\ufffdb', ['invalid_utf8']],
        ['cut\ufffd', ['unterminated', 'invalid_utf8']],
      ],
    )
  })
}
