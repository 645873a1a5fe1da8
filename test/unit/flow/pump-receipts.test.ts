import test from 'ava'
import { mergeSources } from '../../../src/flow/merge-sources.ts'
import { pump } from '../../../src/flow/pump.ts'
import type { Sink, Source } from '../../../src/flow/contract.ts'
import { constant, Variable } from '../../../src/flow/watched-value.ts'
import { until } from '../../helpers/time/until.ts'

interface Load {
  readonly number: number
  readonly bytes: Buffer | undefined
}

class Loads implements Source<Load> {
  readonly committed: Load[] = []
  taken = 0
  readonly #count: number
  constructor(count: number) {
    this.#count = count
  }
  async next(stop: AbortSignal): Promise<Load | undefined> {
    return stop.aborted || this.taken >= this.#count ? undefined : { number: this.taken++, bytes: Buffer.alloc(10) }
  }
  commit(batch: Load): void {
    this.committed.push(batch)
  }
  toReceipt(batch: Load): Load {
    return { ...batch, bytes: undefined }
  }
}

/** Delivers at once, except for the held numbers, which wait for `release`. */
function makeSink(held: ReadonlySet<number>): Sink<Load> & { readonly release: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { deliver: ({ number }) => (held.has(number) ? promise : Promise.resolve()), release: () => resolve() }
}

const calm = () => ({ stop: new AbortController().signal, giveUp: new AbortController().signal })

test('a batch that is not delivered holds up the commits of later ones, not their delivery', async t => {
  const source = new Loads(100)
  const sink = makeSink(new Set([0]))
  const pumping = pump(source, sink, { limits: { undelivered: constant(2), uncommitted: 1000 }, ...calm() })
  await until(() => source.taken === 100, 'all are taken')
  t.is(source.committed.length, 0)
  sink.release()
  await pumping
  t.deepEqual(
    source.committed.map(({ number }) => number),
    [...Array(100).keys()],
  )
})

test('a delivered batch that waits for its commit holds no bytes', async t => {
  const source = new Loads(20)
  const sink = makeSink(new Set([0]))
  const pumping = pump(source, sink, { limits: { undelivered: constant(2), uncommitted: 1000 }, ...calm() })
  await until(() => source.taken === 20, 'all are taken')
  sink.release()
  await pumping
  t.true(source.committed.every(({ bytes }) => bytes === undefined))
})

test('each merged source gets its own receipts', async t => {
  const sources = [new Loads(3), new Loads(2)]
  await pump(mergeSources(sources), makeSink(new Set()), {
    limits: { undelivered: constant(2), uncommitted: 10 },
    ...calm(),
  })
  t.deepEqual(
    sources.map(({ committed }) => committed.map(({ number, bytes }) => [number, bytes])),
    [
      [
        [0, undefined],
        [1, undefined],
        [2, undefined],
      ],
      [
        [0, undefined],
        [1, undefined],
      ],
    ],
  )
})

test('a pump takes no more batches than may be undelivered, nor beyond the weight that may be uncommitted', async t => {
  const stuck = new Loads(100)
  const all = makeSink(new Set(Array(100).keys()))
  const limited = pump(stuck, all, { limits: { undelivered: constant(3), uncommitted: 1000 }, ...calm() })
  const waiting = new Loads(100)
  const first = makeSink(new Set([0]))
  const weighed = pump(waiting, first, {
    limits: { undelivered: constant(3), uncommitted: 20, weigh: () => 2 },
    ...calm(),
  })
  await until(() => waiting.taken > 3, 'the second continues')
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve))
  t.is(stuck.taken, 3)
  t.is(waiting.taken, 11)
  all.release()
  first.release()
  await Promise.all([limited, weighed])
  t.is(waiting.committed.length, 100)
})

test('a limit that rises wakes a pump that waits', async t => {
  const source = new Loads(10)
  const sink = makeSink(new Set(Array(10).keys()))
  const undelivered = new Variable(1)
  const pumping = pump(source, sink, { limits: { undelivered, uncommitted: 100 }, ...calm() })
  await until(() => source.taken === 1, 'one is taken')
  undelivered.set(4)
  await until(() => source.taken === 4, 'four are taken')
  sink.release()
  await pumping
  t.is(source.committed.length, 10)
})

test('a pump that waits for room and is stopped commits everything and ends', async t => {
  const source = new Loads(10)
  const sink = makeSink(new Set([0, 1, 2]))
  const stop = new AbortController()
  const pumping = pump(source, sink, {
    limits: { undelivered: constant(2), uncommitted: 5 },
    ...calm(),
    stop: stop.signal,
  })
  await until(() => source.taken === 2, 'two are taken')
  stop.abort()
  sink.release()
  await pumping
  t.is(source.committed.length, 2)
})
