import test from 'ava'
import fc from 'fast-check'
import { type Delivery, DeliveryQueue } from '../../../../../src/lumberjack/send/queue/delivery-queue.ts'
import { makeNumberedBatches } from '../../../../helpers/lumberjack/numbered-batches.ts'

const never = new AbortController().signal
const [batch] = makeNumberedBatches(1, 1)

test('batches are taken in order, and returned ones before new ones', async t => {
  const queue = new DeliveryQueue()
  for (let i = 0; i < 4; i++) queue.add(batch!, never).catch(t.log)
  const [first, second] = [queue.next(), queue.next()]
  queue.giveBack([second!, first!])
  const orders: (number | undefined)[] = []
  while (queue.length > 0) orders.push(queue.next()?.order)
  t.deepEqual(orders, [0, 1, 2, 3])
})

test('each batch is settled once for any behaviour of the links, and waiting batches stay in order', async t => {
  const action = fc.constantFrom('add', 'take', 'give back', 'confirm', 'abandon')
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async actions => {
      const queue = new DeliveryQueue()
      const held: Delivery[] = []
      const controllers: AbortController[] = []
      const outcomes: Promise<string>[] = []
      let last = -1
      for (const name of actions) {
        if (name === 'add') {
          const giveUp = new AbortController()
          controllers.push(giveUp)
          outcomes.push(
            queue.add(batch!, giveUp.signal).then(
              () => 'ok',
              ({ code }) => code,
            ),
          )
        }
        if (name === 'take' && queue.length > 0) {
          const next = queue.next()
          t.true(held.length === 0 || next!.order > last)
          last = next!.order
          held.push(next!)
        }
        if (name === 'give back') queue.giveBack(held.splice(0))
        if (name === 'confirm' && held.length > 0) queue.confirm(held.shift()!)
        if (name === 'abandon') controllers.shift()?.abort()
      }
      queue.close()
      const ends = await Promise.all(outcomes)
      t.true(ends.every(end => ['ok', 'given_up', 'closed'].includes(end)))
      t.deepEqual([queue.length, queue.openCount], [0, 0])
    }),
    { numRuns: 50 },
  )
})

test('of the suspects, a connection gets one that its server has not refused yet, however often that was tried', t => {
  const queue = new DeliveryQueue()
  for (let i = 0; i < 2; i++) queue.add(batch!, never, [{ batch: batch!, isSuspected: true }]).catch(t.log)
  const [refused, other] = [queue.next()!, queue.next()!]
  const [fresh, behind] = [false, true].map(hasAcked => ({ server: 'a', hasAcked }))
  for (let round = 0; round < 2; round++) {
    refused.suspicion.noteEndAlone(behind!, 0)
    refused.suspicion.noteEndAlone(fresh!, 0)
    refused.suspicion.noteOtherAck('a')
    for (const taker of [behind!, fresh!, fresh!]) other.suspicion.noteEndAlone({ ...taker, server: 'b' }, 0)
  }
  other.suspicion.noteEndAlone(fresh!, 0)
  t.true(refused.suspicion.isRefusedBy('a'))
  t.true(other.suspicion.tries > refused.suspicion.tries)
  queue.giveBack([refused, other])
  t.is(queue.next(fresh), other)
  t.is(queue.next(fresh), refused)
})
