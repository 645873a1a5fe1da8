import test from 'ava'
import { randomBytes } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import { createHook } from 'node:async_hooks'
import { encodeEvents } from '../../../../src/lumberjack/wire/encoder.ts'
import { makeDelivery } from '../../../../src/lumberjack/send/queue/delivery-queue.ts'
import { SpareBuffers, encodeWindow, freeFrames } from '../../../../src/lumberjack/send/window-frames.ts'
import { makeBatch, makeRun } from '../../../helpers/lumberjack/line-batches.ts'
import { makeNumberedBatches } from '../../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../../helpers/lumberjack/publishers.ts'
import { ByteSource } from '../../../helpers/lumberjack/seen-windows.ts'
import { ackFrame, type ScriptedConnection, startScriptedServer } from '../../../helpers/peers/scripted-server.ts'

test('a spare buffer is used again where it is large enough', t => {
  const spare = new SpareBuffers()
  const first = spare.take(100)
  t.is(first.length, 100)
  spare.give(first)
  t.is(spare.take(60), first)
  t.not(spare.take(60), first)
})

test('a spare buffer that is too small is kept, and a new one is made', t => {
  const spare = new SpareBuffers()
  const small = Buffer.alloc(10)
  spare.give(small)
  t.is(spare.take(11).length, 11)
  t.is(spare.take(10), small)
})

test('at most three spare buffers are kept', t => {
  const spare = new SpareBuffers()
  const all: Buffer[] = [1, 2, 3, 4].map(() => Buffer.alloc(10))
  for (const buffer of all) spare.give(buffer)
  const taken = [1, 2, 3, 4].map(() => spare.take(10))
  t.deepEqual(taken.map(buffer => all.indexOf(buffer)), [1, 2, 3, -1]) // prettier-ignore
})

const lines = Array.from({ length: 4000 }, () => `${randomBytes(40).toString('hex')}\n`)
const options = { protocol: 2, host: 'h' } as const

test('the memory of a compressed window is given back once it is written', async t => {
  const delivery = makeDelivery(makeBatch([makeRun(lines)]))
  const frames = await encodeWindow(
    delivery,
    { ...options, compressionLevel: 1 },
    { spare: new SpareBuffers(), zstd: undefined },
  )
  const [window, header, ...parts] = frames
  t.is(inflateSync(Buffer.concat(parts)).length, encodeEvents(delivery.batch, options).frames.length)
  freeFrames(frames)
  t.deepEqual([window!.length, header!.length], [6, 6])
  t.true(parts.length > 1 && parts.every(({ length, buffer }) => length === 0 && buffer.byteLength === 0))
})

test('the memory of frames that are sent as they are stays with them', async t => {
  const delivery = makeDelivery(makeBatch([makeRun(lines)]))
  const frames = await encodeWindow(
    delivery,
    { ...options, compressionLevel: 0 },
    { spare: new SpareBuffers(), zstd: undefined },
  )
  freeFrames(frames)
  t.true(frames[1]!.length > 4096)
})

/** Acks each window without inflating it. */
async function ackUnread({ socket }: ScriptedConnection): Promise<void> {
  const bytes = new ByteSource(socket)
  for (let window = await bytes.take(6); window !== undefined; window = await bytes.take(6)) {
    const header = await bytes.take(6)
    if (header !== undefined) await bytes.take(header.readUInt32BE(2))
    socket.write(ackFrame(window.readUInt32BE(2)))
  }
}

test.serial('at most two windows of a connection are compressed at a time', async t => {
  const live = new Set<number>()
  let most = 0
  const hook = createHook({
    init: (id, type) => void (type === 'ZLIB' && live.add(id)),
    before: id => void live.delete(id),
  })
  const watch = setInterval(() => (most = Math.max(most, live.size)))
  const server = await startScriptedServer(t, ackUnread)
  const publisher = startPublisher(t, [server], { windowsInFlight: 8 })
  hook.enable()
  t.teardown(() => {
    hook.disable()
    clearInterval(watch)
  })
  await Promise.all(makeNumberedBatches(40, 1000).map(batch => publisher.send(batch)))
  t.is(most, 2)
})
