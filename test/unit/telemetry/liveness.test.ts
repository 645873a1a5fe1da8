import test from 'ava'
import { execFile } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Liveness } from '../../../src/telemetry/liveness.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const due = { part: 'the pump', steps: 3, isDue: true }

test('a part that is due and does nothing between two looks hangs', t => {
  const liveness = new Liveness(() => false)
  t.deepEqual(liveness.look([due]), [])
  t.deepEqual(liveness.look([due, { part: 'the journal', steps: 3, isDue: true }]), ['the pump'])
  t.deepEqual(liveness.look([due, { part: 'the journal', steps: 4, isDue: true }]), ['the pump'])
})

test('a part that has done something does not hang', t => {
  const liveness = new Liveness(() => false)
  for (let steps = 0; steps < 5; steps++) t.deepEqual(liveness.look([{ ...due, steps }]), [])
})

test('a part that waits for others, however long, does not hang, nor as soon as it need not wait any more', t => {
  const liveness = new Liveness(() => false)
  for (let look = 0; look < 5; look++) t.deepEqual(liveness.look([{ ...due, isDue: false }]), [])
  t.deepEqual(liveness.look([due]), [])
})

// One after the other: which files the process has asked for is what they look at.
test.serial('a disk that does not answer is no hang of those who wait for it', async t => {
  const pipe = join(await makeTempDir(t), 'pipe')
  await promisify(execFile)('mkfifo', [pipe])
  const liveness = new Liveness()
  const sign = { ...due, mayWaitForFiles: true }
  const reading = open(pipe, 'r') // waits for a writer, as it would for a disk
  t.teardown(async () => {
    const writer = await open(pipe, 'r+')
    await (await reading).close()
    await writer.close()
  })
  for (let look = 0; look < 3; look++) t.deepEqual(liveness.look([sign]), [])
  liveness.look([due])
  t.deepEqual(liveness.look([due]), ['the pump'], 'who does not wait for files has no excuse')
})

test.serial('with no file asked for, who could wait for files hangs', t => {
  const liveness = new Liveness(() => false)
  const sign = { ...due, mayWaitForFiles: true }
  liveness.look([sign])
  t.deepEqual(liveness.look([sign]), ['the pump'])
})
