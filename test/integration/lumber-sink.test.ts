import test from 'ava'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { buildGoProgram } from '../helpers/peers/go-programs.ts'
import { LINE_CONTINUED, LINE_CUT, type LineBatch } from '../../src/flow/line-batch.ts'
import { makeBatch, makeOrigin, makeRun } from '../helpers/lumberjack/line-batches.ts'
import { makeNumberedBatches } from '../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../helpers/lumberjack/publishers.ts'
import { makeCertificates } from '../helpers/trust/certificates.ts'
import { makeTempDir } from '../helpers/files/temp-dir.ts'
import { startLumberSink } from '../helpers/peers/lumber-sink.ts'
import { until } from '../helpers/time/until.ts'

// The measuring instrument itself: what other tests conclude from it is worth no more than this.

test('lumber-sink counts and dumps what go-lumber’s own client sends', async t => {
  const sink = await startLumberSink(t)
  const sender = spawn(
    await buildGoProgram('tst-send'),
    ['-c', `127.0.0.1:${sink.port}`, '-batch', '100', '-httpprof', '127.0.0.1:0'],
    { stdio: 'ignore' },
  )
  t.teardown(() => sender.kill('SIGKILL'))
  await until(async () => (await sink.stats()).events >= 1000, 'a thousand events have arrived')
  sender.kill('SIGKILL')
  const { events, windows, connections } = await sink.stop()
  const dumped = await sink.events()
  t.is(dumped.length, events)
  t.is(windows * 100, events)
  t.is(connections, 1)
  t.is(typeof dumped[0]?.['@timestamp'], 'string')
})

test('lumber-sink acks a protocol 1 window and keeps the bytes of its values', async t => {
  const sink = await startLumberSink(t, { protocols: [1], octets: true })
  const socket = connect(sink.port, sink.host)
  t.teardown(() => socket.destroy())
  const window = Buffer.from('1W\0\0\0\u0001', 'latin1')
  const frame = Buffer.from('1D\0\0\0\u0001\0\0\0\u0001\0\0\0\u0004line\0\0\0\u0002é\u00ff', 'latin1')
  socket.write(Buffer.concat([window, frame]))
  const [ack] = await once(socket, 'data')
  t.deepEqual([...ack], [...Buffer.from('1A\0\0\0\u0001', 'latin1')])
  t.deepEqual(await sink.events(), [{ line: 'éÿ' }])
  t.is((await sink.stats()).bytes, 6)
})

test('lumber-sink counts bare lines and the bytes that its sockets received', async t => {
  const sink = await startLumberSink(t, { protocols: ['lines'], count: true })
  const socket = connect(sink.port, sink.host)
  t.teardown(() => socket.destroy())
  for (const text of ['one\ntwo\nth', 'ree', '\n']) socket.write(text)
  await until(async () => (await sink.stats()).events === 3, 'three lines have arrived')
  t.is((await sink.stats()).wireBytes, 14)
})

test('lumber-sink selects our own wire form only where it is asked to, and counts the same events in both', async t => {
  const { ca, server } = await makeCertificates(await makeTempDir(t))
  const batches = [...makeNumberedBatches(20, 500), makeOddBatch()]
  const seen = [true, false].map(async own => {
    const tls = { cert: server.certificate, key: server.key }
    const sink = await startLumberSink(t, { own, count: true, tls })
    const publisher = startPublisher(t, [sink], { tls: { ca } })
    await Promise.all(batches.map(batch => publisher.send(batch)))
    const { state } = publisher.status().links[0]!
    const { events, windows, bytes } = await sink.stats()
    return { form: state.kind === 'connected' && state.form, events, windows, bytes }
  })
  const [own, other] = await Promise.all(seen)
  const byteCount = batches.reduce((sum, batch) => sum + batch.byteCount, 0)
  t.deepEqual(own, { form: 'forwarder/1', events: 10_004, windows: 21, bytes: byteCount })
  t.like(other, { form: 'lumberjack', events: 10_004, windows: 21 })
})

/** Two files, flags, doubt, and more than one frame. */
function makeOddBatch(): LineBatch {
  const flags = Uint8Array.of(LINE_CUT, LINE_CONTINUED)
  const large = makeRun(['x'.repeat(1_000_000), 'y\n'], { flags })
  const other = makeRun(['a\n', `${'z'.repeat(1_000_000)}\n`], { origin: makeOrigin({ path: '/b' }) })
  return makeBatch([large, other], { sequence: 21, doubtfulSinceMs: 1 })
}

test('the trace of lumber-sink has the number of events that had arrived, and when', async t => {
  const trace = join(await makeTempDir(t), 'trace')
  const startedMs = Date.now()
  const sink = await startLumberSink(t, { protocols: ['lines'], count: true, trace })
  const socket = connect(sink.port, sink.host)
  t.teardown(() => socket.destroy())
  for (const events of [2, 4]) {
    socket.write('a line\nanother\n')
    await until(async () => (await sink.stats()).events === events, `${events} lines have arrived`)
  }
  const { lastMs } = await sink.stop()
  const rows = (await readFile(trace, 'utf8')).trimEnd().split('\n')
  const numbers = rows.map(row => row.split(' ').map(Number))
  t.deepEqual(numbers.at(-1), [4, lastMs])
  t.true(numbers.every(([events = 0, timeMs = 0]) => events <= 4 && timeMs >= startedMs && timeMs <= lastMs))
})
