import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { Balancer, defaultBalanceRules } from '../../../../../src/lumberjack/send/queue/balancer.ts'
import { LinkLoad } from '../../../../../src/lumberjack/send/queue/link-load.ts'

const LONG_AGO = -60_000
const rules = defaultBalanceRules

/** Loads of links that have been connected for a long time. */
function makeLoads(...weights: readonly number[]): {
  readonly balancer: Balancer
  readonly loads: readonly LinkLoad[]
} {
  const balancer = new Balancer(rules)
  const loads = weights.map(weight => new LinkLoad(weight, 3))
  for (const load of loads) {
    balancer.add(load)
    balancer.connect(load, LONG_AGO)
  }
  return { balancer, loads }
}

/** Round trips, one after the other. */
function measure(load: LinkLoad, ackMs: number, roundTrips = 40): void {
  for (let i = 1; i <= roundTrips; i++) load.noteAck(ackMs, LONG_AGO + i * ackMs)
}

/** How many windows each link gets when all of `asking` always ask. */
function share(balancer: Balancer, asking: readonly LinkLoad[], rounds: number): number[] {
  const counts = asking.map(() => 0)
  for (let i = 0; i < rounds; i++) {
    const load = balancer.choose(asking, 0)
    if (load !== undefined) counts[asking.indexOf(load)]!++
  }
  return counts
}

test('equal servers get windows in turn', t => {
  const { balancer, loads } = makeLoads(1, 1, 1)
  t.deepEqual(share(balancer, loads, 300), [100, 100, 100])
})

test('servers get windows by their weights', t => {
  const { balancer, loads } = makeLoads(1, 3, 0.5)
  const counts = share(balancer, loads, 450)
  for (const [index, expected] of [100, 300, 50].entries())
    t.true(Math.abs(counts[index]! - expected) <= 4, counts.join())
})

test('a link runs only a few windows ahead of one that is healthy and busy', t => {
  const { balancer, loads } = makeLoads(1, 1)
  loads[1]!.noteSent(0)
  t.deepEqual(share(balancer, [loads[0]!], 100), [rules.leadWindows + 1])
  t.true(balancer.recheckAfterMs(0) <= rules.stuckFloorMs + 1)
})

test('a link whose oldest window is out much longer than usual is not waited for', t => {
  const { balancer, loads } = makeLoads(1, 1)
  measure(loads[1]!, 1000)
  measure(loads[0]!, 1000)
  loads[1]!.noteSent(-4001)
  t.deepEqual(share(balancer, [loads[0]!], 100), [100])
})

test('a link without a connection is not waited for', t => {
  const { balancer, loads } = makeLoads(1, 1)
  loads[1]!.disconnect()
  t.deepEqual(share(balancer, [loads[0]!], 100), [100])
})

test('a link with more than twice the shortest ack time is not waited for, and gets fewer windows', t => {
  const { balancer, loads } = makeLoads(1, 1)
  measure(loads[0]!, 100)
  measure(loads[1]!, 500)
  t.deepEqual(share(balancer, [loads[0]!], 50), [50])
  const [fast = 0, slow = 0] = share(balancer, loads, 600)
  t.true(fast > 4 * slow && slow > 0, `${fast} and ${slow}`)
})

test('a difference of milliseconds does not make a link slow', t => {
  const { balancer, loads } = makeLoads(1, 1)
  measure(loads[0]!, 1)
  measure(loads[1]!, 9)
  t.deepEqual(share(balancer, loads, 100), [50, 50])
})

test('one slow window, even the first, makes a link slow neither at once nor later', t => {
  const { balancer, loads } = makeLoads(1, 1)
  measure(loads[0]!, 30)
  let nowMs = LONG_AGO
  for (const ackMs of [2000, ...Array<number>(60).fill(30), 5000, ...Array<number>(60).fill(30)]) {
    nowMs += ackMs
    loads[1]!.noteAck(ackMs, nowMs)
    t.deepEqual(share(balancer, loads, 4), [2, 2], `at ${nowMs - LONG_AGO} ms`)
  }
})

test('a hiccup that delays all windows on the wire does not make a link slow', t => {
  const { balancer, loads } = makeLoads(1, 1)
  for (const load of loads) measure(load, 30)
  for (let window = 0; window < 64; window++) loads[1]!.noteAck(5000, 5000)
  t.deepEqual(share(balancer, loads, 100), [50, 50])
})

test('the fewer round trips are measured, the larger is the difference that makes a link slow', t => {
  const { balancer, loads } = makeLoads(1, 1)
  measure(loads[0]!, 100)
  const roundTrips = [250, 500, 1000].map(ackMs => {
    loads[1]!.startSlowly()
    let count = 0
    for (; share(balancer, [loads[0]!], 50)[0]! < 50; count++) loads[1]!.noteAck(ackMs, LONG_AGO + count * ackMs)
    return count
  })
  t.deepEqual(roundTrips, [26, 4, 4])
})

test('a link with room gets windows when all links are stuck', t => {
  const { balancer, loads } = makeLoads(1, 1)
  for (const load of loads) load.noteSent(-10_000)
  t.deepEqual(share(balancer, [loads[0]!], 20), [20])
})

test('a stuck link gets no window while another one is healthy', t => {
  const { balancer, loads } = makeLoads(1, 1)
  loads[0]!.noteSent(-10_000)
  t.is(balancer.choose([loads[0]!], 0), undefined)
})

