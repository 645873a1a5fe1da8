import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { mountTinyDisk } from '../../helpers/files/tiny-disk.ts'
import { makePair } from '../../helpers/process/roles.ts'
import { patience } from '../../helpers/time/patience.ts'
import { addsUpIn, addsUpMeanwhile } from '../../helpers/files/byte-account.ts'
import { until } from '../../helpers/time/until.ts'

/** So many ranges that their record needs room on the disk. */
const FILES = 200
const END_MS = 3000

function fill(path: string): void {
  try {
    for (;;) appendFileSync(path, Buffer.alloc(4096))
  } catch {
    // That is what it is for: the disk is full.
  }
}

test('an agent ends within shutdownTimeout while the record of a batch with gone ranges waits for room on a full disk', async t => {
  const disk = await mountTinyDisk(t, 2048)
  const pair = await makePair(t, { agent: { stateDir: join(disk, 'state'), shutdownTimeout: '1s' } })
  for (let i = 0; i < FILES; i++) writeFileSync(`${pair.logFile}.${i}`, `line ${i}\n`)
  const first = await pair.startAgent()
  await until(async () => ((await first.readMetrics()).get('forwarder_journaled_batches') ?? 0) > 0, 'it is on record')
  await first.kill()
  rmSync(`${pair.logFile}.7`)

  const second = await pair.startAgent()
  await until(async () => (await second.readMetrics()).has('forwarder_registry_failures_total'), 'it has started')
  fill(join(disk, 'filler'))
  await until(async () => (await pair.readLog('agent')).includes('a range of a file is unconfirmed'), 'a range is gone')
  await until(
    async () => ((await second.readMetrics()).get('forwarder_registry_failures_total') ?? 0) > 0,
    'the record of what is left cannot be written',
  )
  await addsUpMeanwhile(t, second)
  const startedMs = Date.now()
  t.not(await second.stop(), null)
  t.true(Date.now() - startedMs < patience(END_MS))

  rmSync(join(disk, 'filler'))
  const collector = await pair.startCollector()
  await collector.ready()
  const third = await pair.startAgent()
  await until(
    async () => (await third.readMetrics()).get('forwarder_events_acked_total') === FILES - 1,
    'the lines that are left are confirmed',
  )
  await addsUpIn(t, third)
  t.is(await third.stop(), 0)
})
