import test from 'ava'
import { mergeSources } from '../../../src/flow/merge-sources.ts'
import { pump } from '../../../src/flow/pump.ts'
import type { Sink, Source } from '../../../src/flow/contract.ts'
import { constant, Variable } from '../../../src/flow/watched.ts'
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

/** Delivers at once, but for the numbers that are held. */
function makeSink(held: ReadonlySet<number>): Sink<Load> & { readonly release: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { deliver: ({ number }) => (held.has(number) ? promise : Promise.resolve()), release: () => resolve() }
}

const calm = () => ({ stop: new AbortController().signal, giveUp: new AbortController().signal })

test('a batch that is not delivered does not hold up the ones behind it, but for their commits', async t => {
  const source = new Loads(100)
  const sink = makeSink(new Set([0]))
  const pumping = pump(source, sink, { undelivered: constant(2), uncommitted: 1000 }, calm())
  await until(() => source.taken === 100, 'all are taken')
  t.is(source.committed.length, 0)
  sink.release()
  await pumping
  t.deepEqual(
    source.committed.map(({ number }) => number),
    [...Array(100).keys()],
  )
})

test('what waits for its commit has no bytes', async t => {
  const source = new Loads(20)
  const sink = makeSink(new Set([0]))
  const pumping = pump(source, sink, { undelivered: constant(2), uncommitted: 1000 }, calm())
  await until(() => source.taken === 20, 'all are taken')
  sink.release()
  await pumping
  t.true(source.committed.every(({ bytes }) => bytes === undefined))
})

test('merged sources each get their own receipts', async t => {
  const sources = [new Loads(3), new Loads(2)]
  await pump(mergeSources(sources), makeSink(new Set()), { undelivered: constant(2), uncommitted: 10 }, calm())
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

test('no more are taken than may be undelivered, and none beyond the weight that may be uncommitted', async t => {
  const stuck = new Loads(100)
  const all = makeSink(new Set(Array(100).keys()))
  const limited = pump(stuck, all, { undelivered: constant(3), uncommitted: 1000 }, calm())
  const waiting = new Loads(100)
  const first = makeSink(new Set([0]))
  const weighed = pump(waiting, first, { undelivered: constant(3), uncommitted: 20, weigh: () => 2 }, calm())
  await until(() => waiting.taken > 3, 'the second goes on')
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve))
  t.is(stuck.taken, 3)
  t.is(waiting.taken, 11)
  all.release()
  first.release()
  await Promise.all([limited, weighed])
  t.is(waiting.committed.length, 100)
})

test('a limit that rises wakes the pump', async t => {
  const source = new Loads(10)
  const sink = makeSink(new Set(Array(10).keys()))
  const undelivered = new Variable(1)
  const pumping = pump(source, sink, { undelivered, uncommitted: 100 }, calm())
  await until(() => source.taken === 1, 'one is taken')
  undelivered.set(4)
  await until(() => source.taken === 4, 'four are taken')
  sink.release()
  await pumping
  t.is(source.committed.length, 10)
})

test('a pump that waits for room ends when it is stopped, with everything committed', async t => {
  const source = new Loads(10)
  const sink = makeSink(new Set([0, 1, 2]))
  const stop = new AbortController()
  const pumping = pump(source, sink, { undelivered: constant(2), uncommitted: 5 }, { ...calm(), stop: stop.signal })
  await until(() => source.taken === 2, 'two are taken')
  stop.abort()
  sink.release()
  await pumping
  t.is(source.committed.length, 2)
})
