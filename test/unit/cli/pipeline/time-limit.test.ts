import test from 'ava'
import { runWithin } from '../../../../src/cli/pipeline/time-limit.ts'

const HANGS = /^(?:a+)+$/u
const TEXT = `${'a'.repeat(40)}!`

test.serial('a task that hangs is ended, and the others have their results', t => {
  const tasks = { count: 4, run: hangAtOne, giveUp: (i: number) => `ended ${i}` }
  t.deepEqual(runWithin(60, tasks), ['done 0', 'ended 1', 'done 2', 'done 3'])
})

function hangAtOne(task: number): string {
  return task === 1 ? String(HANGS.test(TEXT)) : `done ${task}`
}

test.serial('a loop that catches all errors is ended', t => {
  t.deepEqual(runWithin(60, { count: 1, run: loop, giveUp: () => true }), [true])
})

function loop(): boolean {
  for (let isRunning = true; isRunning;) isRunning = catchAll()
  return false
}

function catchAll(): boolean {
  try {
    return JSON.parse('x') === 1
  } catch {
    return true
  }
}

test.serial('a task that waits for a core is begun again, not ended', t => {
  let times = 0
  const run = () => {
    times++
    // It uses no CPU time, as on a machine that has others to do.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, times === 1 ? 400 : 1)
    return times
  }
  t.deepEqual(runWithin(60, { count: 1, run, giveUp: () => 0 }), [2])
})

test.serial('an error of a task is passed on', t => {
  t.throws(() => runWithin(60, { count: 1, run: fail, giveUp: () => 0 }), {
    instanceOf: RangeError,
    message: 'mine',
  })
})

function fail(): number {
  throw new RangeError('mine')
}
