import test from 'ava'
import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { join } from 'node:path'
import { ProtocolError, type ProtocolErrorCode } from '../../../src/lumberjack/wire/protocol-error.ts'
import { defaultFrameLimits } from '../../../src/lumberjack/wire/frames.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { jsonFrame, pairsFrame } from '../../helpers/lumberjack/frames.ts'
import { openSession } from '../../../src/workers/open-session.ts'
import { hashName } from '../../../src/tls/name-hash.ts'
import { patience } from '../../helpers/time/patience.ts'
import { compressed, openedFrame, openWorkers, readAll, UNSTEADY } from '../../helpers/workers/frame-parts.ts'

/** Not compressible, so that it is not tiny. */
const filler = randomBytes(20_000).toString('base64url')
const large = `{"@timestamp":"2026-02-03T04:05:06Z","message":"${filler}"}`

const someEvent = fc.oneof(
  fc.jsonValue().map(value => JSON.stringify({ '@metadata': { _id: 'x1' }, value })),
  fc.string(),
  fc.constantFrom(
    '',
    '{}',
    '[1]',
    large,
    '{"host":"web1"}',
    '{"@metadata":{"_id":"a-1","doubtful":7},"@timestamp":"2026-02-03T04:05:06.789Z","message":"m"}',
  ),
)
const someFrame = fc.array(
  fc.oneof(
    someEvent.map(text => ({ text })),
    fc.dictionary(fc.string(), fc.string()).map(pairs => ({ pairs: Object.entries(pairs) })),
  ),
  { maxLength: 20 },
)

function toFrame(event: { readonly text: string } | { readonly pairs: [string, string][] }, sequence: number): Buffer {
  return 'text' in event ? jsonFrame(sequence, event.text) : pairsFrame(sequence, event.pairs)
}

test('with 0, 1 and 3 workers the same bytes give the same events, whatever room their parts get', async t => {
  const pools = [0, 1, 3].map(count => openWorkers(t, count).workers)
  const rooms = fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(someFrame, rooms, async (events, room) => {
      const frame = compressed(...events.map((event, i) => toFrame(event, i + 1)), jsonFrame(99, large))
      const read = pools.map(pool => readAll(pool.open(openedFrame(frame)), [...room, 1_000_000]))
      const [first, ...others] = await Promise.all(read)
      t.is(first?.events.length, events.length + 1)
      for (const other of others) t.deepEqual(other, first)
    }),
    { numRuns: 60 },
  )
})

test('a frame that becomes many megabytes is read in parts of bounded size, each event once', async t => {
  const { workers } = openWorkers(t, 1)
  const count = 400
  const frames = Array.from({ length: count }, (_, i) => jsonFrame(i + 1, `{"n":${i},"a":"${'x'.repeat(40_000)}"}`))
  const parts = workers.open(openedFrame(compressed(...frames)))
  const seen: number[] = []
  for (let isLast = false; !isLast;) {
    const part = await parts.next(3_000_000)
    if (part === undefined) return t.fail('a part was too small')
    t.true(part.events.bytes.length <= 3_000_000)
    t.is(part.total, count)
    seen.push(...part.sequences)
    isLast = part.isLast
  }
  t.deepEqual(
    seen,
    Array.from({ length: count }, (_, i) => i + 1),
  )
})

const broken = test.macro({
  title: (given = '') => `no event is given of a large frame that ${given}`,
  async exec(t, change: (inflated: Buffer) => Buffer, code: ProtocolErrorCode) {
    const { workers } = openWorkers(t, 1)
    const events = Array.from({ length: 300 }, (_, i) => jsonFrame(i + 1, `{"a":"${'x'.repeat(40_000)}"}`))
    const parts = workers.open(
      openedFrame({ type: 'compressed', deflated: deflateSync(change(Buffer.concat(events))) }),
    )
    const error = await t.throwsAsync<ProtocolError>(parts.next(1e9), { instanceOf: ProtocolError })
    t.is(error?.code, code)
  },
})
test('ends inside an event', broken, inflated => inflated.subarray(0, -1), 'cut_short')
test(
  'has other bytes behind its events',
  broken,
  inflated => Buffer.concat([inflated, Buffer.from('hello')]),
  'bad_version',
)
test('contains a window', broken, inflated => Buffer.concat([inflated, Buffer.from('2W\0\0\0\x01')]), 'nested_frame')

