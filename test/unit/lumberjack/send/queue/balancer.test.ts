import test from 'ava'
import fc from 'fast-check'
import { Balancer, defaultBalanceRules } from '../../../../../src/lumberjack/send/queue/balancer.ts'
import { Lane } from '../../../../../src/lumberjack/send/queue/lane.ts'

const LONG_AGO = -60_000
const rules = defaultBalanceRules

/** Lanes that have been connected for long. */
function makeLanes(...weights: readonly number[]): { readonly balancer: Balancer; readonly lanes: readonly Lane[] } {
  const balancer = new Balancer(rules)
  const lanes = weights.map(weight => new Lane(weight, 3))
  for (const lane of lanes) {
    balancer.add(lane)
    balancer.connect(lane, LONG_AGO)
  }
  return { balancer, lanes }
}

function measure(lane: Lane, ackMs: number): void {
  for (let i = 0; i < 5; i++) lane.noteAck(ackMs)
}

/** How many windows each lane gets when all of `asking` always ask. */
function share(balancer: Balancer, asking: readonly Lane[], rounds: number): number[] {
  const counts = asking.map(() => 0)
  for (let i = 0; i < rounds; i++) {
    const lane = balancer.choose(asking, 0)
    if (lane !== undefined) counts[asking.indexOf(lane)]!++
  }
  return counts
}

test('equal servers get windows in turn', t => {
  const { balancer, lanes } = makeLanes(1, 1, 1)
  t.deepEqual(share(balancer, lanes, 300), [100, 100, 100])
})

test('windows are shared by weight', t => {
  const { balancer, lanes } = makeLanes(1, 3, 0.5)
  const counts = share(balancer, lanes, 450)
  for (const [index, expected] of [100, 300, 50].entries())
    t.true(Math.abs(counts[index]! - expected) <= 4, counts.join())
})

test('a lane runs ahead of one that is healthy and busy by a few windows only', t => {
  const { balancer, lanes } = makeLanes(1, 1)
  lanes[1]!.dueSinceMs = 0
  t.deepEqual(share(balancer, [lanes[0]!], 100), [rules.leadWindows + 1])
  t.true(balancer.recheckAfterMs(0) <= rules.stuckFloorMs + 1)
})

test('nobody waits for a lane whose oldest window is out much longer than usual', t => {
  const { balancer, lanes } = makeLanes(1, 1)
  measure(lanes[1]!, 1000)
  measure(lanes[0]!, 1000)
  lanes[1]!.dueSinceMs = -4001
  t.deepEqual(share(balancer, [lanes[0]!], 100), [100])
})

test('nobody waits for a lane without a connection', t => {
  const { balancer, lanes } = makeLanes(1, 1)
  balancer.disconnect(lanes[1]!)
  t.deepEqual(share(balancer, [lanes[0]!], 100), [100])
})

test('nobody waits for a lane with more than twice the shortest ack time, and it gets less', t => {
  const { balancer, lanes } = makeLanes(1, 1)
  measure(lanes[0]!, 100)
  measure(lanes[1]!, 500)
  t.deepEqual(share(balancer, [lanes[0]!], 50), [50])
  const [fast = 0, slow = 0] = share(balancer, lanes, 600)
  t.true(fast > 4 * slow && slow > 0, `${fast} and ${slow}`)
})

test('a difference of milliseconds makes nobody slow', t => {
  const { balancer, lanes } = makeLanes(1, 1)
  measure(lanes[0]!, 1)
  measure(lanes[1]!, 9)
  t.deepEqual(share(balancer, lanes, 100), [50, 50])
})

test('a slow first window or one hiccup makes nobody slow', t => {
  const { balancer, lanes } = makeLanes(1, 1)
  measure(lanes[0]!, 30)
  lanes[1]!.noteAck(2000)
  t.deepEqual(share(balancer, lanes, 100), [50, 50])
  for (let i = 0; i < 40; i++) lanes[1]!.noteAck(30)
  lanes[1]!.noteAck(5000)
  t.deepEqual(share(balancer, lanes, 100), [50, 50])
})

test('where all are stuck, whoever has room gets on', t => {
  const { balancer, lanes } = makeLanes(1, 1)
  for (const lane of lanes) lane.dueSinceMs = -10_000
  t.deepEqual(share(balancer, [lanes[0]!], 20), [20])
})

test('a stuck lane gets nothing while another one is well', t => {
  const { balancer, lanes } = makeLanes(1, 1)
  lanes[0]!.dueSinceMs = -10_000
  t.is(balancer.choose([lanes[0]!], 0), undefined)
})

