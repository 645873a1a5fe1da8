import test from 'ava'
import { StepCosts } from '../../../src/workers/step-costs.ts'

test('a step costs the time of its thread, not its wait behind the step before it', t => {
  const costs = new StepCosts()
  t.is(costs.costMs(0, 1000), 1000)
  t.is(costs.costMs(1, 1002), 2, 'it was posted while the thread was busy')
  t.is(costs.costMs(1500, 1510), 10, 'the thread had nothing to do')
})