test('a frame that becomes more than the limit is refused, and none of its events is given', async t => {
  const { workers } = openWorkers(t, 1)
  const limits = { ...defaultFrameLimits, inflatedBytes: 5_000_000 }
  const frames = Array.from({ length: 100 }, (_, i) => jsonFrame(i + 1, `{"a":"${'x'.repeat(60_000)}"}`))
  const error = await t.throwsAsync<ProtocolError>(
    workers.open(openedFrame(compressed(...frames), { limits })).next(1e9),
  )
  t.is(error?.code, 'inflated_too_large')
})

test('of a frame with more events than its window lacks none is given', async t => {
  const { workers } = openWorkers(t, 1)
  for (const size of [10, 60_000]) {
    const frames = Array.from({ length: 120 }, (_, i) =>
      jsonFrame(i + 1, `{"a":"${filler.slice(0, 100)}${'x'.repeat(size)}"}`),
    )
    const part = await workers
      .open(openedFrame(compressed(...frames, jsonFrame(121, large)), { maxEvents: 100 }))
      .next(1e9)
    t.is(part?.sequences.length, 0)
    t.true((part?.total ?? 0) > 100)
  }
})

test('an event that takes more than the room is given once there is room', async t => {
  const { workers } = openWorkers(t, 1)
  const parts = workers.open(openedFrame({ type: 'json', sequence: 1, payload: Buffer.from(large) }))
  t.is(await parts.next(1000), undefined)
  t.is((await parts.next(1_000_000))?.sequences.length, 1)
})

test('a thread that ends in the middle of any frame loses no event and gives none twice', async t => {
  const { workers, log } = openWorkers(t, 2, { entry: UNSTEADY, hangMs: patience(1000) })
  const dir = await makeTempDir(t)
  let marks = 0
  const deed = fc.constantFrom('', '', '', 'exits', 'fails', 'uses up its memory')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(deed, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
      async frames => {
        const read = await Promise.all(
          frames.map(async (deeds, f) => {
            const events = deeds.map((name, i) => {
              const act = name === '' ? '' : `,"deed":"${name}","once":"${join(dir, String(marks++))}"`
              return jsonFrame(i + 1, `{"@metadata":{"_id":"${f}-${i}"},"a":"${filler}"${act}}`)
            })
            return await readAll(workers.open(openedFrame(compressed(...events))), [30_000])
          }),
        )
        for (const [f, { events, sequences }] of read.entries()) {
          t.deepEqual(
            sequences,
            frames[f]?.map((_, i) => i + 1),
          )
          t.deepEqual(
            events.map(event => (event as { id: string }).id),
            frames[f]?.map((_, i) => `${f}-${i}`),
          )
          t.true(events.every(event => 'document' in (event as object)))
        }
      },
    ),
    { numRuns: 8 },
  )
  t.true(log.lines.some(line => line.message === 'a thread that reads events ended; another one reads on'))
})

for (const deed of ['exits', 'hangs', 'backtracks', 'uses up its memory'])
  test(`an event over which its thread ${deed} is a dead letter with the reason, and its neighbours are read`, async t => {
    const { workers } = openWorkers(t, 1, { entry: UNSTEADY, hangMs: patience(500) })
    const events = ['', '', `,"deed":"${deed}"`, ''].map((act, i) =>
      jsonFrame(i + 1, `{"@metadata":{"_id":"${i}"},"a":"${filler}"${act}}`),
    )
    const other = readAll(
      workers.open(openedFrame(compressed(jsonFrame(1, large)), { place: { sender: 'b', member: '' } })),
    )
    const read = (await readAll(workers.open(openedFrame(compressed(...events))))).events as {
      id: string
      type?: string
      reason?: string
      payload?: string
    }[]
    t.is((await other).events.length, 1)
    t.deepEqual(
      read.map(({ type }) => type),
      [undefined, undefined, 'unreadable', undefined],
    )
    t.regex(read[2]?.reason ?? '', /^reading it ended two threads: it (failed|ended|did not answer)/)
    t.true(read[2]?.payload?.includes(`"deed":"${deed}"`))
  })

