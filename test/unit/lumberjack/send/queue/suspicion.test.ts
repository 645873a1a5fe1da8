import test from 'ava'
import fc from 'fast-check'
import { Suspicion } from '../../../../../src/lumberjack/send/queue/suspicion.ts'

const fresh = { server: 'a', hasAcked: false }
const behind = { server: 'a', hasAcked: true }

test('a window is sent alone after two connections have ended with it unacked', t => {
  const suspicion = new Suspicion()
  suspicion.noteEnd()
  t.false(suspicion.isAlone)
  suspicion.noteEnd()
  t.true(suspicion.isAlone)
  t.true(new Suspicion({ isAlone: true }).isAlone)
})

test('a server refuses an event that ended two connections behind an acked window, and two as their first one', t => {
  const suspicion = new Suspicion()
  for (let round = 0; round < 2; round++) {
    t.false(suspicion.isRefusedBy('a'))
    t.true(suspicion.isWorthTrying(behind))
    suspicion.noteEndAlone(behind, 0)
    t.true(suspicion.isWorthTrying(fresh))
    suspicion.noteEndAlone(fresh, 0)
    t.false(suspicion.isWorthTrying(fresh))
    suspicion.noteOtherAck('a')
  }
  t.true(suspicion.isRefusedBy('a'))
  t.false(suspicion.isRefusedBy('b'))
  t.false(suspicion.isWorthTrying(behind) || suspicion.isWorthTrying(fresh))
})

test('fewer than two acks of other windows between the ends prove nothing, for any ends', t => {
  const step = fc.constantFrom('first', 'behind', 'ack')
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), steps => {
      const suspicion = new Suspicion()
      let acks = 0
      for (const name of steps) {
        if (name === 'ack') {
          suspicion.noteOtherAck('a')
          acks++
        } else suspicion.noteEndAlone(name === 'first' ? fresh : behind, 0)
        if (acks < 2) t.false(suspicion.isRefusedBy('a'))
      }
    }),
  )
})

test('a server that acks nothing for the time of grace is absent, and one that acks is not', t => {
  const suspicion = new Suspicion()
  t.false(suspicion.isAbsent('b', 100, 1000))
  suspicion.noteEndAlone(behind, 1000)
  t.false(suspicion.isAbsent('b', 100, 1099))
  t.true(suspicion.isAbsent('b', 100, 1100))
  suspicion.noteOtherAck('b')
  t.false(suspicion.isAbsent('b', 100, 1100))
})
