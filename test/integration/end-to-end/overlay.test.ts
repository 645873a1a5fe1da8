import { appendFile, rename, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { history, toText } from '../../helpers/files/followed.ts'
import { mountOverlay } from '../../helpers/files/overlay-mount.ts'
import { type Shipping, startShipping } from '../../helpers/process/shipping.ts'
import { until } from '../../helpers/time/until.ts'

interface Row {
  readonly law: string
  /** Of the log in the image. */
  readonly first: readonly string[]
  /** First written while the agent is stopped. */
  readonly whileStopped: readonly string[]
}

const rows: readonly Row[] = [
  {
    law: 'each line of a log that came with the image of a container is stored once, before and after its first write',
    first: ['one', 'two', 'three'],
    whileStopped: [],
  },
  {
    law: 'each line of a log of more than a kilobyte that came with the image of a container is stored once',
    first: history,
    whileStopped: ['other.log'],
  },
]

/** The agent looks a few times more. */
async function waitForLooks(shipping: Shipping): Promise<void> {
  const polls = async () => (await shipping.agent.readMetrics()).get('forwarder_polls_total') ?? 0
  const from = await polls()
  await until(async () => (await polls()) >= from + 4, 'it has looked again')
}

async function startOnOverlay(t: ExecutionContext, first: readonly string[]) {
  const overlay = await mountOverlay(t, async image => {
    for (const name of ['app.log', 'other.log', 'idle.log'])
      await writeFile(join(image, name), toText(first.map(line => `${line} of ${name}`)))
  })
  const files = [{ paths: [join(overlay.path, '*.log')] }]
  const { within, outside } = overlay
  return { outside, shipping: await startShipping(t, { within, agent: { files, pollInterval: '200ms' } }) }
}

for (const { law, first, whileStopped } of rows) {
  test(law, async t => {
    const { shipping, outside } = await startOnOverlay(t, first)
    const path = join(outside, 'app.log')
    await shipping.startAgent()
    await shipping.waitForCount(3 * first.length)
    await addsUpIn(t, shipping.agent)
    const before = await stat(path)
    await appendFile(path, 'four\nfive\n')
    const after = await stat(path)
    t.true(before.ino === after.ino && before.birthtimeMs !== after.birthtimeMs, 'it was not copied up')
    await appendFile(path, 'six\n')
    await waitForLooks(shipping)
    await shipping.waitForCount(3 * first.length + 3)
    t.is(await shipping.agent.stop(), 0)
    await appendFile(path, 'seven\n')
    for (const name of whileStopped) await appendFile(join(outside, name), `stopped: ${name}\n`)
    await shipping.startAgent()
    await shipping.waitForCount(3 * first.length + 4 + whileStopped.length)
    await waitForLooks(shipping)
    await addsUpIn(t, shipping.agent)
    const messages = await shipping.readMessages()
    const own = ['app.log', 'other.log', 'idle.log'].flatMap(name => first.map(line => `${line} of ${name}`))
    const added = ['four', 'five', 'six', 'seven', ...whileStopped.map(name => `stopped: ${name}`)]
    t.deepEqual(messages.toSorted(), [...own, ...added].toSorted())
    const launched = (await shipping.readLog()).filter(({ message }) => message === 'Launching harvester on new file')
    const paths = launched.map(line => String(line['path']))
    t.is(new Set(paths).size, paths.length, 'a file is found once')
    t.is((await shipping.agent.readMetrics()).get('forwarder_registry_files'), 3)
  })
}

test('a log that came with the image of a container is followed through a rotation and a truncation after its first write', async t => {
  const { shipping, outside } = await startOnOverlay(t, history)
  const path = join(outside, 'app.log')
  await shipping.startAgent()
  await shipping.waitForCount(3 * history.length)
  await appendFile(path, 'before the rotation\n')
  await rename(path, join(outside, 'app-1.log'))
  await writeFile(path, 'after the rotation\n')
  await appendFile(join(outside, 'other.log'), 'before the truncation\n')
  await shipping.waitForCount(3 * history.length + 3)
  await truncate(join(outside, 'other.log'))
  await appendFile(join(outside, 'other.log'), 'after the truncation\n')
  await shipping.waitForCount(3 * history.length + 4)
  await waitForLooks(shipping)
  const messages = await shipping.readMessages()
  t.is(new Set(messages).size, 3 * history.length + 4)
  t.is(messages.length, 3 * history.length + 4)
  t.is((await addsUpIn(t, shipping.agent)).lost.truncated, 0)
})
