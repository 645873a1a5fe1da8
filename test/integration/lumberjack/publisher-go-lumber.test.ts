import test, { type ExecutionContext } from 'ava'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { PublisherOptions, RefusedEvent } from '../../../src/lumberjack/send/publisher-contract.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { buildGoProgram } from '../../helpers/peers/go-programs.ts'
import { makeBatch, makeRun } from '../../helpers/lumberjack/line-batches.ts'
import { type LumberSinkOptions, startLumberSink } from '../../helpers/peers/lumber-sink.ts'
import { makeNumberedBatches, numberedLines } from '../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../helpers/lumberjack/publishers.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { patience } from '../../helpers/time/patience.ts'
import { until } from '../../helpers/time/until.ts'

// The receiving side of the program that Filebeat's authors wrote: another hand than ours counts what arrives.

const BATCHES = 40
const LINES = 500

interface Peer {
  readonly sink?: LumberSinkOptions
  readonly change?: Partial<PublisherOptions>
}

async function deliverEverything(t: ExecutionContext, { sink: options, change }: Peer): Promise<void> {
  const sink = await startLumberSink(t, options)
  const publisher = startPublisher(t, [sink], change)
  await Promise.all(makeNumberedBatches(BATCHES, LINES).map(batch => publisher.send(batch)))
  const { events, connections, windows } = await sink.stats()
  t.deepEqual({ events, connections, windows }, { events: BATCHES * LINES, connections: 1, windows: BATCHES })
  const seen = await sink.events()
  t.deepEqual(
    seen.map(event => event['message'] ?? event['line']),
    numberedLines(BATCHES * LINES),
  )
}

for (const protocol of [1, 2] as const)
  for (const compressionLevel of [0, 1, 9])
    test(`go-lumber gets every line once and in order: protocol ${protocol}, compression ${compressionLevel}`, async t => {
      await deliverEverything(t, { sink: { protocols: [protocol] }, change: { protocol, compressionLevel } })
    })

for (const protocol of [1, 2] as const)
  for (const max of ['1.2', '1.3'] as const)
    test(`go-lumber gets every line once over TLS ${max} with certificates on both sides: protocol ${protocol}`, async t => {
      const { ca, server, client } = await makeCertificates(await makeTempDir(t))
      const tls = { ca, certificate: client.certificate, key: client.key }
      const sink = { protocols: [protocol], tls: { cert: server.certificate, key: server.key, ca, max } }
      await deliverEverything(t, { sink, change: { protocol, tls } })
    })

for (const max of ['1.2', '1.3'] as const)
  test(`the error names the setting if a Go server with TLS ${max} requires a client certificate and none is configured`, async t => {
    const { ca, server } = await makeCertificates(await makeTempDir(t))
    const sink = await startLumberSink(t, { tls: { cert: server.certificate, key: server.key, ca, max } })
    const publisher = startPublisher(t, [sink], { tls: { ca } })
    await until(() => publisher.status().links[0]?.lastError !== undefined, 'it has failed')
    t.regex(publisher.status().links[0]?.lastError ?? '', /(demands|may demand) a client certificate/)
    t.is((await sink.stats()).events, 0)
  })

test('the error names the certificate if a Go server refuses it because of another authority', async t => {
  const dir = await makeTempDir(t)
  const { ca, server } = await makeCertificates(dir)
  const { client } = await makeCertificates(`${dir}/other`)
  const sink = await startLumberSink(t, { tls: { cert: server.certificate, key: server.key, ca } })
  const publisher = startPublisher(t, [sink], { tls: { ca, certificate: client.certificate, key: client.key } })
  await until(() => publisher.status().links[0]?.lastError !== undefined, 'it has failed')
  t.regex(publisher.status().links[0]?.lastError ?? '', /refuses the client certificate \S+client-agent\.pem/)
})

test('keep-alives of a slow go-lumber server keep the connection beyond the time limit', async t => {
  const timeoutMs = patience(300)
  const sink = await startLumberSink(t, { delayMs: 2 * timeoutMs, keepaliveMs: 50 })
  const publisher = startPublisher(t, [sink], { timeoutMs })
  await publisher.send(makeNumberedBatches(1, 10)[0]!)
  t.true(publisher.status().keepalives >= 3)
  t.is((await sink.stats()).connections, 1)
})

