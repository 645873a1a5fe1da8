import test from 'ava'
import { Turns } from '../../../src/flow/task-turns.ts'

test('a task begins when the previous one has ended, in the order of the calls', async t => {
  const turns = new Turns()
  const steps: string[] = []
  const run = (name: string) =>
    turns.run(async () => {
      steps.push(`${name} begins`)
      await new Promise(resolve => setImmediate(resolve))
      steps.push(`${name} ends`)
      return name
    })
  t.deepEqual(await Promise.all([run('a'), run('b')]), ['a', 'b'])
  t.deepEqual(steps, ['a begins', 'a ends', 'b begins', 'b ends'])
})

test('a task that fails rejects its own call, and the next task runs', async t => {
  const turns = new Turns()
  const failing = turns.run(() => Promise.reject(new Error('broken')))
  const next = turns.run(() => Promise.resolve('done'))
  await t.throwsAsync(failing, { message: 'broken' })
  t.is(await next, 'done')
})
