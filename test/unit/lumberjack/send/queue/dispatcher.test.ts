import test from 'ava'
import { Balancer } from '../../../../../src/lumberjack/send/queue/balancer.ts'
import { DeliveryQueue } from '../../../../../src/lumberjack/send/queue/delivery-queue.ts'
import { Dispatcher } from '../../../../../src/lumberjack/send/queue/dispatcher.ts'
import { LinkLoad } from '../../../../../src/lumberjack/send/queue/link-load.ts'
import { makeNumberedBatches } from '../../../../helpers/lumberjack/numbered-batches.ts'

function makeDispatcher() {
  const queue = new DeliveryQueue()
  const balancer = new Balancer()
  const load = new LinkLoad(1, 4)
  balancer.add(load)
  balancer.connect(load, performance.now())
  const dispatcher = new Dispatcher(queue, balancer)
  const batches = makeNumberedBatches(2, 1)
  const put = () => batches.forEach(batch => void queue.add(batch, new AbortController().signal).catch(() => {})) // closed
  return { queue, load, dispatcher, put }
}

test('a dispatcher without batches, or without links that ask, is not due', t => {
  const { queue, load, dispatcher, put } = makeDispatcher()
  void dispatcher.take(load, new AbortController().signal)
  t.false(dispatcher.isDue, 'no batch')
  put()
  t.false(dispatcher.isDue, 'the link has one, and asks for no other')
  t.is(dispatcher.given, 1)
  t.is(queue.length, 1)
  queue.close()
})

test('a dispatcher is due if a batch and a requesting link wait at the same time', t => {
  const { queue, load, dispatcher, put } = makeDispatcher()
  void dispatcher.take(load, new AbortController().signal)
  dispatcher.close() // is not notified of batches any more
  put()
  t.true(dispatcher.isDue)
  t.is(dispatcher.given, 0)
  queue.close()
})
