import { writeFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { readRegistry } from '../../../src/registry/load-registry.ts'
import { openRegistry } from '../../../src/registry/registry.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { makeBatch, makeFile, makeRange } from '../../helpers/files/registry-records.ts'
import { mountTinyDisk, remount } from '../../helpers/files/tiny-disk.ts'
import { until } from '../../helpers/time/until.ts'

const options = { durability: 'disk', onLostState: 'stop', writeDelayMs: 10 } as const

/** Fills what is free, but for nothing. */
function fill(path: string): void {
  const chunk = Buffer.alloc(4096)
  try {
    for (;;) writeFileSync(path, chunk, { flag: 'a' })
  } catch {
    // That is what it is for: the disk is full.
  }
}

test('on a full disk nothing is journaled, which is logged once, and journaling continues once there is room again', async t => {
  const disk = await mountTinyDisk(t, 512)
  const log = makeRecordingLog()
  const registry = await openRegistry({ ...options, stateDir: join(disk, 'state'), log })
  t.teardown(() => registry.close())
  const key = registry.add(makeFile(1))
  await registry.flush()
  fill(join(disk, 'filler'))

  let isDurable = false
  const big = makeBatch(
    1,
    Array.from({ length: 300 }, (_, i) => makeRange(key, i, i + 1)),
  )
  const journaled = registry.journal(big).then(() => (isDurable = true))
  await until(() => registry.status().failures >= 3, 'writing has failed and was tried again')
  t.false(isDurable)
  t.like(registry.status(), { health: { isHealthy: false, remedy: 'free space on the disk of the state directory' } })
  t.is(log.lines.filter(line => line.level === 'error').length, 1)

  rmSync(join(disk, 'filler'))
  await journaled
  t.is(registry.status().health.isHealthy, true)
  t.is(log.lines.at(-1)?.message, 'the registry is writable again')
  t.is(readRegistry(join(disk, 'state', 'registry.db')).unconfirmed[0]?.runs.length, 300)
})

test('a registry on a full disk can be closed, and the waiting batches are rejected', async t => {
  const disk = await mountTinyDisk(t, 512)
  const log = makeRecordingLog()
  const registry = await openRegistry({ ...options, stateDir: join(disk, 'state'), log })
  const key = registry.add(makeFile(1))
  await registry.flush()
  fill(join(disk, 'filler'))
  const big = makeBatch(
    1,
    Array.from({ length: 300 }, (_, i) => makeRange(key, i, i + 1)),
  )
  const journaled = t.throwsAsync(registry.journal(big), { code: 'state_closed', message: /free space/ })
  await until(() => registry.status().failures >= 1, 'writing has failed')
  await t.throwsAsync(registry.close(), { code: 'state_closed' })
  await journaled
  rmSync(join(disk, 'filler'))
  const again = await openRegistry({ ...options, stateDir: join(disk, 'state'), log })
  t.is(again.files.length, 1)
  t.is(again.unconfirmed.length, 0)
  await again.close()
})

test('a registry on a read-only disk is refused at the start with the remedy, and is not a loss of state', async t => {
  const disk = await mountTinyDisk(t, 1024)
  const log = makeRecordingLog()
  const stateDir = join(disk, 'state')
  const earlier = await openRegistry({ ...options, stateDir, log })
  const key = earlier.add(makeFile(1))
  await earlier.close()
  await remount(disk, 'ro')
  await t.throwsAsync(openRegistry({ ...options, stateDir, log }), { code: 'state_unusable', message: /state/ })
  await remount(disk, 'rw')
  const registry = await openRegistry({ ...options, stateDir, log })
  await registry.journal(makeBatch(1, [makeRange(key, 0, 1)]))
  await registry.close()
  t.is(readRegistry(join(stateDir, 'registry.db')).unconfirmed.length, 1)
})
