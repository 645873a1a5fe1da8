import test from 'ava'
import fc from 'fast-check'
import type { Delivery } from '../../../../src/lumberjack/send/queue/delivery-queue.ts'
import { Flight, type FlightWindow } from '../../../../src/lumberjack/send/flight.ts'
import { makeNumberedBatches } from '../../../helpers/lumberjack/numbered-batches.ts'

function makeWindow(order: number, count: number, from = 0): FlightWindow {
  const [batch] = makeNumberedBatches(1, from + count)
  const delivery: Delivery = { batch: batch!, order, confirmed: from, firstTryMs: undefined, isSettled: false }
  return { delivery, from, count, frames: Promise.resolve([]), isSent: true, sentAtMs: 0 }
}

function makeFlight(protocol: 1 | 2, ...counts: readonly number[]): { flight: Flight; windows: FlightWindow[] } {
  const flight = new Flight(protocol)
  const windows = counts.map((count, order) => makeWindow(order, count))
  for (const window of windows) flight.add(window)
  return { flight, windows }
}

test('windows are completed in the order of sending, each by its own count', t => {
  const { flight, windows } = makeFlight(2, 3, 3, 2)
  for (const window of windows) t.is(flight.acknowledge(window.count), window)
  t.is(flight.length, 0)
})

test('whatever a server acks, what counts as confirmed only grows, and never beyond what it said', t => {
  fc.assert(
    fc.property(fc.array(fc.nat(12), { maxLength: 30 }), fc.nat(5), (acks, from) => {
      const flight = new Flight(2)
      const window = makeWindow(0, 10, from)
      flight.add(window)
      let highest = 0
      for (const ack of acks) {
        if (ack > 10) return void t.throws(() => flight.acknowledge(ack), { code: 'protocol' })
        if (flight.acknowledge(ack) === window) return void t.is(ack, 10)
        highest = Math.max(highest, ack)
        t.is(window.delivery.confirmed, from + highest)
      }
    }),
  )
})

test('an ack for a window that is not on the wire is an error', t => {
  const { flight, windows } = makeFlight(2, 3)
  windows[0]!.isSent = false
  t.throws(() => flight.acknowledge(3), { code: 'protocol', message: /no window waits for an ack/ })
  t.is(flight.acknowledge(0), 'keepalive')
})

test('protocol 1 has one ack a window', t => {
  const { flight } = makeFlight(1, 3)
  t.is(flight.acknowledge(0), 'keepalive')
  t.throws(() => flight.acknowledge(2), { code: 'protocol', message: /protocol 1 has one ack a window/ })
})

test('a window is dropped only before it is sent', t => {
  const { flight, windows } = makeFlight(2, 1, 1)
  windows[1]!.isSent = false
  flight.drop(windows[0]!)
  flight.drop(windows[1]!)
  t.deepEqual(flight.takeAll(), [windows[0]!.delivery])
})

test('what is given back is given back once, however often a connection ends', t => {
  const { flight, windows } = makeFlight(2, 1, 1)
  windows[1]!.isSent = false
  t.is(flight.takeAll().length, 2)
  t.deepEqual([...flight.takeUnsent(), ...flight.takeAll()], [])
})
