import test from 'ava'
import { once } from 'node:events'
import { type Socket, type AddressInfo, connect, createServer } from 'node:net'
import { ChunkReader } from '../../../../src/lumberjack/receive/chunk-reader.ts'

const MiB = 1024 * 1024

test('chunks of a socket that are used for a moment take little memory, however many come', async t => {
  const server = createServer({ pauseOnConnect: true })
  t.teardown(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [socket] = (await once(server, 'connection')) as [Socket]
  const bytes = Buffer.alloc(MiB)
  void (async () => {
    for (let i = 0; i < 200; i++) if (!client.write(bytes)) await once(client, 'drain')
    client.end()
  })()
  const chunks = new ChunkReader(socket)
  const { signal } = new AbortController()
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  let total = 0
  for (let chunk = await chunks.read(signal); chunk !== undefined; chunk = await chunks.read(signal)) {
    total += chunk.length
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
  }
  socket.destroy()
  t.is(total, 200 * MiB)
  t.true(most < 32 * MiB, `${most} bytes`)
})
