import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { criLine, dockerLine, recordsOf, type WrittenLine } from '../../helpers/files/container-lines.ts'
import { write } from '../../helpers/files/container-records.ts'
import { type Shipping, type ShippingOptions, startShipping } from '../../helpers/process/shipping.ts'

const POD = 'logs/pods/shop_web-1_0a-1b/nginx'
/** With the names of rotated files: one that comes and is renamed while no agent runs is on no record. */
const patterns = ['logs/pods/*/*/*.log*', 'logs/*.log']

const line = (text: string, change: Partial<WrittenLine> = {}): WrittenLine => {
  return { stream: 'stdout', text, isPartial: false, timeMs: 1_700_000_000_123, nanos: 456_789, ...change }
}
const part = (text: string) => line(text, { isPartial: true })
const errors = (text: string) => line(text, { stream: 'stderr', nanos: 0 })

async function start(t: ExecutionContext, group: ShippingOptions['group'] = { format: 'cri' }) {
  const shipping = await startShipping(t, { patterns, group })
  const path = join(shipping.dir, POD, '0.log')
  await mkdir(dirname(path), { recursive: true })
  return { shipping, path, add: (...parts: Parameters<typeof write>[0]) => appendFile(path, write(parts, 'cri')) }
}

async function eventsOf(shipping: Shipping) {
  return (await shipping.readStored()).map(({ message, flags, fields }) => {
    return [message, fields['stream'], fields['@timestamp'], ...flags]
  })
}

for (const wireForm of ['auto', 'lumberjack']) {
  test(`records of a container are the same documents in the wire form ${wireForm}, with its times and names`, async t => {
    const { shipping, add } = await start(t)
    await shipping.changeAgent(config => ({ ...config, network: { ...(config['network'] as object), wireForm } }))
    await shipping.startAgent()
    await add(
      part('one '),
      errors('e "\\'),
      part('two '),
      line(Buffer.from('thrée\r').toString('latin1')),
      'damaged',
      line(''),
      line('last'),
    )
    await shipping.waitForCount(5)
    const nanos = '2023-11-14T22:13:20.123456789Z'
    const stored = await shipping.readStored()
    const damagedTime = stored[2]?.fields['@timestamp']
    t.deepEqual(await eventsOf(shipping), [
      ['one two thrée', 'stdout', nanos],
      ['e "\\', 'stderr', '2023-11-14T22:13:20.123Z'],
      ['damaged', undefined, damagedTime, 'damaged'],
      ['', 'stdout', nanos],
      ['last', 'stdout', nanos],
    ])
    t.deepEqual(stored[0]?.fields['kubernetes'], {
      namespace: 'shop',
      pod: { name: 'web-1', uid: '0a-1b' },
      container: { name: 'nginx' },
    })
    t.deepEqual(stored[0]?.fields['container'], { name: 'nginx' })
    await addsUpIn(t, shipping.agent)
    t.is((await shipping.agent.readMetrics()).get('forwarder_damaged_lines_total'), 1)
  })
}

test('records of a container that were sent before a kill are the same after it, although the settings changed', async t => {
  const { shipping, add, path } = await start(t, { format: 'cri', maxLineBytes: '64B' })
  await shipping.startAgent()
  await add(line('first'))
  await shipping.waitForCount(1)
  await shipping.collector.stop()
  const long = Array.from({ length: 9 }, (_, i) => part(String(i).repeat(20)))
  await add(part('a'), errors('e'), line('b'), ...long, line('end'), part('open'))
  await sleep(2500)
  await shipping.agent.kill()
  await shipping.changeAgent(config => ({
    ...config,
    files: (config['files'] as object[]).map(group => ({ ...group, format: 'plain', encoding: 'koi8-r' })),
  }))
  await shipping.startCollector()
  await shipping.startAgent()
  // The partial line that was open is a plain line now.
  await shipping.waitForCount(7)
  const messages = await shipping.readMessages()
  t.deepEqual(messages.slice(0, 3), ['first', 'ab', 'e'])
  t.regex(messages[6] ?? '', / stdout P open$/)
  t.is(messages.slice(3, 6).join(''), `${long.map(({ text }) => text).join('')}end`)
  t.is(new Set((await shipping.readStored()).map(({ id }) => id)).size, (await shipping.readStored()).length)
  t.true(path.endsWith('0.log'))
})

test('all records of a container come once, while its file is rotated and the agent is stopped and killed', async t => {
  const { shipping, path, add } = await start(t, { format: 'auto' })
  await shipping.startAgent()
  const all: WrittenLine[] = []
  for (let round = 0; round < 6; round++) {
    const lines = Array.from({ length: 200 }, (_, i) =>
      line(`round ${round} line ${i}`, { isPartial: i % 3 === 0, stream: i % 2 === 0 ? 'stdout' : 'stderr' }),
    )
    const ends = [line(`out ${round}`), errors(`err ${round}`)]
    all.push(...lines, ...ends)
    await add(...lines, ...ends)
    if (round % 2 === 1) {
      await rename(path, `${path}.2026112${round}-210000`)
      await writeFile(path, '')
    }
    if (round === 2) await shipping.agent.kill()
    if (round === 4) await shipping.agent.stop()
    if (round === 2 || round === 4) await shipping.startAgent()
  }
  const expected = recordsOf(write(all, 'cri'), 'cri').map(({ text, stream }) => `${stream} ${text}`)
  await shipping.waitForCount(expected.length)
  const seen = (await shipping.readStored()).map(({ message, fields }) => `${String(fields['stream'])} ${message}`)
  t.deepEqual(seen.toSorted(compare), expected.toSorted(compare))
  await addsUpIn(t, shipping.agent)
})

test('each file of several formats is read as its first lines are, and the choice is logged once', async t => {
  const { shipping, add } = await start(t, { format: 'auto' })
  await writeFile(join(shipping.logs, 'docker.log'), Buffer.concat([dockerLine(part('a')), dockerLine(line('b'))]))
  await writeFile(join(shipping.logs, 'plain.log'), 'c\n'.repeat(20))
  await add(line('d'))
  await shipping.startAgent()
  await shipping.waitForCount(22)
  await shipping.agent.stop()
  await shipping.startAgent()
  await appendFile(join(shipping.logs, 'plain.log'), criLine(line('e')))
  await shipping.waitForCount(23)
  const messages = (await shipping.readMessages()).filter(text => text.length < 3)
  t.deepEqual([...new Set(messages)].toSorted(compare), ['ab', 'c', 'd'])
  t.is((await shipping.readLog()).filter(({ message }) => message === 'found a file format').length, 3)
})

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
