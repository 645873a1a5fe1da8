import test from 'ava'
import type { Holder } from '../../../src/flow/byte-holder.ts'
import { ByteAccount } from '../../../src/flow/byte-account.ts'
import type { Sink, Source } from '../../../src/flow/contract.ts'
import { pump, type PumpOptions, Pulse } from '../../../src/flow/pump.ts'
import { Variable } from '../../../src/flow/watched-value.ts'
import { StuckParts } from '../../../src/telemetry/systemd/stuck-parts.ts'
import { settle } from '../../helpers/time/manual-clock.ts'

const never = <Value = void>() => new Promise<Value>(() => {})
const swift: Sink<number> = { async deliver() {} }

/** Runs a pump that never ends; looks once, and lets the test look again while nothing happens. */
async function lookAt(source: Source<number>, sink: Sink<number>, limits: PumpOptions<number>['limits'] = 4) {
  const pulse = new Pulse('the pump')
  const calm = { stop: new AbortController().signal, giveUp: new AbortController().signal }
  void pump(source, sink, { limits, ...calm, pulse })
  await settle()
  const stuckParts = new StuckParts(() => false)
  stuckParts.find([pulse.lifeSign()])
  return { first: () => stuckParts.find([pulse.lifeSign()]), pulse }
}

function count(commit: Source<number>['commit'] = () => {}): Source<number> {
  let next = 0
  return { next: async () => next++, commit }
}

test('a pump whose source never ends a commit is stuck', async t => {
  const { first } = await lookAt(
    count(() => never()),
    { deliver: async batch => (batch === 0 ? undefined : never()) },
  )
  t.deepEqual(first(), ['the pump'])
})

test('a pump that missed the notification that there is room is reported as stuck', async t => {
  const room = new Variable(1)
  const deaf = { get current() { return room.current }, onChange: () => () => {} } // prettier-ignore
  const { first } = await lookAt(count(), { deliver: () => never() }, { undelivered: deaf, uncommitted: 10 })
  t.deepEqual(first(), [])
  room.set(2)
  t.deepEqual(first(), [])
  t.deepEqual(first(), ['the pump'])
})

test('a pump that has nothing to move is not stuck', async t => {
  const { first } = await lookAt({ next: () => never(), commit() {} }, swift)
  t.deepEqual(first(), [])
})

test('a pump whose sink waits for an absent server is not stuck, with or without room for more', async t => {
  for (const limit of [1, 4]) {
    const { first, pulse } = await lookAt(count(), { deliver: () => never() }, limit)
    t.deepEqual(first(), [])
    t.is(pulse.lifeSign().steps, limit, 'it has taken all that it may')
  }
})

test('an account of bytes is due only while a holder waits although there is room', t => {
  const account = new ByteAccount({ totalBytes: 10 })
  const [holder, waiter] = ['a', 'b'].map(sender =>
    account.open(
      () => ({ sender, member: '' }),
      () => {},
    ),
  ) as [Holder, Holder]
  t.true(holder.tryTake(10))
  void waiter.take(5)
  t.false(account.isDue, 'nothing fits')
  holder.give(8)
  t.false(account.isDue, 'the waiting holder was woken')
})
