import test, { type ExecutionContext } from 'ava'
import { serveConnection } from '../../../../src/lumberjack/receive/connection.ts'
import { createReceiverContext } from '../../../../src/lumberjack/receive/receiver-context.ts'
import { type ReceiverLimits, DEFAULT_RECEIVER_LIMITS } from '../../../../src/lumberjack/receive/receiver-contract.ts'
import { encodeWindowFrame } from '../../../../src/lumberjack/wire/frames.ts'
import { FakeSocket } from '../../../helpers/lumberjack/fake-sockets.ts'
import { KeepingSink } from '../../../helpers/lumberjack/receivers.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { until } from '../../../helpers/time/until.ts'

const WINDOWS = 5000

function serve(t: ExecutionContext, limits: Partial<ReceiverLimits> = {}) {
  const socket = new FakeSocket()
  const log = makeRecordingLog()
  const never = new AbortController().signal
  const context = createReceiverContext(
    {
      listen: [],
      sink: new KeepingSink(),
      keepaliveMs: 1,
      log,
      limits: { ...DEFAULT_RECEIVER_LIMITS, rejectDelayMs: 1, ...limits },
    },
    { stop: never, giveUp: never, drain: never },
  )
  t.teardown(() => socket.destroy())
  const client = { socket: socket.asSocket, transport: socket.asSocket, peer: 'c', network: 'c', name: undefined }
  const served = serveConnection(client, context)
  for (let i = 0; i < WINDOWS; i++) socket.push(encodeWindowFrame(2, 0))
  return { socket, context, served, log }
}

test('a client that does not read its acks is not read, and read again once it does', async t => {
  const { socket, context } = serve(t)
  await until(() => socket.writableLength > 600, 'as many acks as may be unread have been written')
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => void setImmediate(resolve))
  t.true(context.counts.acks < 120, `${context.counts.acks} acks were written`)
  t.true(socket.writableLength < 720, `${socket.writableLength} bytes wait`)
  socket.startReading()
  await until(() => context.counts.acks === WINDOWS, 'all windows are acked')
  t.is(socket.heard.length, 6 * WINDOWS)
})

test('a client that leaves its acks unread for longer than its silence may last is disconnected', async t => {
  const { socket, context, served, log } = serve(t, { silenceMs: 20 })
  await until(() => socket.writableEnded, 'the connection is ended')
  t.true(context.counts.acks < 120)
  t.is(log.lines.find(({ level }) => level === 'warn')?.fields['code'], 'acks_unread')
  socket.destroy()
  await served
})
