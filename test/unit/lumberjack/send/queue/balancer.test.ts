import test from 'ava'
import fc from 'fast-check'
import { Balancer, defaultBalanceRules } from '../../../../../src/lumberjack/send/queue/balancer.ts'
import { LinkLoad } from '../../../../../src/lumberjack/send/queue/link-load.ts'

const LONG_AGO = -60_000
const rules = defaultBalanceRules

/** Lanes that have been connected for long. */
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

function measure(load: LinkLoad, ackMs: number): void {
  for (let i = 0; i < 5; i++) load.noteAck(ackMs)
}

/** How many windows each load gets when all of `asking` always ask. */
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

test('windows are shared by weight', t => {
  const { balancer, loads } = makeLoads(1, 3, 0.5)
  const counts = share(balancer, loads, 450)
  for (const [index, expected] of [100, 300, 50].entries())
    t.true(Math.abs(counts[index]! - expected) <= 4, counts.join())
})

test('a load runs ahead of one that is healthy and busy by a few windows only', t => {
  const { balancer, loads } = makeLoads(1, 1)
  loads[1]!.noteSent(0)
  t.deepEqual(share(balancer, [loads[0]!], 100), [rules.leadWindows + 1])
  t.true(balancer.recheckAfterMs(0) <= rules.stuckFloorMs + 1)
})

test('nobody waits for a load whose oldest window is out much longer than usual', t => {
  const { balancer, loads } = makeLoads(1, 1)
  measure(loads[1]!, 1000)
  measure(loads[0]!, 1000)
  loads[1]!.noteSent(-4001)
  t.deepEqual(share(balancer, [loads[0]!], 100), [100])
})

test('nobody waits for a load without a connection', t => {
  const { balancer, loads } = makeLoads(1, 1)
  loads[1]!.disconnect()
  t.deepEqual(share(balancer, [loads[0]!], 100), [100])
})

test('nobody waits for a load with more than twice the shortest ack time, and it gets less', t => {
  const { balancer, loads } = makeLoads(1, 1)
  measure(loads[0]!, 100)
  measure(loads[1]!, 500)
  t.deepEqual(share(balancer, [loads[0]!], 50), [50])
  const [fast = 0, slow = 0] = share(balancer, loads, 600)
  t.true(fast > 4 * slow && slow > 0, `${fast} and ${slow}`)
})

test('a difference of milliseconds makes nobody slow', t => {
  const { balancer, loads } = makeLoads(1, 1)
  measure(loads[0]!, 1)
  measure(loads[1]!, 9)
  t.deepEqual(share(balancer, loads, 100), [50, 50])
})

test('a slow first window or one hiccup makes nobody slow', t => {
  const { balancer, loads } = makeLoads(1, 1)
  measure(loads[0]!, 30)
  loads[1]!.noteAck(2000)
  t.deepEqual(share(balancer, loads, 100), [50, 50])
  for (let i = 0; i < 40; i++) loads[1]!.noteAck(30)
  loads[1]!.noteAck(5000)
  t.deepEqual(share(balancer, loads, 100), [50, 50])
})

test('where all are stuck, whoever has room gets on', t => {
  const { balancer, loads } = makeLoads(1, 1)
  for (const load of loads) load.noteSent(-10_000)
  t.deepEqual(share(balancer, [loads[0]!], 20), [20])
})

test('a stuck load gets nothing while another one is well', t => {
  const { balancer, loads } = makeLoads(1, 1)
  loads[0]!.noteSent(-10_000)
  t.is(balancer.choose([loads[0]!], 0), undefined)
})

test('a load that comes back does not catch up on what it missed', t => {
  const { balancer, loads } = makeLoads(1, 1)
  loads[1]!.disconnect()
  share(balancer, [loads[0]!], 1000)
  balancer.connect(loads[1]!, LONG_AGO)
  const [old = 0, back = 0] = share(balancer, loads, 100)
  t.true(Math.abs(old - back) <= rules.leadWindows + 1, `${old} and ${back}`)
})

