import test from 'ava'
import { isUtf8 } from 'node:buffer'
import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
import fc from 'fast-check'
import { cutLines } from '../../../../src/files/read/line-splitter.ts'
import { LINE_CUT, LINE_UNTERMINATED, type LineRun } from '../../../../src/flow/line-batch.ts'
import { ByteWriter } from '../../../../src/lumberjack/wire/byte-writer.ts'
import { encodeEvents } from '../../../../src/lumberjack/wire/encoder.ts'
import { jsonMiddle } from '../../../../src/lumberjack/wire/event-envelope.ts'
import { encodeByStrings } from '../../../../src/lumberjack/wire/json-strings.ts'
import { makeBatch, makeOrigin, makeRun } from '../../../helpers/lumberjack/line-batches.ts'

const host = 'web1.example'

function encode(runs: readonly LineRun[], from = 0): Buffer {
  return encodeEvents(makeBatch(runs), { protocol: 2, host, from }).frames
}

/** The same without the kernel. */
function encodeInStrings(runs: readonly LineRun[]): Buffer {
  const encoding = {
    out: new ByteWriter(Buffer.alloc(0)),
    host,
    middle: jsonMiddle(makeBatch([]).timeMs, undefined),
    doubtfulSinceMs: undefined,
    count: 0,
  }
  for (const run of runs) encodeByStrings(encoding, run)
  return encoding.out.bytes.subarray(0, encoding.out.position)
}

/** The messages, by the rule itself. */
function messagesOf({ bytes, ends, flags }: LineRun): string[] {
  return [...ends].map((end, i) => {
    const line = bytes.subarray(ends[i - 1] ?? 0, end).toString()
    const isWhole = ((flags?.[i] ?? 0) & (LINE_CUT | LINE_UNTERMINATED)) === 0
    return JSON.stringify(isWhole ? line.replace(/\r?\n$/, '') : line)
  })
}

function readMessages(frames: Buffer): string[] {
  const messages = []
  for (let at = 0; at < frames.length; at += 10 + frames.readUInt32BE(at + 6)) {
    const text = frames.toString('utf8', at + 10, at + 10 + frames.readUInt32BE(at + 6))
    messages.push(text.slice(text.indexOf('"message":') + 10, text.lastIndexOf(',"host":')))
  }
  return messages
}

/** All that a line can have which a kernel may take wrong; NUL, line ends and escapes come often. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\r\n',
        '\r',
        '"',
        '\\',
        '\0',
        '\b',
        '\t',
        '\u000b',
        '\f',
        '\u001f',
        '\u007f',
        'é',
        '€',
        '😀',
        '\u2028',
      ),
      fc.nat({ max: 40 }).map(count => 'a'.repeat(count)),
    ),
    { maxLength: 60 },
  )
  .map(parts => Buffer.from(parts.join('')))
const anyBytes = fc.uint8Array({ maxLength: 80 }).map(bytes => Buffer.from(bytes))
const offset = fc.oneof(
  fc.nat({ max: 12 }),
  fc.maxSafeNat().map(at => Math.min(at, Number.MAX_SAFE_INTEGER - 10_000)),
  fc.integer({ min: -300, max: 300 }).map(more => 2 ** 32 + more),
  fc.integer({ min: 0, max: 15 }).map(power => 10 ** power),
)

/** Lines as the reader of files cuts them: some have flags, and the last one may have no end. */
function cutRun(bytes: Buffer, at: number, maxLineBytes: number): LineRun {
  const { ends, flags, length } = cutLines(bytes, {
    maxLineBytes,
    startsInsideLine: false,
    tail: 'unterminated',
    maxLines: Infinity,
  })
  return {
    origin: makeOrigin({ fields: { type: 'é"\\' } }),
    offset: at,
    bytes: bytes.subarray(0, length),
    ends,
    ...(flags && { flags }),
  }
}

const run = fc
  .tuple(fc.oneof({ weight: 3, arbitrary: text }, anyBytes), offset, fc.constantFrom(16, 40, 10_000))
  .map(([bytes, at, maxLineBytes]) => cutRun(bytes, at, maxLineBytes))

test('the kernel and the encoder by strings give the same bytes, whatever the lines', t => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 4 }), runs => encode(runs).equals(encodeInStrings(runs))),
    { numRuns: 3000 },
  )
  t.pass()
})

test('a message is what JSON.stringify makes of its line', t => {
  const valid = run.filter(({ bytes, ends, flags }) => flags === undefined && isUtf8(bytes) && ends.length > 0)
  fc.assert(
    fc.property(valid, one => t.deepEqual(readMessages(encode([one])), messagesOf(one))),
    { numRuns: 1000 },
  )
})

test('events that are acked already are left out, and the others numbered from 1', t => {
  fc.assert(
    fc.property(run, fc.nat({ max: 5 }), (one, from) => {
      const skipped = Math.min(from, one.ends.length)
      const start = one.ends[skipped - 1] ?? 0
      const rest = cutRun(one.bytes.subarray(start), one.offset + start, 10_000)
      fc.pre(one.flags === undefined && rest.flags === undefined)
      return encode([one], from).equals(encodeInStrings([rest]))
    }),
  )
  t.pass()
})

