import test, { type ExecutionContext } from 'ava'
import { CallError, DatabaseThread } from '../../../src/sqlite/thread.ts'

function startEcho(t: ExecutionContext): DatabaseThread<{ readonly word: string }, string> {
  const entry = new URL('../../helpers/scripts/echo-thread.ts', import.meta.url)
  const thread = new DatabaseThread<{ readonly word: string }, string>({
    entry,
    workerData: undefined,
    heapMb: { young: 2, old: 32 },
  })
  t.teardown(() => thread.close())
  return thread
}

test('calls are answered in order', async t => {
  const thread = startEcho(t)
  const answers = await Promise.all(['a', 'b', 'c'].map(word => thread.call({ word })))
  t.deepEqual(answers, ['a 1', 'b 2', 'c 3'])
})

test('a failure is told with its kind, and the thread goes on', async t => {
  const thread = startEcho(t)
  const plain = await t.throwsAsync(thread.call({ word: 'fail' }), { instanceOf: CallError })
  t.like(plain, { fault: 'other', message: 'it was asked to fail' })
  const full = await t.throwsAsync(thread.call({ word: 'full' }), { instanceOf: CallError })
  t.is(full?.fault, 'full')
  t.is(await thread.call({ word: 'a' }), 'a 3')
})

test('when the thread dies, all that wait are told, and the next call starts another', async t => {
  const thread = startEcho(t)
  const waiting = ['die', 'b', 'c'].map(word => thread.call({ word }))
  for (const call of waiting) {
    await t.throwsAsync(call, { instanceOf: CallError, message: /ended before it answered.*code 3/ })
  }
  t.is(await thread.call({ word: 'a' }), 'a 1')
})

test('closing answers what was asked before, and may be done twice', async t => {
  const thread = startEcho(t)
  const answer = thread.call({ word: 'a' })
  await thread.close()
  t.is(await answer, 'a 1')
  await thread.close()
})
