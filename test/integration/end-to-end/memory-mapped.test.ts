import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { startShipping } from '../../helpers/process/shipping.ts'
import { until } from '../../helpers/time/until.ts'

const LINES = 12_000
const KIB = 1024
const REGIONS = { 'small.log': 64 * KIB, 'middle.log': 4096 * KIB, 'large.log': 32_768 * KIB }
const source = join(import.meta.dirname, '../../fixtures/log4j/WriteLines.java')

/** Runs log4j2 as Debian has it. */
async function logThroughMap(t: ExecutionContext, path: string, region: number): Promise<void> {
  const opens = ['java.base/java.lang', 'java.base/java.nio', 'java.base/jdk.internal.ref']
  const classPath = ['api', 'core'].map(part => `/usr/share/java/log4j-${part}.jar`).join(':')
  const options = opens.flatMap(name => ['--add-opens', `${name}=ALL-UNNAMED`])
  const args = [
    ...options,
    '-Xshare:auto',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    classPath,
    source,
    path,
    String(region),
    String(LINES),
  ]
  const child = spawn('java', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  t.deepEqual(await once(child, 'exit'), [0, null])
}

test('the lines that log4j2 writes through memory maps of 64 KiB, 4 MiB and 32 MiB are stored once, over a restart and a kill, with no NUL and no loss', async t => {
  const shipping = await startShipping(t)
  const paths = Object.keys(REGIONS).map(name => join(shipping.logs, name))
  await shipping.startAgent()
  const writing = Promise.all(
    Object.values(REGIONS).map(async (region, i) => await logThroughMap(t, paths[i]!, region)),
  )
  await until(
    async () => (await stat(paths[2]!).catch(() => ({ size: 0 }))).size === REGIONS['large.log'],
    'a file is longer than its lines',
  )
  await shipping.waitForCount(1000)
  await shipping.agent.kill()
  await shipping.startAgent()
  await shipping.waitForCount(LINES)
  await shipping.agent.stop()
  await shipping.startAgent()
  await writing
  t.true((await stat(paths[2]!)).size < REGIONS['large.log'], 'it was not cut to its size')
  await shipping.waitForCount(3 * LINES)
  const fates = await shipping.settle()
  t.is(fates['lost_truncated'], 0)
  const expected = Array.from({ length: LINES }, (_, i) => `line ${i} ${'x'.repeat(i % 900)}`)
  const stored = await shipping.readStored()
  for (const path of paths) {
    const messages = stored.filter(line => line.path === path).map(({ message }) => message)
    t.true(
      messages.length === LINES && messages.every((message, i) => message === expected[i]),
      `${path}: ${messages.length} lines`,
    )
  }
  const log = (await shipping.readLog()).filter(
    ({ level, message }) => level === 'error' || message.includes('truncated'),
  )
  t.deepEqual(log, [])
})
