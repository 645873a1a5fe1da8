import test from 'ava'
import { ByteBudget } from '../../../src/flow/byte-budget.ts'
import type { Sink, Source } from '../../../src/flow/contract.ts'
import { pump, type PumpLimits, Pulse } from '../../../src/flow/pump.ts'
import { Variable } from '../../../src/flow/watched.ts'
import { Liveness } from '../../../src/telemetry/liveness.ts'
import { settle } from '../../helpers/time/manual-clock.ts'

const never = <Value = void>() => new Promise<Value>(() => {})
const swift: Sink<number> = { async deliver() {} }

/** Runs a pump that won't end, and gives what two looks find while nothing happens. */
async function lookAt(source: Source<number>, sink: Sink<number>, limits: number | PumpLimits<number> = 4) {
  const pulse = new Pulse('the pump')
  const calm = { stop: new AbortController().signal, giveUp: new AbortController().signal }
  void pump(source, sink, limits, { ...calm, pulse })
  await settle()
  const liveness = new Liveness(() => false)
  liveness.look([pulse.lifeSign()])
  return { first: () => liveness.look([pulse.lifeSign()]), pulse }
}

function count(commit: Source<number>['commit'] = () => {}): Source<number> {
  let next = 0
  return { next: async () => next++, commit }
}

test('a pump whose source never ends a commit hangs', async t => {
  const { first } = await lookAt(
    count(() => never()),
    { deliver: async batch => (batch === 0 ? undefined : never()) },
  )
  t.deepEqual(first(), ['the pump'])
})

test('a pump that waits for room that is there, and of which nobody told it, hangs', async t => {
  const room = new Variable(1)
  const deaf = { get current() { return room.current }, onChange: () => () => {} } // prettier-ignore
  const { first } = await lookAt(count(), { deliver: () => never() }, { undelivered: deaf, uncommitted: 10 })
  t.deepEqual(first(), [])
  room.set(2)
  t.deepEqual(first(), [])
  t.deepEqual(first(), ['the pump'])
})

test('a pump that has nothing to move does not hang', async t => {
  const { first } = await lookAt({ next: () => never(), commit() {} }, swift)
  t.deepEqual(first(), [])
})

test('a pump whose sink waits for whoever is away does not hang, with or without room for more', async t => {
  for (const limit of [1, 4]) {
    const { first, pulse } = await lookAt(count(), { deliver: () => never() }, limit)
    t.deepEqual(first(), [])
    t.is(pulse.lifeSign().steps, limit, 'it has taken all that it may')
  }
})

test('memory that is given back and reaches nobody who waits for it is found', t => {
  const budget = new ByteBudget({ totalBytes: 10, reserveBytes: 0 })
  const [holder, waiter] = [budget.open(), budget.open()]
  t.true(holder.tryTake(10))
  void waiter.take(5)
  t.false(budget.isDue, 'there is none')
  holder.give(10)
  t.false(budget.isDue, 'it was woken')
})
