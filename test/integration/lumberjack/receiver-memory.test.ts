import test, { type ExecutionContext } from 'ava'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventBatch } from '../../../src/flow/event-batch.ts'
import { encodeWindowFrame } from '../../../src/lumberjack/wire/frames.ts'
import { compressedFrame, forwarderWindow, jsonFrame, u32 } from '../../helpers/lumberjack/frames.ts'
import { startTestReceiver } from '../../helpers/lumberjack/receivers.ts'
import { type RawClient, connectRaw } from '../../helpers/peers/raw-client.ts'
import { patience } from '../../helpers/time/patience.ts'
import { until } from '../../helpers/time/until.ts'

const MiB = 1024 * 1024
const within = async (condition: () => boolean, what: string) => await until(condition, what, 8000)

/** Never done with events that say `held`, unless they are given up. */
const holdingSink = {
  async deliver({ events }: EventBatch, giveUp: AbortSignal): Promise<void> {
    const isHeld = events.some(({ bytes, start }) => bytes.toString('latin1', start, start + 60).includes('held'))
    if (!isHeld) return
    giveUp.throwIfAborted()
    await new Promise((_resolve, reject) => giveUp.addEventListener('abort', () => reject(giveUp.reason as Error)))
  },
}

function windowOfTexts(texts: readonly string[]): Buffer {
  const frames = texts.map((message, i) => jsonFrame(i + 1, JSON.stringify({ message })))
  return Buffer.concat([encodeWindowFrame(2, texts.length), compressedFrame(2, ...frames)])
}

/** The largest windows that senders write with their defaults, of lines that do not compress well. */
const WINDOWS = {
  'our agent': windowOfTexts(Array.from({ length: 2048 }, () => randomBytes(256).toString('hex'))),
  Filebeat: windowOfTexts(Array.from({ length: 2048 }, () => randomBytes(700).toString('hex'))),
  'logstash-forwarder': forwarderWindow(
    1,
    Array.from({ length: 1024 }, () => randomBytes(500).toString('hex')),
  ),
}

async function isWhollyAcked(client: RawClient, window: Buffer): Promise<boolean> {
  const count = window.readUInt32BE(2)
  client.send(window)
  await within(
    () => client.heard.length >= 6 && client.heard.readUInt32BE(client.heard.length - 4) === count,
    'it is acked',
  )
  return !client.isOver
}

async function fill(t: ExecutionContext, port: number): Promise<void> {
  const held = windowOfTexts(Array.from({ length: 4 }, () => `held ${'x'.repeat(15.9 * MiB)}`))
  for (let i = 0; i < 3; i++) (await connectRaw(t, port)).send(held, held)
}

for (const [sender, window] of Object.entries(WINDOWS))
  test.serial(`the largest window of ${sender} is acked, whatever others hold`, async t => {
    const { port, receiver } = await startTestReceiver(t, { sink: holdingSink })
    await fill(t, port)
    await within(() => receiver.status().bytesInFlight > 150 * MiB, 'much is held')
    t.true(await isWhollyAcked(await connectRaw(t, port), window))
  })

test.serial('when many who each hold a little fill the memory, the one that is held longest gives way', async t => {
  const { port, receiver } = await startTestReceiver(t, { sink: holdingSink, limits: { bytesInFlight: 16 * MiB } })
  const held = windowOfTexts([`held ${'x'.repeat(MiB / 2)}`])
  const clients: RawClient[] = []
  for (let i = 0; i < 60; i++) {
    const client = await connectRaw(t, port)
    client.send(held)
    clients.push(client)
  }
  await within(() => receiver.status().bytesInFlight > 12 * MiB, 'they hold much')
  await sleep(patience(300)) // until they have all that they can get
  t.true(await isWhollyAcked(await connectRaw(t, port), windowOfTexts(['one line'])))
  t.true(receiver.status().connectionsGivingWay > 0)
  t.true(clients.some(({ isOver }) => isOver))
})

test('announcements of any size take nothing', async t => {
  const { port, receiver } = await startTestReceiver(t)
  for (let i = 0; i < 8; i++) {
    const client = await connectRaw(t, port)
    client.send(encodeWindowFrame(2, 1), Buffer.from('2C'), u32(31 * MiB), Buffer.from('x'))
  }
  await within(() => receiver.status().windows === 8, 'all windows have begun')
  t.true(receiver.status().bytesInFlight < 1000)
  t.true(await isWhollyAcked(await connectRaw(t, port), WINDOWS.Filebeat))
})

test('clients that leave windows behind add up to no more than the account', async t => {
  const limits = { bytesInFlight: 4 * MiB, rejectDelayMs: 1 }
  const { port, receiver } = await startTestReceiver(t, { sink: holdingSink, limits })
  const held = windowOfTexts(Array.from({ length: 380 }, () => `held ${'x'.repeat(1000)}`))
  let most = 0
  for (let i = 1; i <= 60; i++) {
    const client = await connectRaw(t, port)
    client.send(held)
    await within(() => receiver.status().windows >= i, `window ${i} has come`)
    client.socket.resetAndDestroy()
    most = Math.max(most, receiver.status().bytesInFlight)
  }
  t.true(most < 5 * MiB, `${most} bytes`)
  t.true(await isWhollyAcked(await connectRaw(t, port), windowOfTexts(['one line'])))
})

for (const [outcome, isFreed] of [
  ['is delivered is given back', true],
  ['is rejected, and may still be being sent, stays', false],
] as const)
  test.serial(`the memory of a batch that ${outcome}`, async t => {
    const kept: Buffer[] = []
    const sink = {
      async deliver({ events }: EventBatch): Promise<void> {
        kept.push(...events.map(({ bytes }) => bytes))
        await sleep(0)
        if (!isFreed) throw new Error('as it was asked to')
      },
    }
    const { port } = await startTestReceiver(t, { sink })
    const client = await connectRaw(t, port)
    client.send(windowOfTexts(['x'.repeat(MiB)]))
    await within(() => client.heard.length === 6 || client.isOver, 'it is over')
    t.deepEqual(
      kept.map(({ length }) => length > 0),
      [!isFreed],
    )
  })