test('a frame that is closed while its thread hangs is not given to another thread', async t => {
  const { workers, log } = openWorkers(t, 1, { entry: UNSTEADY, hangMs: patience(500) })
  const parts = workers.open(openedFrame(compressed(jsonFrame(1, `{"a":"${filler}","deed":"hangs"}`))))
  const next = parts.next(1e9)
  parts.close()
  t.is(await next, undefined)
  t.is(log.lines.filter(line => line.message === 'a thread that reads events ended; another one reads on').length, 1)
})

test('an id with the hash of another name counts once, with the part that has its event, also if another thread reads it again', async t => {
  const other = hashName('web2')
  const frames = [1, 2, 3, 4].map(i =>
    jsonFrame(i, `{"@metadata":{"_id":"${other}AbCd-_0123456789-${i}"},"message":"${filler}"}`),
  )
  const request = {
    ...openedFrame(compressed(...frames)),
    rules: { nameHash: hashName('web1'), isStrict: false },
  }
  const counts: number[] = []
  for (let from = 0; from < 4;) {
    const part = await openSession({ ...request, from }).next(2.5 * filler.length)
    if (part === 'tooSmall') return t.fail('two events fit')
    from += part.sequences.length
    counts.push(part.foreignIds)
  }
  t.deepEqual(counts, [2, 2])
})

test('frames of other senders are read while one sender sends costly ones', async t => {
  const { workers } = openWorkers(t, 1)
  const costly = compressed(...[1, 2, 3, 4].map(i => jsonFrame(i, `{"a":"${'\\u0061'.repeat(1_000_000)}"}`)))
  await readAll(workers.open(openedFrame(compressed(jsonFrame(1, large))))) // the thread has started
  const order: string[] = []
  const read = async (sender: string, frame: typeof costly) => {
    await readAll(workers.open(openedFrame(frame, { place: { sender, member: '' } })))
    order.push(sender)
  }
  const all = [1, 2, 3, 4, 5].map(() => read('costly', costly))
  await Promise.all([...all, read('honest', compressed(jsonFrame(1, large)))])
  t.true(order.indexOf('honest') <= 1, order.join())
})

test('frames of an agent are read while another one with the same address sends costly ones, and invented ones gain nothing', async t => {
  const { workers } = openWorkers(t, 1)
  const cheap = compressed(jsonFrame(1, large))
  const costly = compressed(jsonFrame(1, `{"a":"${'\\u0061'.repeat(300_000)}"}`))
  await readAll(workers.open(openedFrame(cheap))) // the thread has started
  const order: string[] = []
  const read = async (sender: string, member: string, frame: typeof costly) => {
    await readAll(workers.open(openedFrame(frame, { place: { sender, member } })))
    order.push(sender === 'shared' ? member : sender)
  }
  const all = Array.from({ length: 10 }, () => read('shared', 'costly', costly))
  all.push(...Array.from({ length: 10 }, (_, i) => read('odd', `invented ${i}`, costly)))
  await Promise.all([...all, read('shared', 'honest', cheap), read('other', '', cheap)])
  t.true(order.indexOf('other') <= 4, order.join())
  const shared = order.filter(name => name === 'costly' || name === 'honest')
  t.true(shared.indexOf('honest') <= 3, order.join())
})

test('a pool that is resized to no workers reads its open frames to their end, and the next ones itself', async t => {
  const { workers } = openWorkers(t, 2)
  const parts = workers.open(openedFrame(compressed(...[1, 2, 3].map(i => jsonFrame(i, large)))))
  t.is((await parts.next(30_000))?.sequences.length, 1)
  workers.resize(0)
  t.deepEqual((await readAll(parts, [30_000])).sequences, [2, 3])
  t.deepEqual((await readAll(workers.open(openedFrame(compressed(jsonFrame(1, large)))))).sequences, [1])
})
