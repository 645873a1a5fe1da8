import test from 'ava'
import { setImmediate } from 'node:timers/promises'
import { AdmissionTurns, STEPS_PER_TURN } from '../../../../src/lumberjack/receive/admission-turns.ts'

/** Connections of an address that want to take their next step at once; counts those that have. */
function want(turns: AdmissionTurns, network: string, count: number) {
  const begun = { count: 0 }
  for (let i = 0; i < count; i++) void turns.waitForTurn(network).then(() => void begun.count++)
  return begun
}

test('in one turn of the event loop a few connections are admitted, however many clients connect at once', async t => {
  const turns = new AdmissionTurns()
  const some = want(turns, '192.0.2.1', 200)
  const others = want(turns, '192.0.2.2', 200)
  const sum = () => some.count + others.count
  for (let turn = 1; turn <= 400 / STEPS_PER_TURN; turn++) {
    const before = sum()
    await setImmediate()
    t.true(sum() - before <= STEPS_PER_TURN)
  }
  await setImmediate()
  t.is(sum(), 400)
})

test('a connection of an address does not wait for hundreds of another one', async t => {
  const turns = new AdmissionTurns()
  const attacker = want(turns, '192.0.2.1', 400)
  for (let turn = 0; turn < 3; turn++) await setImmediate()
  const honest = want(turns, '192.0.2.2', 2)
  for (let turn = 0; turn < 3; turn++) await setImmediate()
  t.is(honest.count, 2)
  t.true(attacker.count < 10 * STEPS_PER_TURN)
})
