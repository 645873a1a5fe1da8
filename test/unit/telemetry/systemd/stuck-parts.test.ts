import test from 'ava'
import { execFile } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { StuckParts } from '../../../../src/telemetry/systemd/stuck-parts.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const due = { part: 'the pump', steps: 3, isDue: true }

test('a part that is due and makes no progress between two looks is stuck', t => {
  const stuckParts = new StuckParts(() => false)
  t.deepEqual(stuckParts.find([due]), [])
  t.deepEqual(stuckParts.find([due, { part: 'the journal', steps: 3, isDue: true }]), ['the pump'])
  t.deepEqual(stuckParts.find([due, { part: 'the journal', steps: 4, isDue: true }]), ['the pump'])
})

test('a part that makes progress is not stuck', t => {
  const stuckParts = new StuckParts(() => false)
  for (let steps = 0; steps < 5; steps++) t.deepEqual(stuckParts.find([{ ...due, steps }]), [])
})

test('a part is not stuck while it waits for others, for any time, nor at the first look after its wait', t => {
  const stuckParts = new StuckParts(() => false)
  for (let look = 0; look < 5; look++) t.deepEqual(stuckParts.find([{ ...due, isDue: false }]), [])
  t.deepEqual(stuckParts.find([due]), [])
})

// Serial: they look at the file requests of the whole process.
test.serial('a part that waits for a disk that does not answer is not stuck', async t => {
  const pipe = join(await makeTempDir(t), 'pipe')
  await promisify(execFile)('mkfifo', [pipe])
  const stuckParts = new StuckParts()
  const sign = { ...due, mayWaitForFiles: true }
  const reading = open(pipe, 'r') // waits for a writer, as it would for a disk
  t.teardown(async () => {
    const writer = await open(pipe, 'r+')
    await (await reading).close()
    await writer.close()
  })
  for (let look = 0; look < 3; look++) t.deepEqual(stuckParts.find([sign]), [])
  stuckParts.find([due])
  t.deepEqual(stuckParts.find([due]), ['the pump'], 'a part that does not wait for files is stuck')
})

test.serial('a part that may wait for files is stuck when the process has no file requests', t => {
  const stuckParts = new StuckParts(() => false)
  const sign = { ...due, mayWaitForFiles: true }
  stuckParts.find([sign])
  t.deepEqual(stuckParts.find([sign]), ['the pump'])
})
