import { appendFile, copyFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { type Shipping, startShipping, type StoredLine } from '../../helpers/process/shipping.ts'

const multiline = { pattern: '^\\s', timeout: '1s' }
const longMultiline = { ...multiline, timeout: '1m' }

/** The message and flags of each event, without what differs from run to run. */
const seen = (lines: readonly StoredLine[]) => lines.map(({ message, flags }) => [message, ...flags])

async function write(shipping: Shipping, text: string, name = 'app.log'): Promise<void> {
  await appendFile(join(shipping.logs, name), text)
}

const TRACE = 'ERROR one\n\tat a\n\tat b\n'
const TRACE_EVENT = ['ERROR one\n\tat a\n\tat b', 'multiline'] as const

for (const wireForm of ['auto', 'lumberjack']) {
  test(`records of several lines, and those that are left out, are the same events in the wire form ${wireForm}`, async t => {
    const group = { multiline, excludeLines: ['secret'], tags: ['a', 'b'] }
    const shipping = await startShipping(t, { group })
    await shipping.changeAgent(config => ({ ...config, network: { ...(config['network'] as object), wireForm } }))
    await shipping.startAgent()
    await write(shipping, `${TRACE}two\r\n\tc\r\n\td\r\nthree\nfour\n\tsecret\n\n\tq\nfive é\n \u0000\u2028"\\\nlast\n`)
    await shipping.waitForCount(6)
    const stored = await shipping.readStored()
    t.deepEqual(seen(stored), [
      [...TRACE_EVENT],
      ['two\r\n\tc\r\n\td', 'multiline'],
      ['three'],
      ['\n\tq', 'multiline'],
      ['five é\n \u0000\u2028"\\', 'multiline'],
      ['last'],
    ])
    t.deepEqual(stored[0]!.fields['tags'], ['a', 'b'])
    t.deepEqual(
      stored.map(({ id, offset }) => id.endsWith(`-${offset}`)),
      stored.map(() => true),
    )
    const bytes = await addsUpIn(t, shipping.agent)
    t.is(bytes.skipped, 'four\n\tsecret\n'.length)
    t.is((await shipping.agent.readMetrics()).get('forwarder_records_left_out_total'), 1)
  })
}

test('a record is not cut where its file is renamed, as long as its writer writes on', async t => {
  const shipping = await startShipping(t, { group: { multiline } })
  await shipping.startAgent()
  await write(shipping, 'ERROR one\n\tat a\n')
  await rename(join(shipping.logs, 'app.log'), join(shipping.logs, 'app.log.1'))
  await write(shipping, '\tat b\n', 'app.log.1')
  await write(shipping, 'new\n')
  await shipping.waitForCount(2)
  const messages = await shipping.readMessages()
  t.deepEqual(
    messages.toSorted((one, other) => other.length - one.length),
    [TRACE_EVENT[0], 'new'],
  )
})

test('a record is not cut where its file is copied and truncated', async t => {
  const shipping = await startShipping(t, { group: { multiline: { ...multiline, timeout: '3s' } } })
  await shipping.startAgent()
  await write(shipping, `${'x'.repeat(2000)}\n${TRACE}`)
  await shipping.waitForCount(1)
  await copyFile(join(shipping.logs, 'app.log'), join(shipping.logs, 'app.log.1'))
  await truncate(join(shipping.logs, 'app.log'))
  await write(shipping, 'new\n')
  await shipping.waitForCount(3)
  const [long, ...others] = seen(await shipping.readStored()).toSorted((a, b) => b[0]!.length - a[0]!.length)
  t.is(long![0]!.length, 2000)
  t.deepEqual(others, [[...TRACE_EVENT], ['new']])
})

test('an open record is not sent when the agent stops, and is whole after the next start', async t => {
  const shipping = await startShipping(t, { group: { multiline: longMultiline } })
  await shipping.startAgent()
  await write(shipping, 'first\nERROR one\n\tat a\n')
  await shipping.waitForCount(1)
  await shipping.agent.stop()
  await write(shipping, '\tat b\nnext\nlast\n')
  await shipping.startAgent()
  await shipping.waitForCount(3)
  t.deepEqual(seen(await shipping.readStored()), [['first'], [...TRACE_EVENT], ['next']])
})

test('records that were sent before a kill are the same after it, although the settings changed', async t => {
  const shipping = await startShipping(t, { group: { multiline, excludeLines: ['secret'] } })
  const collector = shipping.collector
  await shipping.startAgent()
  await write(shipping, 'first\nlast\n')
  await shipping.waitForCount(2)
  await collector.stop()
  await write(shipping, `${TRACE}secret\ntwo\n`)
  await sleep(2500)
  await shipping.agent.kill()
  await shipping.changeAgent(config => ({
    ...config,
    files: (config['files'] as object[]).map(group => ({
      ...group,
      multiline: undefined,
      excludeLines: ['two', 'at'],
    })),
  }))
  await shipping.startCollector()
  await shipping.startAgent()
  await write(shipping, 'three\n\tat c\nfour\n')
  await shipping.waitForCount(6)
  const stored = await shipping.readStored()
  t.deepEqual(seen(stored), [['first'], ['last'], [...TRACE_EVENT], ['two'], ['three'], ['four']])
  t.is(new Set(stored.map(({ id }) => id)).size, 6)
  await addsUpIn(t, shipping.agent)
})

test('an agent whose rules leave out every line reads on, and a restart does not read it again', async t => {
  const shipping = await startShipping(t, { group: { includeLines: ['^keep'] } })
  await shipping.startAgent()
  await writeFile(join(shipping.logs, 'app.log'), 'drop this line\n'.repeat(100_000))
  const bytes = await addsUpIn(t, shipping.agent)
  t.is(bytes.skipped, 1_500_000)
  await shipping.agent.stop()
  await shipping.startAgent()
  await write(shipping, 'keep\n')
  await shipping.waitForCount(1)
  t.is((await addsUpIn(t, shipping.agent)).seen, 5)
})