test('a new load has its whole weight only after a while', t => {
  const { balancer, loads } = makeLoads(1, 1)
  balancer.connect(loads[1]!, 0)
  const [old = 0, fresh = 0] = share(balancer, loads, 110)
  t.true(fresh >= 8 && fresh <= 12, `${old} and ${fresh}`)
})

test('a load begins slowly: one window, and one more with each ack, up to the limit', t => {
  const load = new LinkLoad(1, 3)
  load.startSlowly()
  const limits = [load.windowLimit]
  for (let i = 0; i < 4; i++) {
    load.noteAck(10)
    limits.push(load.windowLimit)
  }
  t.deepEqual(limits, [1, 2, 3, 3, 3])
})

test('only other loads count as getting on elsewhere', t => {
  const { balancer, loads } = makeLoads(1, 1)
  loads[0]!.noteProgress(500, true)
  t.false(balancer.hasOtherProgress(loads[0]!, 400))
  t.true(balancer.hasOtherProgress(loads[1]!, 400))
  t.false(balancer.hasOtherProgress(loads[1]!, 501))
})

/** What can happen to a load of the model. */
const happening = fc.record({
  load: fc.nat(3),
  kind: fc.constantFrom('ack', 'ack', 'ack', 'ack', 'fail', 'join', 'stall', 'wait'),
})

test('whatever acks, failures and joins do: someone who is well and has room is never refused for long, and shares of those that stay keep even', t => {
  fc.assert(
    fc.property(fc.array(happening, { minLength: 50, maxLength: 400 }), happenings => {
      const { balancer, loads } = makeLoads(1, 1, 1, 1)
      let nowMs = 0
      const onWire = new Map(loads.map(load => [load, 0]))
      const counts = new Map(loads.map(load => [load, 0]))
      /** Never failed, stalled or rejoined. */
      const steady = new Set(loads)
      const stalled = new Set<LinkLoad>()
      const feed = () => {
        for (;;) {
          const asking = loads.filter(load => load.connectedAtMs !== undefined && onWire.get(load)! < load.windowLimit)
          const load = balancer.choose(asking, nowMs)
          if (load === undefined) return asking
          t.true(asking.includes(load))
          if (onWire.get(load) === 0) load.noteSent(nowMs)
          onWire.set(load, onWire.get(load)! + 1)
          counts.set(load, counts.get(load)! + 1)
        }
      }
      /** Servers are equal: each acks one window where it has one. */
      const ackOneEach = () => {
        for (const load of loads) {
          if (load.connectedAtMs === undefined || stalled.has(load) || onWire.get(load) === 0) continue
          onWire.set(load, onWire.get(load)! - 1)
          load.noteAck(50)
          load.noteProgress(nowMs, onWire.get(load)! > 0)
        }
      }
      for (const { load: index, kind } of happenings) {
        const load = loads[index]!
        nowMs += 10
        if (kind === 'wait') nowMs += 200
        if (kind === 'ack') ackOneEach()
        if (kind === 'fail' && index > 1) {
          load.disconnect()
          onWire.set(load, 0)
          steady.delete(load)
          stalled.delete(load)
        }
        if (kind === 'join' && load.connectedAtMs === undefined) {
          balancer.connect(load, nowMs)
          load.startSlowly()
        }
        if (kind === 'stall' && index === 3) {
          stalled.add(load)
          steady.delete(load)
        }
        feed()
      }
      const shares = [...steady].map(load => counts.get(load)!)
      t.true(Math.max(...shares) - Math.min(...shares) <= rules.leadWindows + 2, shares.join())
      // Nobody is starved: once the stalled ones are known to be stuck, those that are well get what they can take.
      nowMs += 10_000
      const before = new Map(counts)
      for (let round = 0; round < 40; round++) {
        feed()
        ackOneEach()
        nowMs += 100 // the time of a stalled one to be known as stuck is a few rounds
      }
      for (const load of steady) t.true(counts.get(load)! - before.get(load)! >= 30)
    }),
    { numRuns: 200 },
  )
})
