import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { makePair } from '../../helpers/process/roles.ts'
import { until } from '../../helpers/time/until.ts'

test('lines of an earlier run that were not acked are sent, although no file is followed now', async t => {
  const pair = await makePair(t)
  const first = await pair.startAgent()
  await appendFile(pair.logFile, 'left behind\n')
  await until(async () => ((await first.readMetrics()).get('forwarder_journaled_batches') ?? 0) > 0, 'it is on record')
  await first.kill()

  const path = join(pair.dir, 'agent.json')
  const config = JSON.parse(await readFile(path, 'utf8')) as object
  await writeFile(path, JSON.stringify({ ...config, files: [] }))
  const collector = await pair.startCollector()
  await collector.ready()
  const second = await pair.startAgent()
  await until(
    async () => ((await second.readMetrics()).get('forwarder_events_acked_total') ?? 0) === 1,
    'it is confirmed',
  )
  const { acked } = await addsUpIn(t, second)
  t.is(acked, 'left behind\n'.length)
  t.is(await second.stop(), 0)
})