const specials: readonly (readonly [name: string, text: string])[] = [
  ['a quote', '"'],
  ['a backslash', '\\'],
  ['a line feed', '\n'],
  ['a carriage return', '\r'],
  ['DEL', '\u007f'],
  ['a character of two bytes', 'é'],
  ['a character of three bytes', '€'],
  ['a character of four bytes', '😀'],
  ['U+2028', '\u2028'],
]
for (const [name, special] of specials) {
  test(`${name} at each position of lines of up to 50 bytes is encoded as JSON.stringify does it`, t => {
    const lines = []
    for (let length = 0; length <= 50; length++) {
      for (let at = 0; at <= length; at++) lines.push(`${'x'.repeat(at)}${special}${'y'.repeat(length - at)}\n`)
    }
    const one = cutRun(Buffer.from(lines.join('')), 0, 10_000)
    t.deepEqual(readMessages(encode([one])), messagesOf(one))
  })
}

test('each control character is encoded as JSON.stringify does it', t => {
  const one = makeRun(Array.from({ length: 32 }, (_, code) => `a${String.fromCharCode(code)}b\n`))
  const lines = Array.from({ length: 32 }, (_, code) => JSON.stringify(`a${String.fromCharCode(code)}b`))
  t.deepEqual(readMessages(encode([one])), lines)
})

const KIB = 1024
for (const bytes of [32 * KIB, 64 * KIB, 128 * KIB]) {
  for (const more of [-2, -1, 0, 1, 2]) {
    test(`a line of ${bytes + more} bytes between others is encoded as by strings, in plain text and in escapes`, t => {
      for (const letter of ['a', '\u0001', 'é']) {
        const long = letter.repeat(Math.ceil((bytes + more) / Buffer.byteLength(letter)))
        const one = makeRun(['before\n', `${long}\n`, 'behind\r\n'], { offset: 4_294_967_290 })
        t.true(encode([one]).equals(encodeInStrings([one])))
      }
    })
  }
}

test('many empty lines, and many of a few bytes, are encoded as by strings', t => {
  for (const line of ['\n', '\r\n', '"\n', 'ab\n']) {
    const one = cutRun(Buffer.from(line.repeat(20_000)), 0, 10_000)
    t.true(encode([one]).equals(encodeInStrings([one])))
  }
})

test('fields and paths that are longer than the kernel takes are encoded as by strings', t => {
  for (const length of [60 * KIB, 64 * KIB, 100 * KIB]) {
    const one = makeRun(['a\n', 'b\n'], { origin: makeOrigin({ fields: { f: 'x'.repeat(length) } }) })
    t.true(encode([one]).equals(encodeInStrings([one])))
  }
})

test('long fields and lines full of escapes are encoded as by strings, in as many pieces as the room of the kernel takes', t => {
  const line = fc.tuple(fc.constantFrom('a', '\u0001', '"'), fc.nat({ max: 30 * KIB }), fc.nat({ max: 9 }))
  const lines = line.map(([letter, length, share]) => `${letter.repeat(share === 0 ? length : length % 600)}\n`)
  fc.assert(
    fc.property(fc.array(lines, { maxLength: 80 }), fc.constantFrom(1, 5000, 20_000, 60_000), (all, length) => {
      const one = makeRun(all, { origin: makeOrigin({ fields: { f: 'x'.repeat(length) } }) })
      return encode([one]).equals(encodeInStrings([one]))
    }),
  )
  t.pass()
})

test('a line of escapes waits for the next piece where the room of the kernel ends', t => {
  const origin = makeOrigin({ fields: { f: 'x'.repeat(60_000) } })
  for (let before = 0; before < 12; before++) {
    const one = makeRun([...Array.from({ length: before }, () => 'a\n'), `${'\u0001'.repeat(10_000)}\n`], { origin })
    t.true(encode([one]).equals(encodeInStrings([one])))
  }
})

test('without WebAssembly the bytes are the same', async t => {
  const one = makeRun(['a "b" \\ \u0001 é\r\n', '\n', 'c\n'])
  const encoder = new URL('../../../../src/lumberjack/wire/encoder.ts', import.meta.url).href
  const batches = new URL('../../../helpers/lumberjack/line-batches.ts', import.meta.url).href
  const script = `
    const { parentPort, workerData } = require('node:worker_threads')
    Promise.all([import(${JSON.stringify(encoder)}), import(${JSON.stringify(batches)})]).then(([{ encodeEvents }, { makeBatch }]) => {
      delete globalThis.WebAssembly
      const run = { ...workerData, bytes: Buffer.from(workerData.bytes) }
      parentPort.postMessage(encodeEvents(makeBatch([run]), { protocol: 2, host: ${JSON.stringify(host)} }).frames)
    })`
  const worker = new Worker(script, { eval: true, workerData: one })
  t.teardown(() => worker.terminate())
  const [frames] = (await once(worker, 'message')) as [Uint8Array]
  t.true(encode([one]).equals(frames))
})

test('records of several lines, and records that do not follow each other, are the same bytes with and without the kernel', t => {
  const record = fc.tuple(fc.constantFrom('a\n', 'b\r\n', 'Caused by: "c"\n\tat d\n', '\n\n'), fc.constantFrom(0, 0, 7))
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 40 }), records => {
      let end = 100
      const offsets = Float64Array.from(records, ([bytes, gap]) => {
        const start = end + gap
        end = start + bytes.length
        return start
      })
      const one = makeRun(
        records.map(([bytes]) => bytes),
        { offset: offsets[0]!, offsets },
      )
      t.deepEqual(encode([one]), encodeInStrings([one]))
      t.deepEqual(readMessages(encode([one])), messagesOf(one))
    }),
  )
})
