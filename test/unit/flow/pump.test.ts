import test from 'ava'
import fc from 'fast-check'
import { setTimeout as sleep } from 'node:timers/promises'
import { pump } from '../../../src/flow/pump.ts'
import type { Signals, Sink, Source } from '../../../src/flow/contract.ts'

const calm = (): Signals => ({ stop: new AbortController().signal, giveUp: new AbortController().signal })

class Numbers implements Source<number> {
  readonly committed: number[] = []
  taken = 0
  readonly #count: number
  constructor(count: number) {
    this.#count = count
  }
  async next(stop: AbortSignal): Promise<number | undefined> {
    return stop.aborted || this.taken >= this.#count ? undefined : this.taken++
  }
  commit(batch: number): void {
    this.committed.push(batch)
  }
}

test('commits have the order of the batches, even if deliveries end in another order', async t => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), async (delays, limit) => {
      const source = new Numbers(delays.length)
      await pump(source, { deliver: batch => sleep(delays[batch]) }, { limits: limit, ...calm() })
      t.deepEqual(source.committed, [...delays.keys()])
    }),
    { numRuns: 30 },
  )
})

test('a pump takes no more batches than may be in flight', async t => {
  let inFlight = 0
  let most = 0
  const sink: Sink<number> = {
    async deliver() {
      most = Math.max(most, ++inFlight)
      await sleep(1)
      inFlight--
    },
  }
  await pump(new Numbers(30), sink, { limits: 3, ...calm() })
  t.is(most, 3)
})

test('after stop a pump takes nothing more and commits what is in flight', async t => {
  const stop = new AbortController()
  const source = new Numbers(1000)
  const sink: Sink<number> = {
    async deliver(batch) {
      if (batch === 5) stop.abort()
      await sleep(2)
    },
  }
  await pump(source, sink, { limits: 4, ...calm(), stop: stop.signal })
  t.is(source.committed.length, source.taken)
  t.true(source.taken < 12)
})

test('neither a batch that failed nor any later one is committed', async t => {
  const source = new Numbers(10)
  const sink: Sink<number> = {
    async deliver(batch) {
      await sleep(batch === 2 ? 5 : 0)
      if (batch === 2) throw new Error('poisoned well')
    },
  }
  await t.throwsAsync(pump(source, sink, { limits: 4, ...calm() }), { message: 'poisoned well' })
  t.deepEqual(source.committed, [0, 1])
})

test('a source that fails ends the pump with its error once the batches in flight are settled', async t => {
  const source = new Numbers(3)
  const failing: Source<number> = {
    next: async stop => (source.taken === 2 ? Promise.reject(new Error('no more disk')) : source.next(stop)),
    commit: batch => source.commit(batch),
  }
  await t.throwsAsync(pump(failing, { deliver: async () => {} }, { limits: 2, ...calm() }), { message: 'no more disk' })
})
