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

test('calls of a database thread are answered in order', async t => {
  const thread = startEcho(t)
  const answers = await Promise.all(['a', 'b', 'c'].map(word => thread.call({ word })))
  t.deepEqual(answers, ['a 1', 'b 2', 'c 3'])
})

test('a failed call has the kind of its fault, and the thread answers the next one', async t => {
  const thread = startEcho(t)
  const plain = await t.throwsAsync(thread.call({ word: 'fail' }), { instanceOf: CallError })
  t.like(plain, { fault: 'other', message: 'it was asked to fail' })
  const full = await t.throwsAsync(thread.call({ word: 'full' }), { instanceOf: CallError })
  t.is(full?.fault, 'full')
  t.is(await thread.call({ word: 'a' }), 'a 3')
})

test('when the thread dies, each waiting call is rejected, and the next call starts another thread', async t => {
  const thread = startEcho(t)
  const waiting = ['die', 'b', 'c'].map(word => thread.call({ word }))
  for (const call of waiting) {
    await t.throwsAsync(call, { instanceOf: CallError, message: /ended before it answered.*code 3/ })
  }
  t.is(await thread.call({ word: 'a' }), 'a 1')
})

test('closing a thread answers earlier calls first, and a second close does nothing', async t => {
  const thread = startEcho(t)
  const answer = thread.call({ word: 'a' })
  await thread.close()
  t.is(await answer, 'a 1')
  await thread.close()
})

test('a closed thread takes no call', async t => {
  const thread = startEcho(t)
  await thread.call({ word: 'a' })
  await thread.close()
  await t.throwsAsync(thread.call({ word: 'b' }), { instanceOf: CallError, message: /was closed/ })
})

test('a thread that hangs is ended when its close is given up', async t => {
  const thread = startEcho(t)
  await thread.call({ word: 'a' })
  const hanging = t.throwsAsync(thread.call({ word: 'hang' }), { instanceOf: CallError })
  const giveUp = new AbortController()
  const closed = thread.close(giveUp.signal)
  giveUp.abort()
  await closed
  await hanging
})