test('a link that is connected again does not catch up on windows that it missed', t => {
  const { balancer, loads } = makeLoads(1, 1)
  loads[1]!.disconnect()
  share(balancer, [loads[0]!], 1000)
  balancer.connect(loads[1]!, LONG_AGO)
  const [old = 0, back = 0] = share(balancer, loads, 100)
  t.true(Math.abs(old - back) <= rules.leadWindows + 1, `${old} and ${back}`)
})

test('a new link has its whole weight only after some time', t => {
  const { balancer, loads } = makeLoads(1, 1)
  balancer.connect(loads[1]!, 0)
  const [old = 0, fresh = 0] = share(balancer, loads, 110)
  t.true(fresh >= 8 && fresh <= 12, `${old} and ${fresh}`)
})

test('a link that starts slowly has one window, and one more with each ack, up to the limit', t => {
  const load = new LinkLoad(1, 3)
  load.startSlowly()
  const limits = [load.windowLimit]
  for (let i = 0; i < 4; i++) {
    load.noteAck(10, i * 10)
    limits.push(load.windowLimit)
  }
  t.deepEqual(limits, [1, 2, 3, 3, 3])
})

test('the progress of a link itself does not count as progress elsewhere', t => {
  const { balancer, loads } = makeLoads(1, 1)
  loads[0]!.noteProgress(500, true)
  t.false(balancer.hasOtherProgress(loads[0]!, 400))
  t.true(balancer.hasOtherProgress(loads[1]!, 400))
  t.false(balancer.hasOtherProgress(loads[1]!, 501))
})

/** An event in the life of a link of the model. */
const happening = fc.record({
  load: fc.nat(3),
  kind: fc.constantFrom('ack', 'ack', 'ack', 'ack', 'fail', 'join', 'stall', 'wait'),
})

/** Equal servers, of which the last two may fail and the last may stall; windows are given and acked by hand. */
class LinkModel {
  readonly #balancer: Balancer
  readonly #loads: readonly LinkLoad[]
  readonly #onWire: Map<LinkLoad, number>
  readonly counts: Map<LinkLoad, number>
  /** Never failed, stalled or rejoined. */
  readonly steady: Set<LinkLoad>
  readonly #stalled = new Set<LinkLoad>()
  nowMs = 0

  constructor() {
    const { balancer, loads } = makeLoads(1, 1, 1, 1)
    this.#balancer = balancer
    this.#loads = loads
    this.#onWire = new Map(loads.map(load => [load, 0]))
    this.counts = new Map(loads.map(load => [load, 0]))
    this.steady = new Set(loads)
  }

  /** Gives windows until no link that asks may have one. */
  feed(t: ExecutionContext): void {
    for (;;) {
      const asking = this.#loads.filter(load => load.connectedAtMs !== undefined && this.#hasRoom(load))
      const load = this.#balancer.choose(asking, this.nowMs)
      if (load === undefined) return
      t.true(asking.includes(load))
      if (this.#onWire.get(load) === 0) load.noteSent(this.nowMs)
      this.#onWire.set(load, this.#onWire.get(load)! + 1)
      this.counts.set(load, this.counts.get(load)! + 1)
    }
  }

  /** Each server acks one window where it has one. */
  ackOneEach(): void {
    for (const load of this.#loads) {
      const onWire = this.#onWire.get(load)!
      if (load.connectedAtMs === undefined || this.#stalled.has(load) || onWire === 0) continue
      this.#onWire.set(load, onWire - 1)
      load.noteAck(50, this.nowMs)
      load.noteProgress(this.nowMs, onWire > 1)
    }
  }

  apply(index: number, kind: string): void {
    const load = this.#loads[index]!
    this.nowMs += kind === 'wait' ? 210 : 10
    if (kind === 'ack') this.ackOneEach()
    if (kind === 'fail' && index > 1) this.#fail(load)
    if (kind === 'join' && load.connectedAtMs === undefined) {
      this.#balancer.connect(load, this.nowMs)
      load.startSlowly()
    }
    if (kind === 'stall' && index === 3) {
      this.#stalled.add(load)
      this.steady.delete(load)
    }
  }

  #hasRoom(load: LinkLoad): boolean {
    return this.#onWire.get(load)! < load.windowLimit
  }

  #fail(load: LinkLoad): void {
    load.disconnect()
    this.#onWire.set(load, 0)
    this.steady.delete(load)
    this.#stalled.delete(load)
  }
}

test('a healthy link with room is not refused for long after any acks, failures and joins, and steady links have even shares', t => {
  fc.assert(
    fc.property(fc.array(happening, { minLength: 50, maxLength: 400 }), happenings => {
      const model = new LinkModel()
      for (const { load, kind } of happenings) {
        model.apply(load, kind)
        model.feed(t)
      }
      const shares = [...model.steady].map(load => model.counts.get(load)!)
      t.true(Math.max(...shares) - Math.min(...shares) <= rules.leadWindows + 2, shares.join())
      // Once the stalled links are known to be stuck, the healthy ones get as many windows as they can take.
      model.nowMs += 10_000
      const before = new Map(model.counts)
      for (let round = 0; round < 40; round++) {
        model.feed(t)
        model.ackOneEach()
        model.nowMs += 100 // a stalled link is known as stuck within a few rounds
      }
      for (const load of model.steady) t.true(model.counts.get(load)! - before.get(load)! >= 30)
    }),
    { numRuns: 200 },
  )
})
