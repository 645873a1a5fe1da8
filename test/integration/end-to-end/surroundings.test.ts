import { execFile } from 'node:child_process'
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { judgeLines, makeNumberedLine } from '../../helpers/files/numbered-lines.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { type Shipping, startShipping } from '../../helpers/process/shipping.ts'
import { until } from '../../helpers/time/until.ts'

async function appendLines(shipping: Shipping, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) await appendFile(join(shipping.logs, 'app.log'), `${makeNumberedLine(i)}\n`)
}

async function holdsEachOnce(t: ExecutionContext, shipping: Shipping, count: number): Promise<void> {
  await shipping.waitForCount(count)
  t.deepEqual(judgeLines(await shipping.readMessages(), count), { twice: 0, strange: [], missing: [] })
  await addsUpIn(t, shipping.agent)
}

for (const level of ['info', 'debug']) {
  test(`an agent that follows its own log, and that of its collector, at level ${level}, writes no line about each line`, async t => {
    const shipping = await startShipping(t, {
      patterns: ['*.out'],
      agent: { log: { level }, pollInterval: '200ms' },
    })
    await shipping.startAgent()
    await shipping.waitForMessage('following files')
    const polls = async () => (await shipping.agent.readMetrics()).get('forwarder_polls_total') ?? 0
    const waitForPolls = async (count: number) => {
      const from = await polls()
      await until(async () => (await polls()) >= from + count, `it has looked ${count} times`)
    }
    await waitForPolls(10)
    const lines = (await shipping.readLog()).length
    await waitForPolls(10)
    const more = (await shipping.readLog()).length - lines
    t.true(more <= (level === 'debug' ? 80 : 3), `${more} lines in ten looks, after ${lines}`)
    const messages = await shipping.readMessages()
    t.is(new Set(messages).size, messages.length)
    await addsUpIn(t, shipping.agent)
  })
}

/** The process that is the first one of the namespace. */
async function findInitOf(shipping: Shipping): Promise<number> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  for (const pid of pids) {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') // it has ended
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    if (words.includes(join(shipping.dir, 'agent.json')) && /^NSpid:\t\d+\t1$/m.test(status)) return Number(pid)
  }
  return 0
}

test('an agent that is process 1 of a container starts again after each kill, although the same process id is in its lock', async t => {
  const shipping = await startShipping(t, { within: 'unshare --pid --fork --kill-child --mount-proc' })
  for (let round = 0; round < 3; round++) {
    await appendLines(shipping, round * 10, round * 10 + 5)
    await shipping.startAgent()
    t.is(await shipping.readPid(), 1)
    await appendLines(shipping, round * 10 + 5, round * 10 + 10)
    await shipping.waitForCount(round * 10 + 10)
    if (round < 2) await shipping.agent.kill()
    await until(async () => round === 2 || (await findInitOf(shipping)) === 0, 'the container has ended')
  }
  await holdsEachOnce(t, shipping, 30)
  const args = [
    '--pid',
    '--fork',
    '--mount-proc',
    'bin/forwarder',
    'agent',
    '--config',
    join(shipping.dir, 'agent.json'),
  ]
  const second = await promisify(execFile)('unshare', args).then(
    () => 'it has ended well',
    (error: { stderr: string; stdout: string }) => error.stderr + error.stdout,
  )
  t.regex(second, /in use|another|already/i)
  process.kill(await findInitOf(shipping), 'SIGTERM')
  t.is(await shipping.agent.stop(), 0)
})

const LIBFAKETIME = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketime.so.1`

/** The wall clock of the processes is as far off as a file has it; the clock that no one can set is not. */
function fakeClock(file: string): string {
  const settings = [
    `FAKETIME_TIMESTAMP_FILE=${file}`,
    'FAKETIME_NO_CACHE=1',
    'FAKETIME_DONT_FAKE_MONOTONIC=1',
    'NO_FAKE_STAT=1',
  ]
  return `env LD_PRELOAD=${LIBFAKETIME} ${settings.join(' ')}`
}

const DAY_S = 86_400

async function setClock(file: string, days: number): Promise<void> {
  await writeFile(file, `${days < 0 ? '' : '+'}${days * DAY_S}\n`)
}

const jumps = [0, -1, 400, -3000, 7, 0]

test('each line arrives once, and none is purged, although the clocks of the agent and of the collector jump by days and years', async t => {
  const dir = await makeTempDir(t)
  const [clock, collectorClock] = [join(dir, 'clock'), join(dir, 'collector-clock')] as const
  await Promise.all([clock, collectorClock].map(async path => await setClock(path, 0)))
  const within = { within: fakeClock(clock), collectorWithin: fakeClock(collectorClock) }
  const shipping = await startShipping(t, { ...within, store: { retention: { age: '7d' } } })
  await shipping.startAgent()
  for (const [i, days] of jumps.entries()) {
    await setClock(clock, days)
    await setClock(collectorClock, jumps.at(-i - 2) ?? 0)
    await appendLines(shipping, i * 10, i * 10 + 10)
    await shipping.waitForCount(i * 10 + 10)
    if (i !== 4) continue // a certificate is valid at this time
    t.is(await shipping.agent.stop(), 0)
    await shipping.startAgent()
  }
  const days = new Set(
    (await shipping.readStored()).map(({ fields }) => countDaysFromNow(String(fields['@timestamp']))),
  )
  t.true(
    [-1, 400, -3000].every(jump => days.has(jump)),
    `the clock did not jump: ${[...days].join(', ')}`,
  )
  await holdsEachOnce(t, shipping, jumps.length * 10)
})

function countDaysFromNow(time: string): number {
  return Math.round((Date.parse(time) - Date.now()) / 1000 / DAY_S)
}
