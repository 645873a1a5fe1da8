import test from 'ava'
import fc from 'fast-check'
import { PassThrough, Readable } from 'node:stream'
import { LINE_CONTINUED, LINE_CUT, LINE_UNTERMINATED } from '../../../../src/flow/line-batch.ts'
import type { TrackedBatch } from '../../../../src/registry/contract.ts'
import { StdinSource } from '../../../../src/files/read/stdin.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { toLines, type SeenLine } from '../../../helpers/files/followed.ts'

const options = { fields: { type: 'x' }, maxLineBytes: 16, batchLines: 3, clock: () => 7 }
const never = new AbortController().signal

async function drain(source: StdinSource): Promise<SeenLine[]> {
  const lines: SeenLine[] = []
  for (let batch = await source.next(never); batch !== undefined; batch = await source.next(never)) {
    lines.push(...toLines(batch))
    source.commit(batch)
  }
  return lines
}

test('lines of standard input arrive for any split into chunks, including a last line without a newline', async t => {
  const text = 'one\ntwo\r\n\nthree\nlast'
  for (let size = 1; size <= text.length; size++) {
    const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g'))!.map(chunk => Buffer.from(chunk))
    const source = new StdinSource({ ...options, input: Readable.from(chunks) })
    const lines = await drain(source)
    t.deepEqual(
      lines.map(line => line.text),
      ['one', 'two', '', 'three', 'last'],
    )
    t.deepEqual(
      lines.map(line => Number(line.id.split('-').at(-1))),
      [0, 4, 9, 10, 16],
    )
    t.deepEqual(
      lines.map(line => line.flags),
      [0, 0, 0, 0, LINE_UNTERMINATED],
    )
    t.like(source.status(), { lines: 5, bytes: { seen: 20, acked: 20 }, unconfirmed: 0 })
  }
})

test('a byte order mark of UTF-8 is not part of the first line of standard input', async t => {
  for (let size = 1; size <= 5; size++) {
    const bytes = Buffer.from('\ufeffone\n\ufefftwo\n')
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    )
    const lines = await drain(new StdinSource({ ...options, input: Readable.from(chunks) }))
    t.deepEqual(
      lines.map(({ id, text, flags }) => [Number(id.split('-').at(-1)), text, flags]),
      [
        [3, 'one', 0],
        [7, '\ufefftwo', 0],
      ],
    )
  }
})

test('a long line of standard input is sent in pieces', async t => {
  const source = new StdinSource({ ...options, input: Readable.from([Buffer.from(`${'x'.repeat(40)}\n`)]) })
  const lines = await drain(source)
  t.deepEqual(
    lines.map(line => [line.text.length, line.flags]),
    [
      [16, LINE_CUT],
      [16, LINE_CUT | LINE_CONTINUED],
      [8, LINE_CONTINUED],
    ],
  )
})

test('lines of standard input that are not acked are counted, with those that were read and wait to be sent', async t => {
  const source = new StdinSource({ ...options, input: Readable.from([Buffer.from('a\nb\nc\nd\ne')]) })
  const batch = await source.next(never)
  t.is(source.status().unconfirmed, 5)
  source.commit(batch!)
  t.is(source.status().unconfirmed, 2)
  t.deepEqual(batch?.ranges, [])
  t.is(batch?.runs[0]?.origin.path, '-')
})

test('a stop ends the wait for standard input, and bytes that arrive afterwards are not lost', async t => {
  const input = new PassThrough()
  const source = new StdinSource({ ...options, input })
  const stop = new AbortController()
  const waiting = source.next(stop.signal)
  stop.abort()
  t.is(await waiting, undefined)
  input.end('late\n')
  t.deepEqual(
    (await drain(source)).map(line => line.text),
    ['late'],
  )
})

test('a failure of standard input reaches the caller', async t => {
  const input = new PassThrough()
  const source = new StdinSource({ ...options, input })
  const waiting = source.next(never)
  input.destroy(new Error('the terminal is gone'))
  await t.throwsAsync(waiting, { message: 'the terminal is gone' })
})

test('at any time each byte that was read of standard input is acked, refused, in flight, unread or in no line', async t => {
  const chunks = fc.array(fc.constantFrom('\ufeff', 'a', 'b\n', '\n', 'c\r\n', 'x'.repeat(40)), { maxLength: 12 })
  const law = fc.asyncProperty(chunks, fc.array(fc.nat(9)), async (texts, refusals) => {
    const input = Readable.from(texts.map(text => Buffer.from(text)))
    const source = new StdinSource({ ...options, input })
    const unacked: TrackedBatch[] = []
    for (let batch = await source.next(never); batch !== undefined; batch = await source.next(never)) {
      addsUp(t, source.status())
      unacked.push(batch)
      const refusedBytes = refusals[unacked.length] ?? 0
      const acked = unacked.length % 2 === 0 ? unacked.splice(0) : []
      for (const each of acked) source.commit({ ...each, refusedBytes: Math.min(each.byteCount, refusedBytes) })
    }
    const { bytes } = source.status()
    addsUp(t, { bytes })
    t.is(bytes.seen, Buffer.byteLength(texts.join('')))
    t.is(bytes.unread, 0)
  })
  await fc.assert(law, { numRuns: 200 })
})

test('records of standard input are joined, left out and sent in time, for any split into chunks', async t => {
  const multiline = { how: 'indented', maxLines: 10, maxBytes: 100, timeoutMs: 60_000 } as const
  const records = { multiline, excludeLines: ['skip'] }
  const text = 'a\n b\nskip\n c\nd\n e'
  for (let size = 1; size <= text.length; size++) {
    const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g'))!.map(chunk => Buffer.from(chunk))
    const source = new StdinSource({ ...options, records, input: Readable.from(chunks) })
    const lines = await drain(source)
    t.deepEqual(
      lines.map(line => [line.text, Number(line.id.split('-').at(-1))]),
      [
        ['a\n b', 0],
        ['d\n e', 13],
      ],
    )
    t.like(source.status(), { bytes: { seen: 17, acked: 9, skipped: 8, unread: 0 }, unconfirmed: 0 })
    addsUp(t, source.status())
  }
  const input = new PassThrough()
  const soon = { multiline: { ...multiline, timeoutMs: 20 } }
  const source = new StdinSource({ ...options, records: soon, input })
  input.write('a\n b\n')
  const batch = await source.next(never)
  t.deepEqual(
    toLines(batch!).map(line => line.text),
    ['a\n b'],
  )
})
