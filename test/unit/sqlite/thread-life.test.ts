import test from 'ava'
import { execFile } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { DatabaseThread } from '../../../src/sqlite/thread.ts'
import { StuckParts } from '../../../src/telemetry/systemd/stuck-parts.ts'
import type { StuckRequest } from '../../helpers/scripts/stuck-thread.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until as waitUntil } from '../../helpers/time/until.ts'

/** A thread that has answered once, so that it is known which of the system's threads it is. */
async function startThread() {
  const entry = new URL('../../helpers/scripts/stuck-thread.ts', import.meta.url)
  const thread = new DatabaseThread<StuckRequest, string>({
    entry,
    workerData: undefined,
    heapMb: { young: 2, old: 32 },
  })
  await thread.call({ how: 'answer' })
  const stuckParts = new StuckParts(() => false)
  return { thread, look: () => stuckParts.find([thread.lifeSign('the thread')]) }
}

for (const how of ['sleep', 'spin'] as const) {
  test(`a thread that does nothing but ${how} while a call waits is stuck`, async t => {
    const { thread, look } = await startThread()
    const until = new Int32Array(new SharedArrayBuffer(4))
    const answered = thread.call({ how, until })
    t.teardown(async () => {
      Atomics.store(until, 0, 1)
      Atomics.notify(until, 0)
      await answered
      await thread.close()
    })
    await waitUntil(() => look().includes('the thread'), 'it is found')
    t.deepEqual(look(), ['the thread'])
  })
}

test('a thread without calls is not stuck', async t => {
  const { thread, look } = await startThread()
  for (let i = 0; i < 3; i++) t.deepEqual(look(), [])
  await thread.close()
})

test('a thread that waits indefinitely for a read is not stuck: it is in a system call', async t => {
  const { thread, look } = await startThread()
  const path = join(await makeTempDir(t), 'pipe')
  await promisify(execFile)('mkfifo', [path])
  let hasAnswered = false
  const answered = thread.call({ how: 'read', path }).then(() => (hasAnswered = true))
  for (let i = 0; i < 5; i++) await sleep(30)
  look() // it may have been on its way there at the first look
  for (let i = 0; i < 3; i++) t.deepEqual(look(), [])
  t.false(hasAnswered, 'it did wait')
  await (await open(path, 'w')).close()
  await answered
  await thread.close()
})

test('a thread that ends during a call is not stuck: the call is rejected', async t => {
  const { thread, look } = await startThread()
  const call = thread.call({ how: 'answer' })
  await thread.close()
  await call
  for (let i = 0; i < 3; i++) t.deepEqual(look(), [])
})