test('a lane that comes back does not catch up on what it missed', t => {
  const { balancer, lanes } = makeLanes(1, 1)
  balancer.disconnect(lanes[1]!)
  share(balancer, [lanes[0]!], 1000)
  balancer.connect(lanes[1]!, LONG_AGO)
  const [old = 0, back = 0] = share(balancer, lanes, 100)
  t.true(Math.abs(old - back) <= rules.leadWindows + 1, `${old} and ${back}`)
})

test('a new lane has its whole weight only after a while', t => {
  const { balancer, lanes } = makeLanes(1, 1)
  balancer.connect(lanes[1]!, 0)
  const [old = 0, fresh = 0] = share(balancer, lanes, 110)
  t.true(fresh >= 8 && fresh <= 12, `${old} and ${fresh}`)
})

test('a lane begins slowly: one window, and one more with each ack, up to the limit', t => {
  const lane = new Lane(1, 3)
  lane.startSlowly()
  const limits = [lane.windowLimit]
  for (let i = 0; i < 4; i++) {
    lane.noteAck(10)
    limits.push(lane.windowLimit)
  }
  t.deepEqual(limits, [1, 2, 3, 3, 3])
})

test('only other lanes count as getting on elsewhere', t => {
  const { balancer, lanes } = makeLanes(1, 1)
  lanes[0]!.noteProgress(500, true)
  t.false(balancer.hasOtherProgress(lanes[0]!, 400))
  t.true(balancer.hasOtherProgress(lanes[1]!, 400))
  t.false(balancer.hasOtherProgress(lanes[1]!, 501))
})

/** What can happen to a lane of the model. */
const happening = fc.record({
  lane: fc.nat(3),
  kind: fc.constantFrom('ack', 'ack', 'ack', 'ack', 'fail', 'join', 'stall', 'wait'),
})

test('whatever acks, failures and joins do: someone who is well and has room is never refused for long, and shares of those that stay keep even', t => {
  fc.assert(
    fc.property(fc.array(happening, { minLength: 50, maxLength: 400 }), happenings => {
      const { balancer, lanes } = makeLanes(1, 1, 1, 1)
      let nowMs = 0
      const onWire = new Map(lanes.map(lane => [lane, 0]))
      const counts = new Map(lanes.map(lane => [lane, 0]))
      /** Never failed, stalled or rejoined. */
      const steady = new Set(lanes)
      const stalled = new Set<Lane>()
      const feed = () => {
        for (;;) {
          const asking = lanes.filter(lane => lane.connectedAtMs !== undefined && onWire.get(lane)! < lane.windowLimit)
          const lane = balancer.choose(asking, nowMs)
          if (lane === undefined) return asking
          t.true(asking.includes(lane))
          if (onWire.get(lane) === 0) lane.dueSinceMs = nowMs
          onWire.set(lane, onWire.get(lane)! + 1)
          counts.set(lane, counts.get(lane)! + 1)
        }
      }
      /** Servers are equal: each acks one window where it has one. */
      const ackOneEach = () => {
        for (const lane of lanes) {
          if (lane.connectedAtMs === undefined || stalled.has(lane) || onWire.get(lane) === 0) continue
          onWire.set(lane, onWire.get(lane)! - 1)
          lane.noteAck(50)
          lane.noteProgress(nowMs, onWire.get(lane)! > 0)
        }
      }
      for (const { lane: index, kind } of happenings) {
        const lane = lanes[index]!
        nowMs += 10
        if (kind === 'wait') nowMs += 200
        if (kind === 'ack') ackOneEach()
        if (kind === 'fail' && index > 1) {
          balancer.disconnect(lane)
          onWire.set(lane, 0)
          steady.delete(lane)
          stalled.delete(lane)
        }
        if (kind === 'join' && lane.connectedAtMs === undefined) {
          balancer.connect(lane, nowMs)
          lane.startSlowly()
        }
        if (kind === 'stall' && index === 3) {
          stalled.add(lane)
          steady.delete(lane)
        }
        feed()
      }
      const shares = [...steady].map(lane => counts.get(lane)!)
      t.true(Math.max(...shares) - Math.min(...shares) <= rules.leadWindows + 2, shares.join())
      // Nobody is starved: once the stalled ones are known to be stuck, those that are well get what they can take.
      nowMs += 10_000
      const before = new Map(counts)
      for (let round = 0; round < 40; round++) {
        feed()
        ackOneEach()
        nowMs += 100 // the time of a stalled one to be known as stuck is a few rounds
      }
      for (const lane of steady) t.true(counts.get(lane)! - before.get(lane)! >= 30)
    }),
    { numRuns: 200 },
  )
})
