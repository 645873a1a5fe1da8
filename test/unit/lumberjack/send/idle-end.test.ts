import test, { type ExecutionContext } from 'ava'
import { readFile } from 'node:fs/promises'
import type { TlsOptions } from 'node:tls'
import type { ClientTls } from '../../../../src/tls/client-tls.ts'
import { makeCertificates } from '../../../helpers/trust/certificates.ts'
import { makeNumberedBatches } from '../../../helpers/lumberjack/numbered-batches.ts'
import { type TestPublisher, startPublisher } from '../../../helpers/lumberjack/publishers.ts'
import {
  type ScriptedConnection,
  type ScriptedServer,
  ackAll,
  ackFrame,
  startScriptedServer,
} from '../../../helpers/peers/scripted-server.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { until } from '../../../helpers/time/until.ts'

interface Transport {
  readonly server: { readonly tls?: TlsOptions }
  readonly client: ClientTls | undefined
}

const transports: Record<string, (t: ExecutionContext) => Promise<Transport>> = {
  'in plain text': async () => ({ server: {}, client: undefined }),
  'over TLS': async t => {
    const { ca, server } = await makeCertificates(await makeTempDir(t))
    const [cert, key] = await Promise.all([readFile(server.certificate), readFile(server.key)])
    return { server: { tls: { cert, key } }, client: { ca } }
  },
}

/** Two servers under `failover`; the script is the first connection's to the first one, all others ack everything. */
async function startPair(
  t: ExecutionContext,
  { server, client }: Transport,
  script: (connection: ScriptedConnection) => Promise<void>,
): Promise<{ readonly first: ScriptedServer; readonly second: ScriptedServer; readonly publisher: TestPublisher }> {
  const first = await startScriptedServer(t, (c, index) => (index === 0 ? script(c) : ackAll(c)), server)
  const second = await startScriptedServer(t, ackAll, server)
  const backoff = { firstMs: 1000, maxMs: 1000 } // a server that failed is in doubt for longer than the wait
  const publisher = startPublisher(t, [first, second], { tls: client, balance: 'failover', backoff })
  return { first, second, publisher }
}

function warningsOf({ log }: TestPublisher): string[] {
  return log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => String(fields['reason']))
}

async function ackOnceAndClose(connection: ScriptedConnection): Promise<void> {
  const seen = await connection.window()
  if (seen !== undefined) connection.socket.end(ackFrame(seen.count))
}

const [one, two] = makeNumberedBatches(2, 1)

const idleEnds: Record<string, (connection: ScriptedConnection) => void> = {
  closes: ({ socket }) => void socket.end(),
  resets: connection => connection.reset(),
  'closes in the middle of a keep-alive': ({ socket }) => void socket.end(ackFrame(0).subarray(0, 3)),
}

for (const [where, makeTransport] of Object.entries(transports)) {
  for (const [title, end] of Object.entries(idleEnds))
    test(`no warning and no change of server follows when a server ${title} an idle connection ${where}`, async t => {
      const idle = Promise.withResolvers<void>()
      const { first, second, publisher } = await startPair(t, await makeTransport(t), async connection => {
        connection.ack((await connection.window())!.count)
        await idle.promise
        end(connection)
      })
      await publisher.send(one!)
      idle.resolve()
      await until(() => publisher.status().links[0]?.state.kind !== 'connected', 'the link has seen the end')
      t.is(publisher.status().links[0]?.state.kind, 'resting')
      await publisher.send(two!)
      t.deepEqual(warningsOf(publisher), [])
      t.deepEqual([first.connectionCount, second.connectionCount], [2, 0])
      t.like(publisher.status(), { connectionsLost: 0, eventsResent: 0 })
      t.is(publisher.status().links[0]?.lastError, undefined)
    })

  test(`an end that comes with the last ack ${where} costs no window`, async t => {
    const { server, client } = await makeTransport(t)
    const closing = await startScriptedServer(t, ackOnceAndClose, server)
    const publisher = startPublisher(t, [closing], { tls: client, windowsInFlight: 1 })
    await Promise.all(makeNumberedBatches(20, 1).map(batch => publisher.send(batch)))
    t.deepEqual(warningsOf(publisher), [])
    t.like(publisher.status(), { connectionsLost: 0, eventsResent: 0, connectionsMade: 20 })
  })

  const deaths: Record<string, [(connection: ScriptedConnection) => void, RegExp]> = {
    closes: [({ socket }) => void socket.end(), /^the server closed the connection with 1 window unacked: /],
    resets: [connection => connection.reset(), /^the server reset the connection with 1 window unacked: /],
    'closes in the middle of the ack': [
      ({ socket }) => void socket.end(ackFrame(1).subarray(0, 3)),
      /^the server closed the connection with 1 window unacked, in the middle of an ack: /,
    ],
    'answers in HTTP': [
      ({ socket }) => void socket.end('HTTP/1.1 502 Bad Gateway\r\n'),
      /\("HTTP\/1"\) came: the server has acked before/,
    ],
  }

  for (const [title, [die, says]] of Object.entries(deaths))
    test(`a server that has acked and ${title} ${where} with a window unacked is not suspected of being something else`, async t => {
      const { second, publisher } = await startPair(t, await makeTransport(t), async connection => {
        connection.ack((await connection.window())!.count)
        await connection.window()
        die(connection)
      })
      await publisher.send(one!)
      await publisher.send(two!)
      const [warning = '', ...others] = warningsOf(publisher)
      t.deepEqual(others, [])
      t.regex(warning, says)
      t.notRegex(warning, /TLS|plain text|certificate|no Lumberjack|supports protocol/)
      t.is(second.windows.length, 1, 'the window goes to the next server')
      t.is(publisher.status().connectionsLost, 1)
    })
}
