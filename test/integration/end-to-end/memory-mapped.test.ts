import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { type Shipping, startShipping } from '../../helpers/process/shipping.ts'
import { until } from '../../helpers/time/until.ts'

const LINES = 12_000
const KIB = 1024
const REGIONS = { 'small.log': 64 * KIB, 'middle.log': 4096 * KIB, 'large.log': 32_768 * KIB }
const source = join(import.meta.dirname, '../../fixtures/log4j/WriteLines.java')

/** Runs log4j2 as Debian has it. Resolves when it has ended, by the end of its input. */
function logThroughMap(t: ExecutionContext, path: string, region: number): () => Promise<void> {
  const opens = ['java.base/java.lang', 'java.base/java.nio', 'java.base/jdk.internal.ref']
  const classPath = ['api', 'core'].map(part => `/usr/share/java/log4j-${part}.jar`).join(':')
  const options = [...opens.flatMap(name => ['--add-opens', `${name}=ALL-UNNAMED`]), '-XX:TieredStopAtLevel=1']
  const args = [...options, '-cp', classPath, source, path, String(region), String(LINES)]
  const child = spawn('java', args, { stdio: ['pipe', 'ignore', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  return async () => {
    const exited = once(child, 'exit')
    child.stdin.end()
    t.deepEqual(await exited, [0, null])
  }
}

async function waitForLooks(shipping: Shipping): Promise<void> {
  const polls = async () => (await shipping.agent.readMetrics()).get('forwarder_polls_total') ?? 0
  const from = await polls()
  await until(async () => (await polls()) >= from + 3, 'it has looked again')
}

test('the lines that log4j2 writes through memory maps of 64 KiB, 4 MiB and 32 MiB are stored once, over a restart and a kill, with no NUL and no loss', async t => {
  const shipping = await startShipping(t)
  const paths = Object.keys(REGIONS).map(name => join(shipping.logs, name))
  await shipping.startAgent()
  const endings = Object.values(REGIONS).map((region, i) => logThroughMap(t, paths[i]!, region))
  const sizeOfLarge = async () => (await stat(paths[2]!).catch(() => ({ size: 0 }))).size // it is not there yet
  await until(async () => (await sizeOfLarge()) === REGIONS['large.log'], 'a file is longer than its lines')
  await shipping.waitForCount(1000)
  await shipping.agent.kill()
  await shipping.startAgent()
  await shipping.waitForCount(LINES)
  t.is(await shipping.agent.stop(), 0)
  await shipping.startAgent()
  await shipping.waitForCount(3 * LINES)
  await Promise.all(endings.map(async end => await end()))
  t.true((await sizeOfLarge()) < REGIONS['large.log'], 'it was not cut to its size')
  await waitForLooks(shipping)
  t.is((await addsUpIn(t, shipping.agent)).lost.truncated, 0)
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
