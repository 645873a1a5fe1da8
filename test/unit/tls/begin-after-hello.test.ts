import test, { type ExecutionContext } from 'ava'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type Socket, connect as connectTcp, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ConnectionOptions, type TLSSocket, connect } from 'node:tls'
import { promisify } from 'node:util'
import { explainClientFailure } from '../../../src/tls/explain-client-failure.ts'
import { type FreshTlsServer, type ServerTls, createTlsServer, peerNameOf } from '../../../src/tls/server-tls.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { listen } from '../../helpers/peers/handshakes.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'

const run = promisify(execFile)
const HALF_A_HELLO = '\x16\x03\x01\x02\0\x01\0\x01\xfc'

async function startServer(t: ExecutionContext, tls?: ServerTls): Promise<{ server: FreshTlsServer; port: number }> {
  const files = tls ?? (await makeCertificates(await makeTempDir(t))).server
  const settings = tls ?? { certificate: files.certificate, key: files.key }
  const server = await createTlsServer(settings, silentLog, { protocol: 'forwarder/1' })
  return { server, port: await listen(t, server) }
}

async function shake(t: ExecutionContext, port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
  t.teardown(() => socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

const connects = test.macro({
  title: (given = '') => `a client that offers ${given}`,
  async exec(t, names: string[] | undefined, selected: string | false) {
    const { server, port } = await startServer(t)
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const accepted = once(server, 'secureConnection') as Promise<[TLSSocket]>
      const socket = await shake(t, port, { maxVersion, ...(names && { ALPNProtocols: names }) })
      const [peer] = await accepted
      t.is(socket.alpnProtocol, selected)
      t.is(peer.alpnProtocol, selected)
      socket.write('hello')
      t.is(String((await once(peer, 'data'))[0]), 'hello')
    }
  },
})
test('our wire form gets it', connects, ['forwarder/1'], 'forwarder/1')
test('our wire form among others gets it', connects, ['h2', 'forwarder/1', 'http/1.1'], 'forwarder/1')
test('only unknown protocols connects, and nothing is selected', connects, ['h2', 'http/1.1'], false)
test('a later version of our wire form connects, and nothing is selected', connects, ['forwarder/2'], false)
test('nothing connects, and nothing is selected', connects, undefined, false)

test('curl and openssl connect with offers that are not known', async t => {
  const { server, port } = await startServer(t)
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
  })
  const { stdout } = await run('curl', ['-sk', '--max-time', '10', `https://127.0.0.1:${port}/`])
  t.is(stdout, 'ok')
  const client = ['s_client', '-connect', `127.0.0.1:${port}`, '-alpn', 'h2,spdy/3', '-quiet']
  const child = execFile('openssl', client)
  t.teardown(() => child.kill())
  child.stdin?.write('hello\n')
  let text = ''
  for await (const part of child.stdout ?? []) text += String(part)
  t.true(text.endsWith('ok'), text)
})

test('a ClientHello that comes byte by byte is taken', async t => {
  const { server, port } = await startServer(t)
  const { port: relay } = await startRelay(t, port)
  const accepted = once(server, 'secureConnection')
  const socket = await shake(t, relay, { ALPNProtocols: ['forwarder/1'] })
  await accepted
  t.is(socket.alpnProtocol, 'forwarder/1')
})

/** Passes the first 400 bytes of a client on one by one. */
async function startRelay(t: ExecutionContext, port: number): Promise<{ port: number }> {
  const server = createServer((client: Socket) => {
    const upstream = connectTcp({ port, host: '127.0.0.1', noDelay: true })
    client.on('error', () => {}).on('close', () => upstream.destroy())
    upstream.on('error', () => {}).on('close', () => client.destroy())
    upstream.pipe(client)
    client.once('data', (first: Buffer) => {
      client.pause()
      void (async () => {
        for (const byte of first.subarray(0, 400)) {
          upstream.write(Buffer.of(byte))
          await sleep(0)
        }
        upstream.write(first.subarray(400))
        client.pipe(upstream)
      })()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return server.address() as { port: number }
}

test('the refusal of a certificate names it, whatever the client offers', async t => {
  const [own, foreign] = [await makeCertificates(await makeTempDir(t)), await makeCertificates(await makeTempDir(t))]
  const { server, port } = await startServer(t, own.server)
  for (const ALPNProtocols of [['forwarder/1'], ['h2']]) {
    const refused = once(server, 'tlsClientError') as Promise<[Error, TLSSocket]>
    const socket = connect({
      port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ALPNProtocols,
      cert: await readFile(foreign.client.certificate),
      key: await readFile(foreign.client.key),
    })
    socket.on('error', () => {}) // refused
    t.teardown(() => socket.destroy())
    t.regex(
      explainClientFailure(...(await refused)),
      /the client's certificate "agent".* is not signed by an authority/,
    )
  }
})

test('the name of a client is known, whatever it offers', async t => {
  const own = await makeCertificates(await makeTempDir(t))
  const { server, port } = await startServer(t, own.server)
  const accepted = once(server, 'secureConnection') as Promise<[TLSSocket]>
  const client = { cert: await readFile(own.client.certificate), key: await readFile(own.client.key) }
  await shake(t, port, { ALPNProtocols: ['forwarder/1'], ...client })
  t.is(peerNameOf((await accepted)[0]), 'agent')
})

const leaves = test.macro({
  title: (given = '') =>
    `a client that leaves ${given} before its offer has come is reported as one that ended the connection`,
  async exec(t, leave: (socket: Socket) => void) {
    const { server, port } = await startServer(t)
    for (const bytes of ['', HALF_A_HELLO]) {
      const refused = once(server, 'tlsClientError') as Promise<[Error, TLSSocket]>
      const socket = connectTcp({ port, host: '127.0.0.1' })
      socket.on('error', () => {}) // reset
      await once(socket, 'connect')
      await new Promise(resolve => void socket.write(bytes, 'latin1', resolve))
      leave(socket)
      t.regex(explainClientFailure(...(await refused)), /^the client went away during the TLS handshake/)
      socket.destroy()
    }
  },
})
test('in an orderly way', leaves, socket => socket.end())
test('with a reset', leaves, socket => socket.resetAndDestroy())

test('a client that sends nothing, or a part of its offer, is refused when its time is over', async t => {
  const { server: files } = await makeCertificates(await makeTempDir(t))
  const { certificate, key } = files
  const options = { protocol: 'forwarder/1', handshakeTimeoutMs: 40 }
  const server = await createTlsServer({ certificate, key }, silentLog, options)
  const port = await listen(t, server)
  for (const bytes of ['', HALF_A_HELLO]) {
    const refused = once(server, 'tlsClientError') as Promise<[Error, TLSSocket]>
    const socket = connectTcp({ port, host: '127.0.0.1' })
    t.teardown(() => socket.destroy())
    socket.on('error', () => {}).write(bytes, 'latin1')
    t.is(explainClientFailure(...(await refused)), 'the client did not finish the TLS handshake in time')
  }
})

test('a client that speaks plain text is reported as before', async t => {
  const { server, port } = await startServer(t)
  const refused = once(server, 'tlsClientError') as Promise<[Error, TLSSocket]>
  const socket = connectTcp({ port, host: '127.0.0.1' })
  t.teardown(() => socket.destroy())
  socket.on('error', () => {}).write('2W\0\0\0\x01')
  t.regex(explainClientFailure(...(await refused)), /^the client speaks plain text where TLS is expected/)
})
