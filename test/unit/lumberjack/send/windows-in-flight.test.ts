import test from 'ava'
import fc from 'fast-check'
import { makeDelivery } from '../../../../src/lumberjack/send/queue/delivery-queue.ts'
import { WindowsInFlight, type WindowInFlight } from '../../../../src/lumberjack/send/windows-in-flight.ts'
import { makeNumberedBatches } from '../../../helpers/lumberjack/numbered-batches.ts'

function makeWindow(order: number, count: number, from = 0): WindowInFlight {
  const [batch] = makeNumberedBatches(1, from + count)
  const delivery = { ...makeDelivery(batch!), order, confirmed: from }
  return { delivery, from, count, frames: Promise.resolve([]), isSent: true, sentAtMs: 0 }
}

function makeInFlight(
  protocol: 1 | 2,
  ...counts: readonly number[]
): { inFlight: WindowsInFlight; windows: WindowInFlight[] } {
  const inFlight = new WindowsInFlight(protocol)
  const windows = counts.map((count, order) => makeWindow(order, count))
  for (const window of windows) inFlight.add(window)
  return { inFlight, windows }
}

test('windows are completed in the order of sending, each by its own count', t => {
  const { inFlight, windows } = makeInFlight(2, 3, 3, 2)
  for (const window of windows) t.is(inFlight.acknowledge(window.count), window)
  t.is(inFlight.length, 0)
})

test('the number of confirmed events only grows for any acks, and never beyond the highest ack', t => {
  fc.assert(
    fc.property(fc.array(fc.nat(12), { maxLength: 30 }), fc.nat(5), (acks, from) => {
      const inFlight = new WindowsInFlight(2)
      const window = makeWindow(0, 10, from)
      inFlight.add(window)
      let highest = 0
      for (const ack of acks) {
        if (ack > 10) return void t.throws(() => inFlight.acknowledge(ack), { code: 'protocol' })
        if (inFlight.acknowledge(ack) === window) return void t.is(ack, 10)
        highest = Math.max(highest, ack)
        t.is(window.delivery.confirmed, from + highest)
      }
    }),
  )
})

test('an ack for a window that is not on the wire is an error', t => {
  const { inFlight, windows } = makeInFlight(2, 3)
  windows[0]!.isSent = false
  t.throws(() => inFlight.acknowledge(3), { code: 'protocol', message: /no window waits for an ack/ })
  t.is(inFlight.acknowledge(0), 'keepalive')
})

test('a partial ack of protocol 1 is an error', t => {
  const { inFlight } = makeInFlight(1, 3)
  t.is(inFlight.acknowledge(0), 'keepalive')
  t.throws(() => inFlight.acknowledge(2), { code: 'protocol', message: /protocol 1 has one ack a window/ })
})

test('a window that was sent is not dropped', t => {
  const { inFlight, windows } = makeInFlight(2, 1, 1)
  windows[1]!.isSent = false
  inFlight.drop(windows[0]!)
  inFlight.drop(windows[1]!)
  t.deepEqual(inFlight.takeAll(), [windows[0]!])
})

test('a window is returned once, even if the end of its connection is reported several times', t => {
  const { inFlight, windows } = makeInFlight(2, 1, 1)
  windows[1]!.isSent = false
  t.is(inFlight.takeAll().length, 2)
  t.deepEqual([...inFlight.takeUnsent(), ...inFlight.takeAll()], [])
})
