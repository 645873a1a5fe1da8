import test from 'ava'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { Variable } from '../../../../src/flow/watched-value.ts'
import type { PublisherSettings } from '../../../../src/lumberjack/send/publisher-contract.ts'
import type { ServerAddress } from '../../../../src/lumberjack/send/servers/server-address.ts'
import { makeCertificates } from '../../../helpers/trust/certificates.ts'
import { makeNumberedBatches, numberedLines } from '../../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../../helpers/lumberjack/publishers.ts'
import {
  type ScriptedConnection,
  type ScriptedServer,
  ackAll,
  startScriptedServer,
} from '../../../helpers/peers/scripted-server.ts'
import { sortedMessagesOf } from '../../../helpers/lumberjack/seen-windows.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { until } from '../../../helpers/time/until.ts'

const addressOf = ({ host, port }: ScriptedServer): ServerAddress => ({ host, port })

/** Holds back the acks of its first connection until they are released; acks all on later ones. */
function makeHolding() {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<string>()
  const script = async (connection: ScriptedConnection, index: number) => {
    if (index > 0) return ackAll(connection)
    connection.socket.on('error', error => ended.resolve(error.message))
    const windows = [await connection.window(), await connection.window()]
    await released
    for (const window of windows) connection.ack(window!.count)
    const surplus = await connection.window()
    ended.resolve(surplus === undefined ? 'end' : 'a window too many')
  }
  return { script, release, ended: ended.promise }
}

const base: PublisherSettings = {
  tls: undefined,
  protocol: 2,
  compressionLevel: 1,
  windowsInFlight: 2,
  timeoutMs: 5000,
  host: 'test-host',
  balance: 'random',
  maxConnectionAgeMs: 0,
}

test('a retired connection finishes its windows while the next one continues, and nothing is sent twice', async t => {
  const holding = makeHolding()
  const server = await startScriptedServer(t, holding.script)
  const publisher = startPublisher(t, [server], base)
  const sent = makeNumberedBatches(6, 2).map(batch => publisher.send(batch))
  await until(() => server.windows.length === 2, 'two windows are on the wire')
  publisher.reconfigure({ ...base, host: 'another-host' })
  await Promise.all(sent.slice(2))
  t.is(publisher.status().windowsAcked, 4, 'the new connection does not wait for the old one')
  holding.release()
  await Promise.all(sent)
  t.is(await holding.ended, 'end', 'closed in good order, without another window')
  t.deepEqual(sortedMessagesOf(server.windows), numberedLines(12).toSorted())
  t.is(publisher.status().eventsResent, 0)
  const hosts = server.windows.map(({ events }) => (events[0]!.fields['host'] as { name: string }).name)
  t.deepEqual(hosts, ['test-host', 'test-host', ...Array(4).fill('another-host')])
  await until(() => publisher.status().links.length === 1, 'the old link is gone')
})

test('a window that a retired connection loses is sent again on the new one', async t => {
  const server = await startScriptedServer(t, async (connection, index) => {
    if (index > 0) return ackAll(connection)
    await connection.window()
    await until(() => server.connectionCount === 2, 'the next one is there')
    connection.socket.destroy()
  })
  const publisher = startPublisher(t, [server], base)
  const sent = publisher.send(makeNumberedBatches(1, 3)[0]!)
  await until(() => server.windows.length === 1, 'the window is on the wire')
  publisher.reconfigure({ ...base, timeoutMs: 4000 })
  await sent
  t.deepEqual(
    server.windows.map(({ count }) => count),
    [3, 3],
  )
})

test('equal settings do not renew the connection', async t => {
  const server = await startScriptedServer(t, ackAll)
  const publisher = startPublisher(t, [server], base)
  await publisher.send(makeNumberedBatches(1, 1)[0]!)
  publisher.reconfigure({ ...base })
  await publisher.send(makeNumberedBatches(1, 1)[0]!)
  t.is(server.connectionCount, 1)
})