test('a window that a go-lumber server refuses goes to a server that accepts it', async t => {
  const strict = await startLumberSink(t, { maxWindow: 10 })
  const lenient = await startLumberSink(t)
  const publisher = startPublisher(t, [strict, lenient])
  await publisher.send(makeNumberedBatches(1, 11)[0]!)
  t.is((await strict.stats()).events, 0)
  t.is((await lenient.stats()).events, 11)
})

test('events that go-lumber refuses are passed by, and it gets every other line', async t => {
  const sink = await startLumberSink(t, { maxEvent: 64 * 1024 })
  const refused: number[] = []
  const keepRefused = async ({ offset }: RefusedEvent) => `kept ${refused.push(offset)}`
  const publisher = startPublisher(t, [sink], { keepRefused })
  const large = `${'x'.repeat(64 * 1024)}\n`
  const batches = makeNumberedBatches(4, 100)
  const withLarge = makeBatch([makeRun(['first\n', large, 'second\n', large, 'third\n'])], { sequence: 5 })
  await Promise.all([...batches, withLarge].map(batch => publisher.send(batch)))
  const messages = (await sink.events()).map(event => String(event['message']))
  t.deepEqual([...new Set(messages)].toSorted(), [...numberedLines(400), 'first', 'second', 'third'].toSorted())
  t.deepEqual(
    refused.toSorted((a, b) => a - b),
    [6, 6 + large.length + 7],
  )
})

test('a go-lumber server that takes smaller windows gets every line', async t => {
  const sink = await startLumberSink(t, { maxWindow: 10 })
  const publisher = startPublisher(t, [sink])
  await Promise.all(makeNumberedBatches(2, 35).map(batch => publisher.send(batch)))
  const messages = (await sink.events()).map(event => String(event['message']))
  t.deepEqual([...new Set(messages)].toSorted(), numberedLines(70).toSorted())
  t.is(publisher.status().eventsRefused, 0)
})

test('lines with NUL, invalid UTF-8, quotes or other scripts, and empty lines, arrive', async t => {
  const sink = await startLumberSink(t)
  const lines = ['a\0b\n', Buffer.from('caf\xe9\n', 'latin1'), '"quoted\\" \t\n', '日本語 🦫\n', '\n', 'windows\r\n']
  await startPublisher(t, [sink]).send(makeBatch([makeRun(lines)]))
  const messages = (await sink.events()).map(event => event['message'])
  t.deepEqual(messages, ['a\0b', 'caf\ufffd', '"quoted\\" \t', '日本語 🦫', '', 'windows'])
})

test('a line arrives over protocol 1 with its bytes unchanged', async t => {
  const sink = await startLumberSink(t, { protocols: [1], octets: true })
  const line = Buffer.from('caf\xe9 \0 \xff\n', 'latin1')
  await startPublisher(t, [sink], { protocol: 1 }).send(makeBatch([makeRun([line])]))
  t.deepEqual(
    (await sink.events()).map(event => event['line']),
    ['caf\xe9 \0 \xff'],
  )
})

for (const protocol of [1, 2] as const)
  test(`the example server of go-lumber accepts protocol ${protocol}`, async t => {
    const port = await findFreePort()
    const words = ['-bind', `127.0.0.1:${port}`, '-v1', '-v2']
    const child = spawn(await buildGoProgram('tst-lj'), words, { stdio: ['ignore', 'ignore', 'pipe'] })
    t.teardown(() => child.kill('SIGKILL'))
    let log = ''
    child.stderr.on('data', chunk => (log += chunk))
    const publisher = startPublisher(t, [{ host: '127.0.0.1', port }], { protocol })
    await Promise.all(makeNumberedBatches(5, 100).map(batch => publisher.send(batch)))
    await until(() => log.match(/Received batch of 100 events/g)?.length === 5, 'it has logged five batches')
    t.is(publisher.status().connectionsLost, 0)
  })

/** For a program that cannot report its port. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
