import test from 'ava'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { silentLog } from '../../../../../src/telemetry/log.ts'
import { TlsClient } from '../../../../../src/tls/client-tls.ts'
import { type DialOptions, dial } from '../../../../../src/lumberjack/send/servers/dial.ts'

const plain: DialOptions = { tls: undefined, timeoutMs: 5000, random: Math.random }
const never = new AbortController().signal

async function findClosedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

test('the error for a port where nothing listens names the server and the refusal', async t => {
  const port = await findClosedPort()
  await t.throwsAsync(dial({ host: '127.0.0.1', port }, plain, never), {
    name: 'LinkError',
    code: 'connect',
    message: new RegExp(`^the server at 127\\.0\\.0\\.1:${port} refuses connections`),
  })
})

test('the error for a name that does not exist names the server and the DNS', async t => {
  const where = { host: 'no-such-host.invalid', port: 5044 }
  await t.throwsAsync(dial(where, plain, never), {
    code: 'connect',
    message: /^the server at no-such-host\.invalid:5044 has a name that (does not exist|the DNS cannot look up)/,
  })
})

test('a server that does not answer the TLS handshake is given up after the time limit', async t => {
  const server = createServer(socket => t.teardown(() => socket.destroy())).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as { port: number }
  const options = { ...plain, tls: new TlsClient({}, silentLog), timeoutMs: 100 }
  await t.throwsAsync(dial({ host: '127.0.0.1', port }, options, never), {
    code: 'handshake',
    message: /accepted the TCP connection, but did not answer in time to the TLS handshake/,
  })
})

test('dialling ends at once when its signal fires', async t => {
  await t.throwsAsync(dial({ host: '127.0.0.1', port: await findClosedPort() }, plain, AbortSignal.abort()))
})

test('a dialled socket has the address behind the name', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as { port: number }
  const { socket, address } = await dial({ host: 'localhost', port }, plain, never)
  t.teardown(() => socket.destroy())
  t.is(address, '127.0.0.1')
})