test('100 reconfigurations under load deliver every line once', async t => {
  const server = await startScriptedServer(t, ackAll)
  const publisher = startPublisher(t, [server], base)
  const batches = makeNumberedBatches(400, 3)
  const sent: Promise<void>[] = []
  for (const [index, batch] of batches.entries()) {
    sent.push(publisher.send(batch))
    if (index % 4 === 0)
      publisher.reconfigure({ ...base, compressionLevel: (index / 4) % 2, windowsInFlight: 1 + (index % 3) })
    if (index % 10 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  await Promise.all(sent)
  t.deepEqual(sortedMessagesOf(server.windows), numberedLines(1200).toSorted())
  t.is(publisher.status().eventsResent, 0)
})

test('each connection is renewed at a random age from 75 % of the limit on, and nothing is sent twice', async t => {
  const openedAt: number[] = []
  const server = await startScriptedServer(t, connection => {
    openedAt.push(Date.now())
    return ackAll(connection)
  })
  let number = 0
  const random = () => (number++ % 8) / 8
  const publisher = startPublisher(t, [server], { ...base, maxConnectionAgeMs: 40, random })
  const batches = makeNumberedBatches(1000, 1)
  for (let i = 0; openedAt.length < 6; i++) await publisher.send(batches[i % 1000]!)
  const ages = openedAt.slice(1).map((at, index) => at - openedAt[index]!)
  t.true(
    ages.every(age => age >= 29),
    ages.join(),
  )
  const { eventsResent, connectionsLost } = publisher.status()
  t.like({ eventsResent, connectionsLost }, { eventsResent: 0, connectionsLost: 0 })
})

test('a connection whose renewal fails stays in use', async t => {
  const server = await startScriptedServer(t, (connection, index) => (index === 0 ? ackAll(connection) : undefined))
  const servers = new Variable([addressOf(server)])
  const gone = await startScriptedServer(t, ackAll)
  await gone.close()
  const publisher = startPublisher(t, servers, base)
  const [first, second] = makeNumberedBatches(2, 1)
  await publisher.send(first!)
  servers.set([addressOf(gone)])
  await until(() => publisher.status().connectFailures >= 2, 'the other one cannot be reached')
  await publisher.send(second!)
  t.is(server.connectionCount, 1)
})

test('the connection to a server that leaves the list ends when its windows are acked', async t => {
  const holding = makeHolding()
  const old = await startScriptedServer(t, holding.script)
  const fresh = await startScriptedServer(t, ackAll)
  const servers = new Variable([addressOf(old)])
  const publisher = startPublisher(t, servers, base)
  const sent = makeNumberedBatches(5, 1).map(batch => publisher.send(batch))
  await until(() => old.windows.length === 2, 'two windows are on the wire')
  servers.set([addressOf(fresh)])
  await Promise.all(sent.slice(2))
  holding.release()
  await Promise.all(sent)
  t.is(await holding.ended, 'end')
  t.is(publisher.status().eventsResent, 0)
  t.deepEqual(
    [old, fresh].map(({ windows }) => windows.length),
    [2, 3],
  )
})

for (const balance of ['random', 'failover', 'all'] as const) {
  test(`with ${balance}, batches wait without a server, and are sent once one is known`, async t => {
    const servers = new Variable<readonly ServerAddress[]>([])
    const publisher = startPublisher(t, servers, { ...base, balance })
    const sent = publisher.send(makeNumberedBatches(1, 2)[0]!)
    t.is(publisher.status().lastError, 'no collector is known yet')
    t.deepEqual(publisher.status().links, [])
    const server = await startScriptedServer(t, ackAll)
    servers.set([addressOf(server)])
    await sent
    t.is(publisher.status().lastError, undefined)
    t.is(publisher.status().links[0]?.windowsAcked, 1)
  })

  test(`with ${balance}, a list that becomes empty does not end a connection that works`, async t => {
    const server = await startScriptedServer(t, ackAll)
    const servers = new Variable<readonly ServerAddress[]>([addressOf(server)])
    const publisher = startPublisher(t, servers, { ...base, balance })
    await publisher.send(makeNumberedBatches(1, 1)[0]!)
    servers.set([])
    await publisher.send(makeNumberedBatches(1, 1)[0]!)
    t.is(server.connectionCount, 1)
  })
}

test('a list that changes shortens the wait after a failure', async t => {
  const gone = await startScriptedServer(t, ackAll)
  await gone.close()
  const servers = new Variable([addressOf(gone)])
  const backoff = { firstMs: 5, maxMs: 60_000 }
  const publisher = startPublisher(t, servers, { ...base, backoff, random: () => 0.99 })
  const state = () => publisher.status().links[0]?.state
  await until(() => {
    const now = state()
    return now?.kind === 'backing_off' && now.waitMs > 150
  }, 'it waits for longer')
  const server = await startScriptedServer(t, ackAll)
  servers.set([addressOf(server)])
  await publisher.send(makeNumberedBatches(1, 1)[0]!)
  t.is(server.windows.length, 1)
})

test('a server with an address is connected to there, and its certificate must be for the name', async t => {
  const { ca, server } = await makeCertificates(await makeTempDir(t))
  const [cert, key] = await Promise.all([readFile(server.certificate), readFile(server.key)])
  const names: unknown[] = []
  const scripted = await startScriptedServer(
    t,
    connection => {
      names.push((connection.socket as TLSSocket & { servername?: string }).servername)
      return ackAll(connection)
    },
    { tls: { cert, key } },
  )
  const { port } = scripted
  await startPublisher(t, [{ host: 'localhost', port, address: '127.0.0.1' }], { tls: { ca } }).send(
    makeNumberedBatches(1, 1)[0]!,
  )
  t.deepEqual(names, ['localhost'])
  const wrong = startPublisher(t, [{ host: 'other.example', port, address: '127.0.0.1' }], { tls: { ca } })
  await until(() => publisherError(wrong) !== undefined, 'it is refused')
  t.regex(publisherError(wrong) ?? '', /other\.example/)
})

function publisherError(publisher: ReturnType<typeof startPublisher>): string | undefined {
  return publisher.status().links[0]?.lastError
}

test('a renewed client certificate renews established connections, without a resend', async t => {
  const dir = await makeTempDir(t)
  const { ca, server, client } = await makeCertificates(join(dir, 'one'))
  const other = await makeCertificates(join(dir, 'two'))
  const live = { certificate: join(dir, 'live.pem'), key: join(dir, 'live.key') }
  const install = async (pair: { readonly certificate: string; readonly key: string }) => {
    await copyFile(pair.key, live.key)
    await copyFile(pair.certificate, live.certificate)
  }
  await install(client)
  const authorities = await Promise.all([readFile(ca), readFile(other.ca)])
  const [cert, key] = await Promise.all([readFile(server.certificate), readFile(server.key)])
  const seen: string[] = []
  const scripted = await startScriptedServer(
    t,
    connection => {
      seen.push((connection.socket as TLSSocket).getPeerX509Certificate()?.fingerprint256 ?? 'none')
      return ackAll(connection)
    },
    { tls: { cert, key, ca: authorities, requestCert: true, rejectUnauthorized: true } },
  )
  const publisher = startPublisher(t, [scripted], { ...base, tls: { ca, ...live }, tlsRefreshMs: 10 })
  const [batch] = makeNumberedBatches(1, 1)
  await publisher.send(batch!)
  await install(other.client)
  while (seen.length < 2) await publisher.send(batch!)
  t.not(seen[0], seen[1])
  for (let i = 0; i < 20; i++) await publisher.send(batch!)
  t.is(seen.length, 2, 'one change is one renewal')
  const { eventsResent, connectionsLost } = publisher.status()
  t.like({ eventsResent, connectionsLost }, { eventsResent: 0, connectionsLost: 0 })
})
